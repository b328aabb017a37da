import { createRandom } from '../../../../kernel/random.ts';
import { resolveBrokerConfig } from '../../../../protocol/config/broker-config.ts';
import { type Properties } from '../../../../protocol/config/config-definition.ts';
import { type CoordinatorData } from '../../../../protocol/coordinator-record.ts';
import { type JoinGroupResponse } from '../../../../protocol/messages/join-group-response.ts';
import { type ConsumerGroupHeartbeatRequest } from '../../../../protocol/messages/consumer-group-heartbeat-request.ts';
import { type JoinGroupRequest } from '../../../../protocol/messages/join-group-request.ts';
import { type SyncGroupRequest } from '../../../../protocol/messages/sync-group-request.ts';
import { type SyncGroupResponse } from '../../../../protocol/messages/sync-group-response.ts';
import { type ErrorName } from '../../../../protocol/errors.ts';
import { type Bytes } from '../../../../protocol/record-batch.ts';
import { type Switches } from '../../../../switches/switches.ts';
import { type Fact } from '../../../../trace.ts';
import { MetadataImage, TopicImage } from '../../../metadata/metadata-image.ts';
import { type PartitionRegistration } from '../../../metadata/partition-registration.ts';
import { type Operation } from '../../runtime/coordinator-operation.ts';
import { type ClockTimers, CoordinatorTimers } from '../../runtime/coordinator-timers.ts';
import { heartbeatMember, syncMember } from '../classic/classic-membership.ts';
import { type HeartbeatDecision } from '../consumer/consumer-heartbeats.ts';
import { type ConsumerGroup } from '../consumer/consumer-group.ts';
import { GroupConfigs } from '../group-configs.ts';
import { GroupFactRecorder } from '../group-fact-recorder.ts';
import { GroupMachine } from '../group-machine.ts';
import { type GroupRefusal } from '../group-refusal.ts';
import { type GroupSwitches, groupSwitches } from '../group-switches.ts';
import { GroupTopics } from '../group-topics.ts';

const noProducerId = -1;
const usPerMs = 1_000;

/** The group that members of tests are in. */
export const groupId = 'billing';

export type HeartbeatAnswer = HeartbeatDecision['response'] | GroupRefusal;

interface PendingTimer {
  readonly id: number;
  readonly atMs: number;
  readonly run: () => void;
}

/** The groups of one partition, over a log that is committed at once, or when a test says so. */
export class GroupsUnderTest {
  isCommitting = true;
  nowMs = 1_000_000;
  /** What was written, oldest first; the offsets of what compaction has removed stay empty. */
  log: readonly (CoordinatorData | undefined)[] = [];
  readonly image = new MetadataImage();
  readonly facts: Fact[] = [];
  machine: GroupMachine;
  readonly #properties: Properties;
  readonly #switches: GroupSwitches;
  readonly #waiting: Operation['settled'][] = [];
  #timers: PendingTimer[] = [];
  #timerCount = 0;

  constructor(properties: Properties = {}, switches: Switches = {}) {
    this.#switches = groupSwitches(switches);
    this.#properties = { ...withoutWaiting, ...properties };
    this.machine = this.#create();
    this.machine.loaded();
  }

  /** A new coordinator reads the log. */
  reload(): void {
    this.#timers = [];
    this.machine = this.#create();
    for (const [offset, data] of this.log.entries()) {
      if (data !== undefined) this.machine.replay(data, offset + 1, noProducerId);
    }
    this.machine.loaded();
  }

  /** Of each key only the last record stays; tombstones go as well. */
  compact(): void {
    const last = new Map<string, number>();
    for (const [offset, data] of this.log.entries()) {
      if (data !== undefined) last.set(keyOf(data), offset);
    }
    this.log = this.log.map((data, offset) => {
      const stays = data !== undefined && data.value !== null && last.get(keyOf(data)) === offset;
      return stays ? data : undefined;
    });
  }

