import { type Offset } from '../../sim/protocol/record-batch.ts';
import { type BrokerId, type FactOf } from '../../sim/trace.ts';
import { BatchLog } from './batch-log.ts';
import { type Loss } from './loss.ts';
import { ProducerHistories } from './producer-history.ts';
import { ReplicaTransactions } from './replica-transactions.ts';
import { RottenBatches } from './rotten-batches.ts';

/** The ISR as a leader has it. */
export type LeaderView = Pick<
  FactOf<'isrViewChanged'>,
  'leaderEpoch' | 'partitionEpoch' | 'state' | 'isr' | 'maximalIsr'
>;

/** One replica, as the facts that its broker told say it is. */
export class ReplicaTruth {
  readonly broker: BrokerId;
  readonly log = new BatchLog();
  readonly producers = new ProducerHistories(this.log);
  readonly transactions = new ReplicaTransactions(this.log);
  readonly rotten = new RottenBatches();
  logStartOffset: Offset = 0;
  /** Its own, which may lie below what is committed. */
  highWatermark: Offset = 0;
  /** The broker runs and has opened the log. */
  isLoaded = false;
  /**
   * The controller knows of the present life of the broker. Before, its ISR and ELR speak of what the
   * last life held, and the broker serves nobody.
   */
  isAdmitted = true;
  isLeader = false;
  /** Of its present role; -1 without one. */
  leaderEpoch = -1;
  /** Whom it follows; -1 if nobody. */
  followedLeader: BrokerId = -1;
  /** Where the log ended when its leadership began. */
  epochStartOffset: Offset = -1;
  /**
   * It had lost what it wrote in this leader epoch, and led on in it: its epoch cache lets the epoch
   * begin too early from then on. -1 if that never happened.
   */
  misplacedEpoch = -1;
  view: LeaderView | null = null;
  /** By follower: the offset that it last fetched from, in this leadership. */
  remoteEnds: Offset[] = [];
  /** It was in the ISR or ELR when its broker went down. */
  wasCandidateAtEnd = false;
  /** Producer state was built from records from here on; below, a reload may have forgotten some. */
  producerStateFrom: Offset = 0;
  truncations = 0;
  /** What everybody else has lost and this replica still holds, until it truncates. */
  formerHistory: Loss | null = null;
  /** Its batches below this index are those of the committed log below `committedIndex`. */
  agreedIndex = 0;
  committedIndex = 0;

  constructor(broker: BrokerId) {
    this.broker = broker;
  }

  remoteEnd(follower: BrokerId): Offset {
    return this.remoteEnds[follower] ?? -1;
  }

  endRole(): void {
    this.isLeader = false;
    this.leaderEpoch = -1;
    this.followedLeader = -1;
    this.view = null;
    this.remoteEnds = [];
  }
}
