import { describe, expect, test } from 'vitest';
import { Api } from '../protocol/api.ts';
import { type PartitionData } from '../protocol/messages/alter-partition-request.ts';
import { ClusterUnderTest } from './cluster-under-test.ts';

interface Proposal extends Partial<PartitionData> {
  readonly isr: readonly number[];
  readonly from?: number;
  readonly brokerEpochs?: readonly number[];
}

class TopicUnderTest {
  readonly cluster: ClusterUnderTest;
  readonly topicId: string;

  constructor(replicas: readonly number[], switches: object = {}) {
    this.cluster = new ClusterUnderTest({ switches });
    this.cluster.startBrokers([1, 2, 3, 4]);
    this.topicId = this.cluster.createWith('t', replicas);
  }

  propose({ isr, from = 1, brokerEpochs, ...changes }: Proposal) {
    const partition = {
      partitionIndex: 0,
      leaderEpoch: 0,
      newIsr: [],
      newIsrWithEpochs: isr.map((brokerId, index) => {
        return { brokerId, brokerEpoch: brokerEpochs?.[index] ?? this.cluster.epochOf(brokerId) };
      }),
      leaderRecoveryState: 0,
      partitionEpoch: 0,
      ...changes,
    };
    const topics = [{ topicId: this.topicId, partitions: [partition] }];
    const brokerEpoch = this.cluster.epochOf(from);
    return this.cluster.ask(Api.alterPartition, { brokerId: from, brokerEpoch, topics });
  }

  errorOf(proposal: Proposal): string | undefined {
    return this.propose(proposal).topics[0]?.partitions[0]?.errorCode;
  }
}

describe('AlterPartition', () => {
  test('that is accepted is answered with the new state, and told', () => {
    const topic = new TopicUnderTest([1, 2, 3]);
    expect(topic.propose({ isr: [1, 2] }).topics[0]?.partitions[0]).toEqual({
      partitionIndex: 0,
      errorCode: 'NONE',
      leaderId: 1,
      leaderEpoch: 0,
      isr: [1, 2],
      leaderRecoveryState: 0,
      partitionEpoch: 1,
    });
    expect(topic.cluster.factsOf('alterPartitionAnswered')).toEqual([
      {
        kind: 'alterPartitionAnswered',
        partition: 't-0',
        from: 1,
        requestLeaderEpoch: 0,
        requestPartitionEpoch: 0,
        requestIsr: [1, 2],
        leaderEpoch: 0,
        partitionEpoch: 1,
        error: 'NONE',
      },
    ]);
  });

  test('that changes nothing costs no partition epoch', () => {
    const topic = new TopicUnderTest([1, 2]);
    const answer = topic.propose({ isr: [1, 2] }).topics[0]?.partitions[0];
    expect(answer).toMatchObject({ errorCode: 'NONE', partitionEpoch: 0 });
  });

  test('is refused in this order', () => {
    const topic = new TopicUnderTest([1, 2, 3]);
    topic.propose({ isr: [1, 2] });
    const ok = { isr: [1, 2, 3], partitionEpoch: 1 };
    expect(topic.errorOf({ ...ok, partitionIndex: 7 })).toBe('UNKNOWN_TOPIC_OR_PARTITION');
    expect(topic.errorOf({ ...ok, leaderEpoch: 1, partitionEpoch: 0 })).toBe('NOT_CONTROLLER');
    expect(topic.errorOf({ ...ok, leaderEpoch: -1, partitionEpoch: 2 })).toBe('NOT_CONTROLLER');
    expect(topic.errorOf({ ...ok, leaderEpoch: -1, from: 2 })).toBe('FENCED_LEADER_EPOCH');
    expect(topic.errorOf({ ...ok, from: 2, partitionEpoch: 0 })).toBe('INVALID_REQUEST');
    expect(topic.errorOf({ isr: [1, 1], partitionEpoch: 0 })).toBe('INVALID_UPDATE_VERSION');
    expect(topic.errorOf({ isr: [1, 1], partitionEpoch: 1 })).toBe('INVALID_REQUEST');
    expect(topic.errorOf({ isr: [1, 4], partitionEpoch: 1 })).toBe('INVALID_REQUEST');
    expect(topic.errorOf({ isr: [2, 3], partitionEpoch: 1 })).toBe('INVALID_REQUEST');
    expect(topic.errorOf({ ...ok, leaderRecoveryState: 1 })).toBe('INVALID_REQUEST');
    expect(topic.errorOf({ ...ok, brokerEpochs: [-1, -1, 1] })).toBe('INELIGIBLE_REPLICA');
    expect(topic.errorOf({ ...ok, brokerEpochs: [-1, -1, -1] })).toBe('NONE');
  });

  test('of a broker of another life is refused as a whole', () => {
    const topic = new TopicUnderTest([1, 2]);
    const answer = topic.cluster.ask(Api.alterPartition, {
      brokerId: 1,
      brokerEpoch: 1,
      topics: [{ topicId: topic.topicId, partitions: [] }],
    });
    expect(answer).toEqual({ throttleTimeMs: 0, errorCode: 'STALE_BROKER_EPOCH', topics: [] });
  });

  test('does not take a fenced or leaving broker into the ISR', () => {
    const topic = new TopicUnderTest([1, 2, 3]);
    topic.propose({ isr: [1, 2] });
    topic.cluster.heartbeat(3, { wantFence: true });
    expect(topic.errorOf({ isr: [1, 2, 3], partitionEpoch: 1 })).toBe('INELIGIBLE_REPLICA');
  });

  test('that completes a reassignment may cost the sender its leadership', () => {
    const topic = new TopicUnderTest([1, 2]);
    const partitions = [{ partitionIndex: 0, replicas: [2, 3] }];
    topic.cluster.ask(Api.alterPartitionReassignments, {
      timeoutMs: 1000,
      allowReplicationFactorChange: true,
      topics: [{ name: 't', partitions }],
    });
    expect(topic.errorOf({ isr: [1, 2, 3], partitionEpoch: 1 })).toBe('NEW_LEADER_ELECTED');
    expect(topic.cluster.history('t')).toEqual([
      { leader: 1, leaderEpoch: 0, partitionEpoch: 0, replicas: [1, 2], isr: [1, 2] },
      {
        leader: 1,
        leaderEpoch: 0,
        partitionEpoch: 1,
        replicas: [2, 3, 1],
        isr: [1, 2],
        adding: [3],
        removing: [1],
      },
      { leader: 2, leaderEpoch: 1, partitionEpoch: 2, replicas: [2, 3], isr: [2, 3] },
    ]);
    const unclean = topic.cluster.factsOf('partitionChanged').filter((fact) => fact.wasUnclean);
    expect(unclean).toEqual([]);
  });
});