  setTopic(name: string, partitionCount: number): void {
    const known = this.image.topicsByName.get(name);
    const topic = known ?? new TopicImage(name, `id-of-${name}`);
    while (topic.partitions.length < partitionCount) topic.partitions.push(registration);
    this.image.addTopic(topic);
    this.image.appliedOffset += 1;
    this.machine.topicsChanged(new Set([name]), known === undefined);
  }

  /** What is left out is as in a heartbeat that says nothing new. */
  heartbeat(request: Partial<ConsumerGroupHeartbeatRequest>): HeartbeatAnswer {
    const full = { ...silentHeartbeat, ...request };
    const beating = { request: full, clientId: 'client', clientHost: '/host' };
    const decision = this.machine.consumers.heartbeats.decide(beating);
    if (!('response' in decision)) return decision;
    this.perform({ ...decision, settled: () => undefined });
    return decision.response;
  }

  /** A member joins. */
  join(
    memberId: string,
    topics: readonly string[],
    instanceId: string | null = null,
  ): HeartbeatAnswer {
    return this.heartbeat({
      memberId,
      instanceId,
      memberEpoch: 0,
      rebalanceTimeoutMs: 10_000,
      subscribedTopicNames: topics,
      topicPartitions: [],
    });
  }

  /** A member of the classic protocol joins; the answer comes when the rebalance is over. */
  joinClassic(
    memberId: string,
    subscription: Bytes,
    groupInstanceId: string | null = null,
  ): { answer: JoinGroupResponse | undefined } {
    const outcome: { answer: JoinGroupResponse | undefined } = { answer: undefined };
    const answer = (response: JoinGroupResponse): void => {
      outcome.answer = response;
    };
    const request = {
      ...classicJoin,
      memberId,
      groupInstanceId,
      protocols: [{ name: 'range', metadata: subscription }],
    };
    const joining = { request, apiVersion: 3, clientId: 'client', clientHost: '/host', answer };
    const { machine } = this;
    const known = machine.groups.get(groupId);
    if (known?.type === 'consumer') {
      const decision = machine.consumers.classicMembers.join(known, joining);
      if (!('response' in decision)) throw new Error(decision.error);
      this.perform({ ...decision, settled: decision.joined });
      answer(decision.response);
    } else {
      const group = known ?? machine.create(groupId);
      this.perform(machine.joins.join(group, joining));
    }
    this.advance(1);
    return outcome;
  }

  /** The leader of a classic group says who gets what. */
  syncClassic(memberId: string, assignments: SyncGroupRequest['assignments']): ErrorName {
    const group = this.machine.groups.get(groupId);
    if (group?.type !== 'classic') throw new Error('there is no classic group');
    let error: ErrorName = 'REQUEST_TIMED_OUT';
    const request = {
      groupId,
      generationId: group.generation,
      memberId,
      groupInstanceId: null,
      protocolType: 'consumer',
      protocolName: 'range',
      assignments,
    };
    const answer = ({ errorCode }: SyncGroupResponse): void => {
      error = errorCode;
    };
    this.perform(syncMember(group, this.machine.rebalance, { request, answer }));
    return error;
  }

  /** A member of the classic protocol is alive. */
  heartbeatClassic(memberId: string, generationId: number): ErrorName {
    const group = this.machine.groups.get(groupId);
    const request = { groupId, generationId, memberId, groupInstanceId: null };
    if (group === undefined) return 'UNKNOWN_MEMBER_ID';
    return group.type === 'classic'
      ? heartbeatMember(group, this.machine.rebalance, request)
      : this.machine.consumers.classicMembers.heartbeat(group, request);
  }

  /** The group, if it is one of the consumer protocol. */
  get group(): ConsumerGroup {
    const group = this.machine.groups.get(groupId);
    if (group?.type !== 'consumer') throw new Error('there is no consumer group');
    return group;
  }

  perform({ records, replays, settled }: Operation): void {
    const start = this.log.length;
    this.log = [...this.log, ...records.map(({ data }) => data)];
    if (replays) {
      for (const [index, { data }] of records.entries()) {
        this.machine.replay(data, start + index + 1, noProducerId);
      }
    }
    this.machine.applied();
    if (this.isCommitting) settled('NONE');
    else this.#waiting.push(settled);
  }

