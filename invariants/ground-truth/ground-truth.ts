import { type Offset, type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { topicOfPartition } from '../../sim/protocol/topic-name.ts';
import { type BrokerId, type FactOf, type PartitionName } from '../../sim/trace.ts';
import { type ConfigurationInForce } from '../configuration.ts';
import { type Handlers, type Instant } from '../invariant.ts';
import { CoordinatorLogs } from './coordinator-logs.ts';
import { electionStanding } from './durability.ts';
import { GroupLedger } from './group-ledger.ts';
import { Moment } from './moment.ts';
import { PartitionTruth } from './partition-truth.ts';
import { type ReplicaTruth } from './replica-truth.ts';
import { recordAt } from './same-batch.ts';
import { Send, SendLedger, Session } from './send-ledger.ts';
import { Subscribers } from './subscribers.ts';
import { TransactionLedger } from './transaction-ledger.ts';

/**
 * What has really happened in a run, kept once for all invariants and fed before them.
 *
 * Memory stays flat in a long run: batches and sends are forgotten when they lie below the log start
 * of every replica of their partition. A partition is not judged any more once its topic is deleted,
 * since facts name no topic id and could be about either of two topics of one name.
 */
export class GroundTruth {
  readonly configuration: ConfigurationInForce;
  readonly moment = new Moment();
  readonly ledger = new SendLedger();
  readonly transactions = new TransactionLedger();
  readonly groups = new GroupLedger();
  readonly subscribers: Subscribers;
  readonly partitions = new Map<PartitionName, PartitionTruth>();
  /** Names of the nodes that run. */
  readonly running = new Set<string>();
  /** When all faults were over; -1 before. */
  healedAt: Instant = -1;
  readonly handlers: Handlers;
  readonly #coordinatorLogs = new CoordinatorLogs(this.groups, this.transactions, this.moment);
  readonly #deletedTopics = new Set<string>();
  readonly #brokerOfNode = new Map<string, BrokerId>();

  constructor(configuration: ConfigurationInForce) {
    this.configuration = configuration;
    this.subscribers = new Subscribers(configuration);
    for (const id of configuration.given.brokers) this.#brokerOfNode.set(`broker-${id}`, id);
    this.handlers = { ...this.#worldHandlers(), ...this.#sendHandlers(), ...this.#logHandlers() };
  }

  /** Undefined if the partition is not to be judged. */
  partition(name: PartitionName): PartitionTruth | undefined {
    const known = this.partitions.get(name);
    if (known !== undefined) return known;
    const topic = topicOfPartition(name);
    if (this.#deletedTopics.has(topic)) return undefined;
    const { configuration } = this;
    const partition = new PartitionTruth(name, configuration.topic(topic), configuration.given.elr);
    this.partitions.set(name, partition);
    return partition;
  }

  /** Undefined for a node that is no broker. */
  brokerOf(node: string): BrokerId | undefined {
    return this.#brokerOfNode.get(node);
  }

  isRunning(broker: BrokerId): boolean {
    return this.running.has(`broker-${broker}`);
  }

  #worldHandlers(): Handlers {
    return {
      nodeStarted: (_, { node }) => this.running.add(node),
      nodeStopped: (_, { node }) => {
        this.#nodeEnded(node, true);
      },
      nodeCrashed: (_, { node }) => {
        this.#nodeEnded(node, false);
      },
      batchRotted: (fact, { node }, partition) => {
        const broker = this.brokerOf(node);
        if (broker !== undefined) partition.replica(broker).rotten.add(fact);
      },
      faultsHealed: (_, { at }) => {
        this.healedAt = at;
      },
      topicDeleted: ({ topic }) => {
        this.#deleteTopic(topic);
      },
      brokerRegistered: ({ broker }) => {
        this.#brokerRegistered(broker);
      },
      configChanged: ({ resource, name, key, value }) => {
        if (resource === 'topic') this.configuration.changeTopic(name, key, value);
        else this.configuration.changeBrokers(key, value);
      },
      partitionChanged: (fact, moment, partition) => {
        moment.loss = partition.change(fact);
      },
      coordinatorLoaded: (fact, _moment, partition) => {
        partition.coordinatorLoaded(fact);
      },
      committedLost: (_fact, _moment, { coordinates }) => {
        if (coordinates === 'groups') this.#coordinatorLogs.lost();
      },
    };
  }

  #sendHandlers(): Handlers {
    return {
      sendAttempted: (fact, { at, node }) => {
        this.ledger.add(new Send(this.#session(fact.session, node), fact, at));
      },
      sendAccumulated: (fact, _, partition) => {
        const send = this.ledger.find(fact.recordId);
        if (send === undefined) return;
        send.partition = partition;
        send.session.accumulated += 1;
        send.order = send.session.accumulated;
        send.ackedBefore = partition.acked;
        send.ackedByAllBefore = partition.ackedByAll;
      },
      sendAcked: (fact, moment, partition) => {
        const send = this.ledger.find(fact.recordId);
        moment.send = send;
        if (send === undefined) return;
        send.outcome = 'acked';
        send.acks = fact.acks;
        send.ackedOffset = fact.offset;
        if (fact.acks !== 0) partition.acked = Math.max(partition.acked, fact.offset);
        if (fact.acks === -1) partition.ackedByAll = Math.max(partition.ackedByAll, fact.offset);
        this.#settled(send, moment.at);
      },
      sendFailed: (fact, moment) => {
        const send = this.ledger.find(fact.recordId);
        moment.send = send;
        if (send === undefined) return;
        send.outcome = fact.definite ? 'failed' : 'unknown';
        this.#settled(send, moment.at);
        this.ledger.noteFailure(send, moment.at);
      },
    };
  }

  #logHandlers(): Handlers {
    return {
      logLoaded: (fact, moment, partition) => {
        this.#logLoaded(fact, moment, partition);
      },
      batchAppended: (fact, moment, partition) => {
        this.#batchAppended(fact, moment, partition);
      },
      logTruncated: (fact, moment, partition) => {
        logTruncated(fact, moment, partition);
      },
      highWatermarkMoved: (fact, moment, partition) => {
        const replica = partition.replica(fact.broker);
        replica.highWatermark = fact.to;
        moment.refused = fact.isLeader ? partition.commit(replica, fact.to) : null;
        if (partition.coordinates !== null) this.#coordinatorLogs.readOn(partition);
      },
      logStartMoved: (fact, moment, partition) => {
        const replica = partition.replica(fact.broker);
        moment.logStartBefore = replica.logStartOffset;
        replica.logStartOffset = fact.to;
        partition.highestLogStart = Math.max(partition.highestLogStart, fact.to);
        this.#forget(partition.prune(), partition);
      },
      logCleaned: (fact, moment, partition) => {
        moment.removed = partition.clean(partition.replica(fact.broker), fact);
      },
      replicaRemoved: (fact, moment, partition) => {
        moment.removed = partition.replica(fact.broker).log.truncateTo(0);
        partition.removeReplica(fact.broker);
      },
      leaderStarted: (fact, moment, partition) => {
        leaderStarted(fact, moment, partition);
      },
      followerStarted: (fact, _, partition) => {
        const replica = partition.replica(fact.broker);
        replica.endRole();
        replica.isLoaded = true;
        replica.leaderEpoch = fact.leaderEpoch;
        replica.followedLeader = fact.leader;
        replica.highWatermark = fact.highWatermark;
      },
      isrViewChanged: (fact, _, partition) => {
        partition.replica(fact.broker).view = fact;
      },
      followerFetched: (fact, _, partition) => {
        const replica = partition.replica(fact.broker);
        if (fact.leaderEpoch !== replica.leaderEpoch) return;
        replica.remoteEnds[fact.follower] = fact.fetchOffset;
      },
      fetchServed: ({ batches }, _, partition) => {
        const last = batches[batches.length - 1];
        if (last === undefined) return;
        partition.servedEnd = Math.max(partition.servedEnd, last.lastOffset + 1);
      },
    };
  }

  #nodeEnded(node: string, isClean: boolean): void {
    this.running.delete(node);
    const broker = this.brokerOf(node);
    if (broker !== undefined) this.#brokerEnded(broker, isClean);
    else this.groups.nodeEnded(node);
    for (const session of this.ledger.sessions.values()) {
      if (session.node === node) session.isOver = true;
    }
  }

  #brokerEnded(broker: BrokerId, isClean: boolean): void {
    for (const partition of this.partitions.values()) {
      const replica = partition.replicas.find((one) => one.broker === broker);
      if (replica === undefined) continue;
      replica.isLoaded = false;
      replica.isAdmitted = false;
      replica.endRole();
      replica.wasCandidateAtEnd = partition.isCandidate(broker);
      if (!isClean && replica.wasCandidateAtEnd && !partition.impaired.has(broker)) {
        partition.impaired.set(broker, { hasLost: false, election: null });
      }
    }
  }

  #brokerRegistered(broker: BrokerId): void {
    for (const { replicas } of this.partitions.values()) {
      for (const replica of replicas) if (replica.broker === broker) replica.isAdmitted = true;
    }
  }

  #deleteTopic(topic: string): void {
    this.#deletedTopics.add(topic);
    for (const [name, partition] of this.partitions) {
      if (partition.topic.name === topic) this.partitions.delete(name);
    }
  }

  #session(name: string, node: string): Session {
    const known = this.ledger.sessions.get(name);
    if (known !== undefined) return known;
    const session = new Session(name, node, this.configuration.producer(node));
    this.ledger.sessions.set(name, session);
    return session;
  }

  #settled(send: Send, at: Instant): void {
    send.settledAt = at;
    const { partition, offset } = send;
    if (partition !== null && offset >= 0 && offset < partition.prunedBelow) {
      this.ledger.forget(send);
    }
  }

  #forget(dropped: readonly RecordBatch[], partition: PartitionTruth): void {
    if (partition.hasTransactions) this.transactions.forget(dropped, partition);
    for (const { records } of dropped) {
      for (const { recordId } of records) {
        const send = this.ledger.find(recordId);
        if (send !== undefined && send.outcome !== 'pending') this.ledger.forget(send);
      }
    }
  }

  #logLoaded(fact: FactOf<'logLoaded'>, moment: Moment, partition: PartitionTruth): void {
    const replica = partition.replica(fact.broker);
    replica.endRole();
    replica.isLoaded = true;
    moment.agreedBefore = partition.agreedEnd(replica);
    moment.formerHistory = replica.formerHistory;
    moment.logStartBefore = replica.logStartOffset;
    moment.removed = partition.truncate(replica, fact.logEndOffset);
    if (replica.log.isEmpty) partition.restart(replica, fact.logEndOffset);
    // What producer state says of older records comes from a snapshot, with one batch per producer.
    replica.producerStateFrom = fact.logEndOffset;
    replica.logStartOffset = fact.logStartOffset;
    replica.highWatermark = fact.highWatermark;

    const keptEnd = Math.max(fact.logEndOffset, partition.highestLogStart);
    if (keptEnd < moment.agreedBefore) noteLossOfDisk(replica, partition);
    replica.wasCandidateAtEnd = false;
    moment.loss = partition.settleElection();
  }

  #batchAppended(fact: FactOf<'batchAppended'>, moment: Moment, partition: PartitionTruth): void {
    const { batch } = fact;
    const replica = partition.replica(fact.broker);
    replica.isLoaded = true;
    moment.endBefore = replica.log.endOffset;
    if (batch.baseOffset < moment.endBefore) partition.truncate(replica, batch.baseOffset);
    if (fact.asLeader) this.#leaderAppended(replica, batch, moment, partition);
    replica.log.append(batch);
    if (fact.asLeader) moment.history = replica.producers.of(batch.producerId) ?? null;
    const { formerHistory } = replica;
    if (formerHistory !== null && batch.partitionLeaderEpoch >= formerHistory.leaderEpoch) {
      replica.formerHistory = null;
    }
  }

  #leaderAppended(
    replica: ReplicaTruth,
    batch: RecordBatch,
    moment: Moment,
    partition: PartitionTruth,
  ): void {
    const { epochStarts } = partition;
    const leaderEpoch = batch.partitionLeaderEpoch;
    const latest = epochStarts[epochStarts.length - 1];
    if (latest === undefined || latest.leaderEpoch < leaderEpoch) {
      epochStarts.push({ leaderEpoch, first: batch, predecessor: replica.log.last() });
    }
    if (batch.isTransactional) {
      partition.hasTransactions = true;
      this.transactions.appended(batch, partition, replica, moment.at);
    }
    if (moment.sends.length > 0) moment.sends = [];
    for (const record of batch.records) {
      const send = this.ledger.find(record.recordId);
      if (send === undefined) continue;
      send.earlierInLog = earlierOffset(send, replica);
      send.noteAppend(batch.baseOffset + record.offsetDelta, record, leaderEpoch);
      moment.sends.push(send);
    }
  }
}

