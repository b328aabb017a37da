import { GroupRefusal } from '../group-refusal.ts';
import { type GroupsUnderTest, type HeartbeatAnswer } from './groups-under-test.ts';

const topicPrefix = 'id-of-';

/** A member that does what it is told, as far as it hears of it. */
export class ModelMember {
  readonly memberId: string;
  readonly instanceId: string | null;
  readonly topics: readonly string[];
  /** 0: it is to join. */
  epoch = 0;
  /** What it consumes, as `topic-0`. */
  owned: readonly string[] = [];
  /** What it is to have. */
  target: readonly string[] = [];
  /** After a lost answer all is said again. */
  #saysAll = true;

  constructor(memberId: string, topics: readonly string[], instanceId: string | null = null) {
    this.memberId = memberId;
    this.topics = topics;
    this.instanceId = instanceId;
  }

  /** @param isHeard Whether the answer reaches the member. */
  beat(groups: GroupsUnderTest, isHeard: boolean): void {
    const { memberId, instanceId, epoch, topics } = this;
    const isFull = this.#saysAll || epoch === 0;
    const answer = groups.heartbeat({
      memberId,
      instanceId,
      memberEpoch: epoch,
      rebalanceTimeoutMs: isFull ? 10_000 : -1,
      subscribedTopicNames: isFull ? topics : null,
      topicPartitions: epoch === 0 ? [] : partitionsOf(this.owned),
    });
    this.#saysAll = !isHeard;
    if (isHeard) this.#hear(answer);
  }

  /** Gives up what it is not to have, then takes what it is to have. */
  reconcile(): void {
    this.owned = this.target;
  }

  leave(groups: GroupsUnderTest): void {
    const { memberId, instanceId, epoch } = this;
    if (epoch === 0) return;
    const memberEpoch = instanceId === null ? -1 : -2;
    groups.heartbeat({ memberId, instanceId, memberEpoch });
    this.#abandon();
  }

  #hear(answer: HeartbeatAnswer): void {
    if (answer instanceof GroupRefusal) {
      this.#abandon();
      return;
    }
    this.epoch = answer.memberEpoch;
    if (answer.assignment === null) return;
    this.target = answer.assignment.topicPartitions.flatMap(({ topicId, partitions }) =>
      partitions.map((partition) => `${topicId.slice(topicPrefix.length)}-${partition}`),
    );
  }

  #abandon(): void {
    this.epoch = 0;
    this.owned = [];
    this.target = [];
    this.#saysAll = true;
  }
}

function partitionsOf(names: readonly string[]): { topicId: string; partitions: number[] }[] {
  const byTopic = new Map<string, number[]>();
  for (const name of names) {
    const [topic = '', partition] = name.split('-');
    const topicId = topicPrefix + topic;
    byTopic.set(topicId, [...(byTopic.get(topicId) ?? []), Number(partition)]);
  }
  return [...byTopic].map(([topicId, partitions]) => ({ topicId, partitions }));
}