  /** What was written is committed. */
  commitAll(): void {
    this.isCommitting = true;
    for (const settled of this.#waiting.splice(0)) settled('NONE');
  }

  /** Time passes, and timers fire. */
  advance(ms: number): void {
    const end = this.nowMs + ms;
    for (;;) {
      const [next] = this.#timers.toSorted((one, other) => one.atMs - other.atMs);
      if (next === undefined || next.atMs > end) break;
      this.nowMs = Math.max(this.nowMs, next.atMs);
      this.#timers = this.#timers.filter(({ id }) => id !== next.id);
      next.run();
    }
    this.nowMs = end;
  }

  #create(): GroupMachine {
    const config = resolveBrokerConfig(this.#properties);
    const clock: ClockTimers = {
      setTimer: (afterUs, { run }) => {
        this.#timerCount += 1;
        this.#timers.push({ id: this.#timerCount, atMs: this.nowMs + afterUs / usPerMs, run });
        return this.#timerCount;
      },
      cancelTimer: (timer) => {
        this.#timers = this.#timers.filter(({ id }) => id !== timer);
      },
    };
    const timers = new CoordinatorTimers(clock, (operate) => {
      this.perform(operate());
    });
    const record = (fact: Fact): void => {
      this.facts.push(fact);
    };
    return new GroupMachine(
      {
        timers,
        highWatermark: () => this.log.length,
        nextCommittedAt: () => this.log.length + 1,
      },
      {
        random: createRandom('groups'),
        wallClockMs: () => this.nowMs,
        topics: new GroupTopics(this.image),
        facts: new GroupFactRecorder(record, 1),
        consumer: {
          assignors: config.groupConsumerAssignors,
          maxSize: config.groupConsumerMaxSize,
          classicMaxSize: config.groupMaxSize,
          migrationPolicy: config.groupConsumerMigrationPolicy,
          regexRefreshIntervalMs: config.groupConsumerRegexRefreshIntervalMs,
          configOf: new GroupConfigs(this.image, config).configOf,
        },
        switches: this.#switches,
        initialDelayMs: config.groupInitialRebalanceDelayMs,
        maxSize: config.groupMaxSize,
        offsetsRetentionMs: 7 * 24 * 3_600_000,
        retentionCheckIntervalMs: 3_600_000,
      },
    );
  }
}

const withoutWaiting: Properties = {
  'group.consumer.assignment.interval.ms': '0',
  'group.initial.rebalance.delay.ms': '0',
};

const silentHeartbeat: ConsumerGroupHeartbeatRequest = {
  groupId,
  memberId: '',
  memberEpoch: 0,
  instanceId: null,
  rackId: null,
  rebalanceTimeoutMs: -1,
  subscribedTopicNames: null,
  subscribedTopicRegex: null,
  serverAssignor: null,
  topicPartitions: null,
};

const classicJoin: Omit<JoinGroupRequest, 'memberId' | 'protocols' | 'groupInstanceId'> = {
  groupId,
  sessionTimeoutMs: 10_000,
  rebalanceTimeoutMs: 10_000,
  protocolType: 'consumer',
  reason: null,
};

const registration: PartitionRegistration = {
  replicas: [1],
  isr: [1],
  removingReplicas: [],
  addingReplicas: [],
  elr: [],
  lastKnownElr: [],
  leader: 1,
  leaderRecoveryState: 0,
  leaderEpoch: 0,
  partitionEpoch: 0,
};

function keyOf(data: CoordinatorData): string {
  const { type } = data;
  if (type === 'OffsetCommit') return `${type} ${data.groupId} ${data.topic}-${data.partition}`;
  const memberId = 'memberId' in data ? data.memberId : '';
  const expression = 'regularExpression' in data ? data.regularExpression : '';
  return `${type} ${data.groupId} ${memberId} ${expression}`;
}