/** Where the log already holds the record; -1 if nowhere. */
function earlierOffset(send: Send, replica: ReplicaTruth): Offset {
  if (send.offset < 0) return -1;
  if (holds(replica, send.offset, send)) return send.offset;
  return send.earlierOffsets?.find((offset) => holds(replica, offset, send)) ?? -1;
}

/** Whether the replica's log has the send's record at that offset. */
export function holds({ log }: ReplicaTruth, offset: Offset, { recordId }: Send): boolean {
  const batch = log.find(offset);
  return batch !== undefined && recordAt(batch, offset)?.recordId === recordId;
}

/** A replica that may lead, or has just been elected, has come back with less than it had. */
function noteLossOfDisk(
  { broker, wasCandidateAtEnd }: ReplicaTruth,
  partition: PartitionTruth,
): void {
  if (!wasCandidateAtEnd && !partition.isCandidate(broker)) return;
  const { openElection: open } = partition;
  const wasElected = !wasCandidateAtEnd && open?.leader === broker;
  const election = wasElected ? electionStanding(partition, open) : null;
  partition.impaired.set(broker, { hasLost: true, election });
}

function logTruncated(
  { broker, to, why }: FactOf<'logTruncated'>,
  moment: Moment,
  partition: PartitionTruth,
): void {
  const replica = partition.replica(broker);
  moment.agreedBefore = partition.agreedEnd(replica);
  moment.formerHistory = replica.formerHistory;
  moment.removed = [];
  // What recovery cuts off is a part of what the crash has taken, which `logLoaded` tells.
  if (why === 'recovery') return;
  moment.removed =
    why === 'fully' ? partition.restart(replica, to) : partition.truncate(replica, to);
  // A log cannot start behind its end (`UnifiedLog.truncateTo`).
  replica.logStartOffset = why === 'fully' ? to : Math.min(replica.logStartOffset, to);
  replica.highWatermark = Math.min(replica.highWatermark, to);
}

function leaderStarted(
  fact: FactOf<'leaderStarted'>,
  moment: Moment,
  partition: PartitionTruth,
): void {
  const { leaderEpoch, partitionEpoch, isr } = fact;
  const replica = partition.replica(fact.broker);
  const ledAlready = replica.isLeader;
  const isNewEpoch = leaderEpoch > replica.leaderEpoch;
  // A leader that stays leader in a new epoch keeps what it knows of its followers.
  if (!ledAlready) replica.endRole();
  replica.isLoaded = true;
  replica.isLeader = true;
  replica.leaderEpoch = leaderEpoch;
  if (isNewEpoch) {
    replica.epochStartOffset = fact.logEndOffset;
    const start = partition.epochStart(leaderEpoch)?.first.baseOffset ?? 0;
    if (fact.logEndOffset < start) replica.misplacedEpoch = leaderEpoch;
  }
  replica.highWatermark = fact.highWatermark;
  replica.view = { leaderEpoch, partitionEpoch, state: 'committed', isr, maximalIsr: isr };
  moment.loss = partition.settleElection();
}
