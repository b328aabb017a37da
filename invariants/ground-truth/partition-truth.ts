import { type LogRecord, type Offset, type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { offsetsTopic, transactionStateTopic } from '../../sim/protocol/topic-name.ts';
import { type BrokerId, type FactOf, type PartitionName } from '../../sim/trace.ts';
import { type TopicInForce } from '../configuration.ts';
import { type Standing } from '../standing.ts';
import { agreedEnd, realign, retreat, revisit } from './agreement.ts';
import { BatchLog } from './batch-log.ts';
import { electionStanding } from './durability.ts';
import { type Loss } from './loss.ts';
import { NewestOffsets } from './newest-offsets.ts';
import { ReplicaTruth } from './replica-truth.ts';
import { isSameBatch } from './same-batch.ts';

/** What the controller has committed about a partition. */
export type PartitionState = FactOf<'partitionChanged'>;

/** What an unclean end has done to a replica that may lead. */
export interface Impairment {
  readonly hasLost: boolean;
  /** It was elected while it was down, from outside of ISR and ELR: why that was allowed. */
  readonly election: Standing | null;
}

/** The broker that has read a partition of `__consumer_offsets` or `__transaction_state`. */
export interface LoadedCoordinator {
  readonly broker: BrokerId;
  readonly leaderEpoch: number;
  /** Exclusive end of what it has read, also above the high watermark (`CoordinatorLoaderImpl`). */
  readonly loadedTo: Offset;
}

/** The first batch of a leader epoch, and what lies before it in every log that holds it. */
export interface EpochStart {
  readonly leaderEpoch: number;
  readonly first: RecordBatch;
  readonly predecessor: RecordBatch | undefined;
}

/**
 * One partition as it really is, which no broker knows: the log of each replica, and the committed
 * log. Committed is what some leader's high watermark has passed by the rules; it shrinks only when
 * an election loses a part of it.
 */
export class PartitionTruth {
  readonly name: PartitionName;
  readonly topic: TopicInForce;
  readonly elr: boolean;
  /** What the leader coordinates by it; null for a partition of an ordinary topic. */
  readonly coordinates: 'groups' | 'transactions' | null;
  /** Of the highest leader epoch: an older one may not know yet that it has been deposed. */
  coordinator: LoadedCoordinator | null = null;
  state: PartitionState | null = null;
  previousState: PartitionState | null = null;
  readonly replicas: ReplicaTruth[] = [];
  readonly committed = new BatchLog();
  readonly #newest = new NewestOffsets(this.committed);
  /** Exclusive end of what any consumer was ever given. */
  servedEnd: Offset = 0;
  /** The highest offset that a client was told is written; -1 for none. */
  acked: Offset = -1;
  /** The same, told with acks=all. */
  ackedByAll: Offset = -1;
  /** Below it records may be gone by retention or DeleteRecords. */
  highestLogStart: Offset = 0;
  /** Below it the truth has been forgotten: no log reaches there. */
  prunedBelow: Offset = 0;
  hasTransactions = false;
  /** The last election, until it has taken effect. */
  openElection: PartitionState | null = null;
  /** Every election that lost something, or may have, oldest first. */
  readonly losses: Loss[] = [];
  /** Members of ISR or ELR that went down uncleanly and are not back in the ISR. */
  readonly impaired = new Map<BrokerId, Impairment>();
  readonly epochStarts: EpochStart[] = [];
  readonly #byBroker: (ReplicaTruth | undefined)[] = [];
  #fewestReplicas = Number.MAX_SAFE_INTEGER;

  constructor(name: PartitionName, topic: TopicInForce, elr: boolean) {
    this.name = name;
    this.topic = topic;
    this.elr = elr;
    this.coordinates = coordinatedBy(topic.name);
  }

  /** The effective minimum of in-sync replicas: never more than there are replicas. */
  get minimum(): number {
    return Math.min(this.topic.lowestMinInsyncReplicas, this.#fewestReplicas);
  }

  replica(broker: BrokerId): ReplicaTruth {
    return this.#byBroker[broker] ?? this.#newReplica(broker);
  }

  removeReplica(broker: BrokerId): void {
    const index = this.replicas.findIndex((replica) => replica.broker === broker);
    if (index < 0) return;
    this.replicas.splice(index, 1);
    this.#byBroker[broker] = undefined;
  }

  coordinatorLoaded({ broker, leaderEpoch }: FactOf<'coordinatorLoaded'>): void {
    if (this.coordinator !== null && leaderEpoch < this.coordinator.leaderEpoch) return;
    const loadedTo = this.replica(broker).log.endOffset;
    this.coordinator = { broker, leaderEpoch, loadedTo };
  }

  /** Up to where the replica holds exactly what is committed. */
  agreedEnd(replica: ReplicaTruth): Offset {
    return agreedEnd(this.committed, replica, this.topic.isCompacted ? this.#newest : null);
  }

  /** Whether a cleaner may have taken the record, which was committed. */
  mayBeCompacted(batch: RecordBatch, record: LogRecord): boolean {
    return this.topic.isCompacted && this.#newest.mayBeGone(batch, record);
  }

  /** Whether the record is not the last of its key any more, of a topic that is compacted. */
  isReplaced(batch: RecordBatch, record: LogRecord): boolean {
    return this.topic.isCompacted && this.#newest.mayBeReplaced(batch, record);
  }

  /** Whether the batch is what is committed at its place, or what a cleaner may have left of that. */
  isCommitted(batch: RecordBatch): boolean {
    const known = this.committed.find(batch.baseOffset);
    if (known === undefined) return false;
    if (isSameBatch(known, batch)) return true;
    return this.topic.isCompacted && this.#newest.isRemainder(batch, known);
  }

  /** Whether the replica lacks some of what is committed, or holds something else in its place. */
  lacksCommitted(replica: ReplicaTruth): boolean {
    return this.agreedEnd(replica) < this.committed.endOffset;
  }

  /** The controller may make it leader without calling the election unclean. */
  isCandidate(broker: BrokerId): boolean {
    const { state } = this;
    return state !== null && (state.isr.includes(broker) || state.elr.includes(broker));
  }

  /**
   * Whether what is committed must be in this replica: its broker runs, and it may lead. Where the
   * minimum of in-sync replicas has changed, leader and controller may disagree on who is in the ELR.
   */
  mustHoldCommitted({ isLoaded, isAdmitted, broker }: ReplicaTruth): boolean {
    const { state, topic } = this;
    if (state === null || !isLoaded || !isAdmitted) return false;
    if (state.isr.includes(broker)) return true;
    return state.elr.includes(broker) && !topic.hasMinInsyncReplicasChanged;
  }

  /** A leader that the controller has replaced, and that may not know it yet. */
  isDeposed(replica: ReplicaTruth): boolean {
    return this.state !== null && replica.leaderEpoch < this.state.leaderEpoch;
  }

  /** The replica of the leader that the controller knows, once it runs. */
  leader(): ReplicaTruth | undefined {
    const { state } = this;
    return state === null || state.leader < 0 ? undefined : this.#byBroker[state.leader];
  }

  /** Undefined while nothing was written in that epoch. */
  epochStart(leaderEpoch: number): EpochStart | undefined {
    return this.epochStarts.findLast((start) => start.leaderEpoch === leaderEpoch);
  }

  truncate(replica: ReplicaTruth, to: Offset): readonly RecordBatch[] {
    const removed = replica.log.truncateTo(to);
    replica.rotten.truncateTo(to);
    replica.producers.truncated();
    replica.transactions.truncated();
    replica.truncations += 1;
    replica.producerStateFrom = Math.min(replica.producerStateFrom, to);
    retreat(this.committed, replica);
    this.#noteReunion(replica);
    return removed;
  }

  /** A cleaner has put these batches in the place of others, which are returned. */
  clean(
    replica: ReplicaTruth,
    { from, to, batches }: FactOf<'logCleaned'>,
  ): readonly RecordBatch[] {
    this.agreedEnd(replica);
    const left = batches.filter(({ lastOffset }) => lastOffset >= this.prunedBelow);
    const { log, producers, transactions } = replica;
    const removed = transactions.whileCleaned(() =>
      producers.whileCleaned(() => log.replace(from, to, left)),
    );
    revisit(this.committed, replica, from);
    return removed;
  }

  /** The replica begins anew at an offset, with nothing. */
  restart(replica: ReplicaTruth, at: Offset): readonly RecordBatch[] {
    const removed = replica.log.truncateTo(0);
    replica.rotten.truncateTo(0);
    replica.producers.truncated();
    replica.transactions.truncated();
    replica.log.endOffset = at;
    replica.truncations += 1;
    replica.misplacedEpoch = -1;
    replica.producerStateFrom = at;
    realign(this.committed, replica);
    replica.formerHistory = null;
    return removed;
  }

  /**
   * A leader's high watermark has passed what lies below `to`. What a deposed leader commits counts
   * only if all that may lead now hold it.
   * @returns The first batch that does not count.
   */
  commit(replica: ReplicaTruth, to: Offset): RecordBatch | null {
    const { committed } = this;
    this.agreedEnd(replica);
    if (replica.committedIndex < committed.nextIndex) return null;
    const isDeposed = this.isDeposed(replica);
    for (;;) {
      const batch = replica.log.at(replica.agreedIndex);
      if (batch === undefined || batch.lastOffset >= to) return null;
      if (isDeposed && !this.#isHeldByCandidates(batch)) {
        replica.formerHistory ??= this.#lossAfter(replica.leaderEpoch);
        return batch;
      }
      committed.append(batch);
      replica.agreedIndex += 1;
      replica.committedIndex = committed.nextIndex;
    }
  }

  /** @returns What an election has lost, if the change is one. */
  change(state: PartitionState): Loss | null {
    const before = this.state;
    this.previousState = before;
    this.state = state;
    this.#fewestReplicas = Math.min(this.#fewestReplicas, state.replicas.length);
    if (before !== null && state.leaderEpoch > before.leaderEpoch) this.openElection = state;
    const loss = this.settleElection();
    if (this.impaired.size > 0) this.#noteRecovered(state);
    return loss;
  }

  /**
   * The last election takes effect, if it has not: the log of the new leader is the log of the partition
   * as soon as the controller knows the present life of its broker. One that had lost its log is
   * replaced before it has served anybody.
   * @returns What is lost by it.
   */
  settleElection(): Loss | null {
    const election = this.openElection;
    if (election === null || election.leader < 0) return null;
    const leader = this.replica(election.leader);
    if (!leader.isLoaded || !leader.isAdmitted) return null;
    this.openElection = null;
    return this.#elect(leader, election);
  }

  /** Forgets what lies below the start of every log, and returns the committed part of it. */
  prune(): readonly RecordBatch[] {
    const floor = this.replicas.reduce(
      (low, { logStartOffset }) => Math.min(low, logStartOffset),
      Number.MAX_SAFE_INTEGER,
    );
    if (floor <= this.prunedBelow || floor === Number.MAX_SAFE_INTEGER) return [];
    this.prunedBelow = floor;
    for (const replica of this.replicas) this.agreedEnd(replica);
    const dropped = this.committed.dropBelow(floor);
    for (const replica of this.replicas) {
      replica.log.dropBelow(floor);
      if (replica.agreedIndex < replica.log.firstIndex) realign(this.committed, replica);
    }
    return dropped;
  }

  #newReplica(broker: BrokerId): ReplicaTruth {
    const replica = new ReplicaTruth(broker);
    this.replicas.push(replica);
    this.#byBroker[broker] = replica;
    return replica;
  }

  #isHeldByCandidates(batch: RecordBatch): boolean {
    const candidates = this.replicas.filter(({ broker }) => this.isCandidate(broker));
    const staying = candidates.filter((replica) => !this.#isToBeExpelled(replica));
    return (staying.length > 0 ? staying : candidates).every(({ log }) => {
      const own = log.find(batch.baseOffset);
      return own !== undefined && isSameBatch(own, batch);
    });
  }

  /**
   * It has stopped uncleanly, and leaves ISR and ELR when its broker is registered again; without ELR
   * the last in the ISR stays (`ReplicationControlManager.handleBrokerShutdown`).
   */
  #isToBeExpelled({ broker, isAdmitted }: ReplicaTruth): boolean {
    return !isAdmitted && this.impaired.has(broker);
  }

  #lossAfter(leaderEpoch: number): Loss | null {
    return this.losses.findLast((loss) => leaderEpoch < loss.leaderEpoch) ?? null;
  }

  #elect(leader: ReplicaTruth, state: PartitionState): Loss | null {
    const to = this.committed.endOffset;
    const from = Math.min(this.agreedEnd(leader), to);
    const wasKnown = this.servedEnd > from || this.acked >= from;
    // What was acknowledged and is not in the new log can order nothing that comes after.
    this.acked = Math.min(this.acked, leader.log.endOffset - 1);
    this.ackedByAll = Math.min(this.ackedByAll, leader.log.endOffset - 1);
    if (from === to && !state.wasUnclean) return null;

    const standing = electionStanding(this, state);
    const batches = from < to ? this.committed.truncateTo(from) : [];
    this.#newest.truncated();
    const { leaderEpoch } = state;
    const loss: Loss = {
      leader: leader.broker,
      leaderEpoch,
      from,
      to,
      batches,
      wasKnown,
      standing,
    };
    this.losses.push(loss);
    for (const replica of this.replicas) {
      retreat(this.committed, replica);
      if (replica !== leader && replica.log.endOffset > from) replica.formerHistory = loss;
    }
    return from < to ? loss : null;
  }

  #noteReunion(replica: ReplicaTruth): void {
    const { formerHistory } = replica;
    if (formerHistory !== null && replica.log.endOffset <= this.agreedEnd(replica)) {
      replica.formerHistory = null;
    }
  }

  #noteRecovered(state: PartitionState): void {
    for (const broker of state.isr) {
      if (!this.impaired.has(broker)) continue;
      const replica = this.replica(broker);
      if (replica.isLoaded && !this.lacksCommitted(replica)) this.impaired.delete(broker);
    }
  }
}

function coordinatedBy(topic: string): PartitionTruth['coordinates'] {
  if (topic === offsetsTopic) return 'groups';
  return topic === transactionStateTopic ? 'transactions' : null;
}
