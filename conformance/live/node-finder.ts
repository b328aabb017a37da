import { milliseconds } from '../../sim/kernel/time.ts';
import { zeroUuid } from '../../sim/protocol/uuid.ts';
import { at, isList, type JsonObject, property } from '../json.ts';
import { splitPartitionName } from './partition-name.ts';
import { type RecordedCluster } from './recorded-cluster.ts';
import { type Requester } from './requester.ts';

/** How often all brokers are asked, and the pause in between. */
const rounds = 300;
const pauseMs = 100;
const longestAnswerMs = 5_000;

/** Finds the broker that a step means by asking the cluster, over connections of its own. */
export class NodeFinder {
  readonly #cluster: RecordedCluster;
  readonly #requester: Requester;

  constructor(cluster: RecordedCluster, requester: Requester) {
    this.#cluster = cluster;
    this.#requester = requester;
  }

  /**
   * @param to A broker's id, `any`, `leader:orders-0`, `group:ID` or `txn:ID`.
   * @returns A broker's id; undefined if there is no such broker for half a minute.
   */
  find(to: string): number | undefined {
    if (/^\d+$/u.test(to)) return Number(to);
    const colon = to.indexOf(':');
    const name = to.slice(colon + 1);
    for (let round = 0; round < rounds; round += 1) {
      for (const broker of this.#cluster.brokerIds) {
        const found = this.#ask(broker, colon < 0 ? to : to.slice(0, colon), name);
        if (found !== undefined) return found;
      }
      this.#cluster.run(milliseconds(pauseMs));
    }
    return undefined;
  }

  #ask(broker: number, kind: string, name: string): number | undefined {
    if (kind === 'any') {
      return this.#answer(broker, 'ApiVersions', {}) === undefined ? undefined : broker;
    }
    if (kind === 'leader') return this.#leader(broker, name);
    return this.#coordinator(broker, name, kind === 'txn' ? 1 : 0);
  }

  #leader(broker: number, name: string): number | undefined {
    const [topic, partition] = splitPartitionName(name);
    const metadata = this.#answer(broker, 'Metadata', {
      topics: [{ topicId: zeroUuid, name: topic }],
      allowAutoTopicCreation: false,
    });
    const partitions = at(metadata, '/topics/0/partitions');
    if (!isList(partitions)) return undefined;
    const found = partitions.find((one) => property(one, 'partitionIndex') === partition);
    const leader = property(found, 'leaderId');
    return typeof leader === 'number' && leader > 0 ? leader : undefined;
  }

  #coordinator(broker: number, key: string, keyType: number): number | undefined {
    const found = this.#answer(broker, 'FindCoordinator', { keyType, coordinatorKeys: [key] });
    if (at(found, '/coordinators/0/errorCode') !== 'NONE') return undefined;
    return Number(at(found, '/coordinators/0/nodeId'));
  }

  #answer(broker: number, api: string, body: JsonObject): JsonObject | undefined {
    const ask = this.#requester.send('ask', broker, { api, version: undefined, body });
    return this.#requester.wait(ask, api, longestAnswerMs).view;
  }
}
