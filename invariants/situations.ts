import { type BrokerId } from '../sim/trace.ts';
import { coordinationSituations } from './coordination-situations.ts';
import { type GroundTruth } from './ground-truth/ground-truth.ts';
import { type PartitionState, type PartitionTruth } from './ground-truth/partition-truth.ts';
import { type Handlers, type Instant } from './invariant.ts';

/**
 * Situations in which promises are really tested. A campaign in which one never came up has proved
 * nothing about it.
 */
export const situations = [
  { id: 'ack-lost', what: 'a batch was appended, and its producer did not hear of it' },
  { id: 'retry-deduplicated', what: 'a retry was recognised and answered with the first offset' },
  { id: 'retry-at-new-leader', what: 'a retry went to another broker than the first attempt' },
  { id: 'out-of-order-sequence', what: 'a broker refused a sequence that did not follow' },
  { id: 'producer-epoch-bump', what: 'a producer took a new epoch' },
  { id: 'isr-shrink', what: 'a replica left the ISR' },
  { id: 'isr-expand', what: 'a replica came back into the ISR' },
  { id: 'isr-of-one', what: 'the ISR of a replicated partition shrank to one' },
  { id: 'isr-below-minimum', what: 'the ISR shrank below min.insync.replicas' },
  { id: 'isr-change-refused', what: 'the controller refused a change of the ISR' },
  {
    id: 'ack-refused-after-append',
    what: 'a batch was appended, and the broker answered with an error',
  },
  { id: 'not-enough-replicas', what: 'a broker refused a batch because its ISR was too small' },
  { id: 'deposed-leader-appends', what: 'a leader appended after it had been replaced' },
  { id: 'truncation', what: 'a replica truncated records that another leader did not have' },
  {
    id: 'high-watermark-regress',
    what: 'a new leader began with a high watermark below what was committed',
  },
  { id: 'end-offset-not-available', what: 'a new leader did not tell its end offset yet' },
  { id: 'election', what: 'a partition got a new leader' },
  { id: 'unclean-election', what: 'a leader was elected from outside of ISR and ELR' },
  { id: 'elr-filled', what: 'a replica left the ISR for the ELR' },
  { id: 'elr-election', what: 'a leader was elected from the ELR' },
  { id: 'broker-fenced', what: 'the controller fenced a broker' },
  { id: 'long-pause', what: 'a node was paused for longer than the session of a broker' },
  { id: 'lossy-crash', what: 'a broker lost its power, and entries that were not flushed' },
  {
    id: 'lossy-crash-of-leader',
    what: 'a leader lost its power, and entries that were not flushed',
  },
  {
    id: 'lossy-crash-of-last-in-sync',
    what: 'the only member of an ISR lost its power, and entries',
  },
  { id: 'loss-of-committed', what: 'an election lost what was committed' },
  { id: 'consumer-moved-by-force', what: 'a consumer was reset, or moved back after a truncation' },
  { id: 'rebalance', what: 'a group went to a new generation or epoch' },
  { id: 'member-timed-out', what: 'a member was removed because nothing was heard of it' },
  { id: 'partitions-lost', what: 'a consumer learnt that it is no member any more' },
  { id: 'stale-commit-refused', what: 'a commit of an old generation or member was refused' },
  { id: 'commit-in-doubt', what: 'a consumer did not hear whether its commit took effect' },
  { id: 'group-coordinator-moved', what: 'another broker took over groups' },
  {
    id: 'rebalance-in-transaction',
    what: 'a group was rebalanced while a member was in a transaction',
  },
  { id: 'stale-offsets-refused', what: 'a transaction was refused offsets of an old generation' },
  { id: 'unstable-offset', what: 'who asked for an offset had to wait for a transaction' },
  { id: 'transaction-aborted', what: 'a transaction with records was aborted' },
  { id: 'transaction-timed-out', what: 'a coordinator aborted a transaction that took too long' },
  {
    id: 'timeout-during-commit',
    what: 'a transaction timed out when its producer had called commit',
  },
  { id: 'long-transaction', what: 'a transaction held back readers for more than five seconds' },
  { id: 'producer-fenced', what: 'a producer was refused because another has taken its place' },
  { id: 'end-retried', what: 'the end of a transaction was asked for again when it was decided' },
  { id: 'late-end', what: 'an EndTxn arrived when its producer was in a later transaction' },
  { id: 'late-produce', what: 'a batch arrived when its transaction had been ended' },
  {
    id: 'coordinator-moved-open',
    what: 'another coordinator took over an open transaction',
  },
  {
    id: 'coordinator-moved-decided',
    what: 'another coordinator took over a decided transaction without a marker',
  },
  {
    id: 'coordinator-moved-amid-markers',
    what: 'another coordinator took over a transaction of which some markers were written',
  },
] as const satisfies readonly { readonly id: string; readonly what: string }[];

export type Situation = (typeof situations)[number]['id'];

export interface SituationCount {
  readonly situation: Situation;
  readonly what: string;
  readonly count: number;
}

/** Longer than `broker.session.timeout.ms`. */
const longPause: Instant = 9_000_000;

/** Counts the situations of one run. It is told each fact after the truth. */
export class SituationCounter {
  readonly handlers: Handlers;
  /** Those of groups and transactions. */
  readonly coordination: Handlers;
  readonly #truth: GroundTruth;
  readonly #counts = new Map<Situation, number>();
  readonly #pausedAt = new Map<string, Instant>();
  /** By session: where the last batch for a partition went. */
  readonly #targets = new Map<string, Map<PartitionTruth, BrokerId>>();

