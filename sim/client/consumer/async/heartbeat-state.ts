import { type ConsumerGroupHeartbeatRequest } from '../../../protocol/messages/consumer-group-heartbeat-request.ts';
import { compareTexts } from '../../../protocol/compare-texts.ts';
import { type AsyncParts } from './async-parts.ts';
import { isSameAssignment, type LocalAssignment } from './local-assignment.ts';
import { type Member } from './member.ts';

/** What a heartbeat has said, while the coordinator can be taken to know it. */
interface SentFields {
  readonly rebalanceTimeoutMs: number;
  readonly topics: readonly string[] | undefined;
  /** That the coordinator is to match. */
  readonly pattern: string | undefined;
  readonly assignor: string | undefined;
  readonly assignment: LocalAssignment | undefined;
}

const nothingSent: SentFields = {
  rebalanceTimeoutMs: -1,
  topics: undefined,
  pattern: undefined,
  assignor: undefined,
  assignment: undefined,
};

/** Knows what the next heartbeat has to say (`ConsumerHeartbeatRequestManager.HeartbeatState`). */
export class HeartbeatState {
  readonly #parts: AsyncParts;
  readonly #member: Member;
  #sent = nothingSent;

  constructor(parts: AsyncParts, member: Member) {
    this.#parts = parts;
    this.#member = member;
  }

  /** A heartbeat has failed: the next one says everything. */
  reset(): void {
    this.#sent = nothingSent;
  }

  /** Everything from who joins, and from others what has changed since the last one. */
  next(): ConsumerGroupHeartbeatRequest {
    const { config, subscriptions } = this.#parts;
    const { groupId, id: memberId, epoch: memberEpoch, instanceId, current } = this.#member;
    const saysAll = this.#member.state === 'joining';
    const before = this.#sent;
    const { maxPollIntervalMs: rebalanceTimeoutMs, groupRemoteAssignor: assignor } = config;
    const topics = [...subscriptions.subscription].sort(compareTexts);
    const { brokerPattern: pattern } = subscriptions;
    this.#sent = { rebalanceTimeoutMs, topics, pattern, assignor, assignment: current };
    const saysPattern = (saysAll && pattern !== undefined) || before.pattern !== pattern;
    return {
      groupId,
      memberId,
      memberEpoch,
      instanceId,
      rackId: saysAll && config.clientRack !== '' ? config.clientRack : null,
      rebalanceTimeoutMs:
        saysAll || before.rebalanceTimeoutMs !== rebalanceTimeoutMs ? rebalanceTimeoutMs : -1,
      subscribedTopicNames: saysAll || !isSameList(before.topics, topics) ? topics : null,
      // An empty one takes the last one back.
      subscribedTopicRegex: saysPattern ? (pattern ?? '') : null,
      serverAssignor: saysAll || before.assignor !== assignor ? (assignor ?? null) : null,
      topicPartitions: saysAll || !isSame(before.assignment, current) ? owned(current) : null,
    };
  }
}

function owned({ partitions }: LocalAssignment) {
  return [...partitions].map(([topicId, numbers]) => ({ topicId, partitions: numbers }));
}

function isSame(before: LocalAssignment | undefined, now: LocalAssignment): boolean {
  return before !== undefined && isSameAssignment(before, now);
}

function isSameList(before: readonly string[] | undefined, now: readonly string[]): boolean {
  return before?.length === now.length && now.every((name, index) => name === before[index]);
}