describe('without the fix', () => {
  test('isr.partitionEpochCas=off, an older state may be overwritten', () => {
    const topic = new TopicUnderTest([1, 2, 3], { 'isr.partitionEpochCas': 'off' });
    topic.propose({ isr: [1, 2] });
    expect(topic.errorOf({ isr: [1, 3], partitionEpoch: 0 })).toBe('NONE');
  });

  test('isr.eligibility=off, a fenced broker joins', () => {
    const topic = new TopicUnderTest([1, 2, 3], { 'isr.eligibility': 'off' });
    topic.propose({ isr: [1, 2] });
    topic.cluster.heartbeat(3, { wantFence: true });
    expect(topic.errorOf({ isr: [1, 2, 3], partitionEpoch: 1 })).toBe('NONE');
  });

  test('isr.brokerEpochCheck=off, a former life joins', () => {
    const topic = new TopicUnderTest([1, 2], { 'isr.brokerEpochCheck': 'off' });
    expect(topic.errorOf({ isr: [1, 2], brokerEpochs: [1, 1] })).toBe('NONE');
  });

  test('ctrl.staleReply=fenced, a leader that is ahead is called fenced', () => {
    const topic = new TopicUnderTest([1, 2], { 'ctrl.staleReply': 'fenced' });
    expect(topic.errorOf({ isr: [1], leaderEpoch: 1 })).toBe('FENCED_LEADER_EPOCH');
    expect(topic.errorOf({ isr: [1], partitionEpoch: 1 })).toBe('INVALID_UPDATE_VERSION');
  });

  test('ctrl.bumpEpochOnShrink=on, a smaller ISR costs a leader epoch', () => {
    const topic = new TopicUnderTest([1, 2], { 'ctrl.bumpEpochOnShrink': 'on' });
    const answer = topic.propose({ isr: [1] }).topics[0]?.partitions[0];
    expect(answer).toMatchObject({ errorCode: 'NONE', leaderId: 1, leaderEpoch: 1 });
  });

  test('reassign.completeEarly=on, one new replica in sync is enough', () => {
    const topic = new TopicUnderTest([1], { 'reassign.completeEarly': 'on' });
    const partitions = [{ partitionIndex: 0, replicas: [2, 3] }];
    topic.cluster.ask(Api.alterPartitionReassignments, {
      timeoutMs: 1000,
      allowReplicationFactorChange: true,
      topics: [{ name: 't', partitions }],
    });
    expect(topic.errorOf({ isr: [1, 2], partitionEpoch: 1 })).toBe('NEW_LEADER_ELECTED');
    expect(topic.cluster.last('t')).toMatchObject({ leader: 2, isr: [2], replicas: [2, 3] });
  });
});