  constructor(truth: GroundTruth) {
    this.#truth = truth;
    this.handlers = {
      ...this.#producerHandlers(),
      ...this.#replicaHandlers(),
      ...this.#controllerHandlers(),
      ...this.#nodeHandlers(),
    };
    this.coordination = coordinationSituations(truth, (situation) => {
      this.#count(situation);
    });
  }

  counts(): readonly SituationCount[] {
    return situations.map(({ id, what }) => ({
      situation: id,
      what,
      count: this.#counts.get(id) ?? 0,
    }));
  }

  #count(situation: Situation): void {
    this.#counts.set(situation, (this.#counts.get(situation) ?? 0) + 1);
  }

  #producerHandlers(): Handlers {
    return {
      batchSent: (fact, _, partition) => {
        const targets = this.#targets.get(fact.session) ?? new Map<PartitionTruth, BrokerId>();
        this.#targets.set(fact.session, targets);
        const last = targets.get(partition);
        if (fact.attempt > 0 && last !== undefined && last !== fact.to) {
          this.#count('retry-at-new-leader');
        }
        targets.set(partition, fact.to);
      },
      producerIdAssigned: ({ producerEpoch }) => {
        if (producerEpoch > 0) this.#count('producer-epoch-bump');
      },
      sendFailed: ({ definite }, { send }) => {
        if (!definite && send !== undefined && send.offset >= 0) this.#count('ack-lost');
      },
      positionMoved: ({ from, why }) => {
        if (from >= 0 && (why === 'reset' || why === 'truncated')) {
          this.#count('consumer-moved-by-force');
        }
      },
    };
  }

  #replicaHandlers(): Handlers {
    return {
      leaderAppended: ({ broker }, { sends }, partition) => {
        if (partition.isDeposed(partition.replica(broker))) this.#count('deposed-leader-appends');
        if (sends.some(({ earlierInLog }) => earlierInLog >= 0)) this.#count('ack-lost');
      },
      produceAnswered: ({ error, isDuplicate }) => {
        switch (error) {
          case 'NONE':
            if (!isDuplicate) return;
            this.#count('ack-lost');
            this.#count('retry-deduplicated');
            break;
          case 'OUT_OF_ORDER_SEQUENCE_NUMBER':
            this.#count('out-of-order-sequence');
            break;
          case 'NOT_ENOUGH_REPLICAS':
            this.#count('not-enough-replicas');
            break;
          case 'NOT_ENOUGH_REPLICAS_AFTER_APPEND':
          case 'REQUEST_TIMED_OUT':
            this.#count('ack-refused-after-append');
            break;
          default:
        }
      },
      logTruncated: ({ why }, { removed }) => {
        if (why !== 'recovery' && removed.length > 0) this.#count('truncation');
      },
      leaderStarted: ({ highWatermark }, _, partition) => {
        if (highWatermark < partition.committed.endOffset) this.#count('high-watermark-regress');
      },
      listOffsetsServed: ({ error }) => {
        if (error === 'OFFSET_NOT_AVAILABLE') this.#count('end-offset-not-available');
      },
    };
  }

  #controllerHandlers(): Handlers {
    return {
      committedLost: () => {
        this.#count('loss-of-committed');
      },
      partitionChanged: (fact, _moment, partition) => {
        if (partition.previousState === null) return;
        this.#countIsr(fact, partition);
        this.#countElection(fact, partition);
      },
      alterPartitionAnswered: ({ error }) => {
        if (error !== 'NONE') this.#count('isr-change-refused');
      },
      brokerFenced: () => {
        this.#count('broker-fenced');
      },
    };
  }

  #countIsr(
    { isr, elr, replicas }: PartitionState,
    { previousState, minimum }: PartitionTruth,
  ): void {
    const before = previousState?.isr.length ?? 0;
    if (isr.length > before) this.#count('isr-expand');
    if (isr.length < before) {
      this.#count('isr-shrink');
      if (isr.length === 1 && replicas.length > 1) this.#count('isr-of-one');
      if (isr.length < minimum && before >= minimum) this.#count('isr-below-minimum');
    }
    if (elr.length > (previousState?.elr.length ?? 0)) this.#count('elr-filled');
  }

  #countElection(
    { leader, leaderEpoch, wasUnclean }: PartitionState,
    { previousState }: PartitionTruth,
  ): void {
    if (leader < 0 || leaderEpoch === previousState?.leaderEpoch) return;
    this.#count('election');
    if (wasUnclean) this.#count('unclean-election');
    else if (previousState?.elr.includes(leader) === true) this.#count('elr-election');
  }

  #nodeHandlers(): Handlers {
    return {
      nodePaused: (_, { node, at }) => {
        this.#pausedAt.set(node, at);
      },
      nodeResumed: (_, { node, at }) => {
        if (at - (this.#pausedAt.get(node) ?? at) > longPause) this.#count('long-pause');
      },
      nodeCrashed: ({ powerLost, entriesLost }, { node }) => {
        const broker = this.#truth.brokerOf(node);
        if (broker === undefined || !powerLost || entriesLost === 0) return;
        this.#count('lossy-crash');
        for (const { state } of this.#truth.partitions.values()) {
          if (state?.leader === broker) this.#count('lossy-crash-of-leader');
          if (state?.isr.length === 1 && state.isr[0] === broker) {
            this.#count('lossy-crash-of-last-in-sync');
          }
        }
      },
    };
  }
}
