import { type Collected, type PolledPartition } from '../../sim/client/consumer/fetch-collector.ts';
import { type GroupOffset } from '../../sim/client/consumer/group/group-offset.ts';
import { AsyncKafkaConsumer } from '../../sim/client/consumer/async/async-kafka-consumer.ts';
import {
  type CommitCompleted,
  type ConsumerClient,
} from '../../sim/client/consumer/consumer-client.ts';
import { KafkaConsumer } from '../../sim/client/consumer/kafka-consumer.ts';
import { parseTopicPartition, type TopicPartition } from '../../sim/client/topic-partition.ts';
import { ConfigError } from '../../sim/config-error.ts';
import { present } from '../../sim/kernel/assert.ts';
import { resolveConsumerConfig } from '../../sim/protocol/config/consumer-config.ts';
import { type Switches } from '../../sim/switches/switches.ts';
import { type CallThreads, type ThreadCall } from './call-threads.ts';
import { type ClientStep, type ClientStepOf, type Given } from './client-case.ts';
import { type ClientPlayer, propertiesOf, StateChanges } from './client-player.ts';
import { playOnCluster } from './cluster-steps.ts';
import { consumerState } from './consumer-state.ts';
import { scriptedClient } from './scripted-client.ts';
import { type ScriptedCluster } from './scripted-cluster.ts';
import { outcomeOf, ScriptedRebalances } from './scripted-rebalances.ts';
import { type SeenEvent } from './seen-events.ts';

/** Takes a consumer through the steps of a case. */
export class ConsumerPlayer implements ClientPlayer {
  readonly #cluster: ScriptedCluster;
  readonly #consumer: ConsumerClient;
  readonly #threads: CallThreads;
  readonly #states = new StateChanges();

  constructor(given: Given, switches: Switches = {}) {
    const config = resolveConsumerConfig(propertiesOf(given));
    const { cluster, client, threads } = scriptedClient<ConsumerClient>(
      given,
      (context, { bootstrap, resolve }) => {
        const nextCommitUid = (): number => 0;
        const options = { context, config, bootstrap, resolve, switches, nextCommitUid };
        const isClassic = config.groupProtocol === 'classic';
        return isClassic ? new KafkaConsumer(options) : new AsyncKafkaConsumer(options);
      },
      () => undefined,
    );
    this.#cluster = cluster;
    this.#consumer = client;
    this.#threads = threads;
  }

  play(step: ClientStep): void {
    this.#cluster.expect(step.saw);
    switch (step.kind) {
      case 'given':
        break;
      case 'call':
        this.#call(step);
        break;
      case 'send':
      case 'sequence':
        throw new ConfigError(step.kind, 'is a step of producers');
      default:
        playOnCluster(this.#cluster, step);
    }
    this.#cluster.runTo(this.#cluster.nowMs);
  }

  takeSeen(): readonly SeenEvent[] {
    return this.#cluster.takeSeen();
  }

  takeState(): unknown {
    return this.#states.take(consumerState(this.#consumer));
  }

  #call(step: ClientStepOf<'call'>): void {
    if (step.call !== 'wakeup') {
      this.#threads.call(step.thread, { begin: this.#beginning(step) });
      return;
    }
    // Another thread makes this one, and it returns before the call that it wakes up goes on.
    this.#cluster.note({ returned: 'wakeup' });
    this.#consumer.wakeUp();
  }

  #beginning(step: ClientStepOf<'call'>): ThreadCall['begin'] {
    const { call, ms, offsets } = step;
    const timeout = ms === undefined ? {} : { timeoutMs: ms };
    switch (call) {
      case 'poll':
        return (ended) => {
          this.#consumer.poll(ms ?? Infinity, (outcome) => {
            ended(pollEvent(outcome));
          });
        };
      case 'commitSync':
        return (ended) => {
          const told = groupOffsets(offsets);
          this.#consumer.commitSync(
            (exception) => {
              ended(outcomeOf(call, exception));
            },
            told.length === 0 ? timeout : { ...timeout, offsets: told },
          );
        };
      case 'unsubscribe':
        return (ended) => {
          this.#consumer.unsubscribe((exception) => {
            ended(outcomeOf(call, exception));
          });
        };
      case 'close':
        return (ended) => {
          this.#consumer.close((exception) => {
            ended(outcomeOf(call, exception));
          }, timeout);
        };
      default:
        return (ended) => {
          this.#do(step);
          ended({ returned: call });
        };
    }
  }

  /** A call that does not wait. */
  #do({ call, partitions, topics, onRevoked, p, offset, offsets }: ClientStepOf<'call'>): void {
    switch (call) {
      case 'assign':
        this.#consumer.assign(partitions.map(partitionOf));
        break;
      case 'subscribe':
        this.#consumer.subscribe(topics, this.#listener(onRevoked === 'commitSync'));
        break;
      case 'commitAsync':
        this.#consumer.commitAsync(this.#committed, { offsets: groupOffsets(offsets) });
        break;
      case 'pause':
        this.#consumer.pause(partitions.map(partitionOf));
        break;
      case 'seek':
        this.#consumer.seek(partitionOf(p), offset);
        break;
      default:
        throw new ConfigError('call', `the consumer has no ${call}`);
    }
  }

  readonly #committed: CommitCompleted = (committed, exception) => {
    const offsets = committed.map(({ partition, offset }): [string, number] => [
      partition.name,
      offset,
    ]);
    const error = exception === undefined ? {} : { error: exception.name };
    this.#cluster.note({ callback: 'committed', offsets: Object.fromEntries(offsets), ...error });
  };

  #listener(commits: boolean): ScriptedRebalances {
    const note = (event: SeenEvent): void => {
      this.#cluster.note(event);
    };
    return new ScriptedRebalances(note, commits);
  }
}

function groupOffsets(offsets: Readonly<Record<string, number>>): readonly GroupOffset[] {
  return Object.entries(offsets).map(([name, offset]) => {
    return { partition: partitionOf(name), offset, leaderEpoch: -1 };
  });
}

function partitionOf(name: string): TopicPartition {
  return present(parseTopicPartition(name), `partition ${name}`);
}

function pollEvent({ partitions, exception }: Collected): SeenEvent {
  if (exception !== undefined) return { threw: 'poll', error: exception.name };
  const read = partitions.filter(({ records }) => records.length > 0);
  const records = Object.fromEntries(
    read.map(({ partition }) => [partition, runsOf(partition, read)]),
  );
  return { returned: 'poll', records };
}

/** The offsets that a poll returned of one partition: `2..3` for each run without a gap. */
function runsOf(partition: string, read: readonly PolledPartition[]): readonly string[] {
  const offsets = read
    .filter((polled) => polled.partition === partition)
    .flatMap(({ records }) => records.map(({ offset }) => offset));
  const runs: { first: number; last: number }[] = [];
  for (const offset of offsets) {
    const run = runs.at(-1);
    if (run?.last === offset - 1) run.last = offset;
    else runs.push({ first: offset, last: offset });
  }
  return runs.map(({ first, last }) => (first === last ? String(first) : `${first}..${last}`));
}
