import { present } from '../../kernel/assert.ts';
import { type PartitionName } from '../../trace.ts';
import { PartitionSequences } from './partition-sequences.ts';
import {
  isSameProducer,
  noProducerId,
  type ProducerBatch,
  type ProducerIdAndEpoch,
} from './producer-batch.ts';

const noGaps: readonly PartitionName[] = [];

const maxProducerEpoch = 32_767;

/** Where a producer with other rules than 4.3.1 differs, see `sim/switches.ts`. */
export interface SequenceRules {
  /** A bump waits until no batch of the partition is in doubt. */
  readonly bumpWaitsInflight: boolean;
  /** A partition with nothing in flight begins at 0 in a new epoch. */
  readonly bumpResetsIdle: boolean;
  /** What is in flight is renumbered in the order of a heap, not of its sequences. */
  readonly renumbersByHeap: boolean;
}

/**
 * Id, epoch and sequences of an idempotent producer (`TransactionManager`, `TxnPartitionMap`).
 *
 * When a batch has failed for good, the sequences of its partition have a gap. Then the epoch is bumped,
 * without asking anyone, and the partition begins again at 0 with all that is in flight; other partitions
 * follow when nothing of theirs is in flight. A batch given up with unknown outcome makes its partition
 * unresolved: nothing new is drained until all that is in flight is over, which shows whether there is a
 * gap.
 */
export class SequenceTracker {
  #producer: ProducerIdAndEpoch = noProducerId;
  readonly #rules: SequenceRules;
  readonly #partitions = new Map<PartitionName, PartitionSequences>();
  /** The sequence after the last batch that was given up. */
  readonly #unresolved = new Map<PartitionName, number>();
  /** Partitions whose sequences begin anew at the next bump. */
  readonly #toRewrite = new Set<PartitionName>();

  constructor(rules: SequenceRules) {
    this.#rules = rules;
  }

  get producer(): ProducerIdAndEpoch {
    return this.#producer;
  }

  get hasProducerId(): boolean {
    return this.#producer.producerId >= 0;
  }

  setProducer(producer: ProducerIdAndEpoch): void {
    this.#producer = producer;
  }

  /** All partitions that were sent to. */
  get partitions(): ReadonlyMap<PartitionName, PartitionSequences> {
    return this.#partitions;
  }

  of(partition: PartitionName): PartitionSequences {
    const known = this.#partitions.get(partition);
    if (known !== undefined) return known;
    const made = new PartitionSequences(this.#rules.renumbersByHeap);
    this.#partitions.set(partition, made);
    return made;
  }

  forget(partition: PartitionName): void {
    this.#partitions.delete(partition);
    this.#unresolved.delete(partition);
  }

  /** The partitions begin at 0 with what they are sent next; nothing is in flight. */
  reset(): void {
    this.#partitions.clear();
    this.#unresolved.clear();
  }

  /** The partition begins again at 0 with all that is in flight. */
  restart(partition: PartitionName): void {
    this.of(partition).startAtBeginning(this.#producer);
  }

  /** Renumbers what follows a batch that has failed, and is not in the log. */
  closeGap(batch: ProducerBatch): void {
    this.#partitions.get(batch.partition.name)?.closeGap(batch);
  }

  /** Whether the batch, the next of its partition, has to wait for others that are in flight. */
  mustHold(batch: ProducerBatch): boolean {
    const { name } = batch.partition;
    const sequences = this.of(name);
    if (batch.hasSequence) {
      // Several batches that are sent again go one by one.
      return sequences.hasInFlight && sequences.firstInFlightSequence !== batch.baseSequence;
    }
    if (sequences.hasInFlight && !isSameProducer(sequences.producer, this.#producer)) return true;
    return this.#unresolved.has(name) || this.#toRewrite.has(name);
  }

  /** Gives a batch that is drained its sequences. */
  assign(batch: ProducerBatch, isTransactional: boolean): void {
    const sequences = this.of(batch.partition.name);
    if (!isSameProducer(sequences.producer, this.#producer) && !sequences.hasInFlight) {
      const isFirst = sequences.producer.producerId < 0;
      if (isFirst || this.#rules.bumpResetsIdle) sequences.startAtBeginning(this.#producer);
      else sequences.producer = this.#producer;
    }
    sequences.assign(batch, this.#producer, isTransactional);
  }

  /** `baseOffset`: -1 if it is not known. */
  acked(batch: ProducerBatch, baseOffset: number): void {
    const { name } = batch.partition;
    this.#partitions.get(name)?.acked(batch.lastSequence);
    if (baseOffset >= 0) {
      const sequences = this.of(name);
      const lastOffset = baseOffset + batch.recordCount - 1;
      if (lastOffset > sequences.lastAckedOffset) sequences.lastAckedOffset = lastOffset;
    }
    this.removeInFlight(batch);
  }

  removeInFlight(batch: ProducerBatch): void {
    this.#partitions.get(batch.partition.name)?.removeInFlight(batch);
  }

  isUnresolved(partition: PartitionName): boolean {
    return this.#unresolved.has(partition);
  }

  /** The batch follows at once on the one that left its partition unresolved. */
  followsUnresolved({ partition, baseSequence }: ProducerBatch): boolean {
    return this.#unresolved.get(partition.name) === baseSequence;
  }

  markUnresolved(batch: ProducerBatch): void {
    const { name } = batch.partition;
    const next = (batch.lastSequence + 1) | 0;
    this.#unresolved.set(name, Math.max(this.#unresolved.get(name) ?? next, next));
  }

  /** @returns The partitions where nothing is in flight any more and a gap is left. */
  resolve(): readonly PartitionName[] {
    if (this.#unresolved.size === 0) return noGaps;
    const gaps: PartitionName[] = [];
    for (const partition of this.#unresolved.keys()) {
      const sequences = this.of(partition);
      if (sequences.hasInFlight) continue;
      this.#unresolved.delete(partition);
      if (!sequences.isNext(sequences.nextSequence)) gaps.push(partition);
    }
    return gaps;
  }

  requestBump(partition: PartitionName): void {
    this.#toRewrite.add(partition);
  }

  /** Does what `requestBump` has asked for. @returns What has changed, if anything. */
  bumpIfRequested(): EpochBump | undefined {
    if (this.#toRewrite.size === 0) return undefined;
    const names = [...this.#toRewrite].filter((name) => !this.#mustWait(name));
    if (names.length === 0) return undefined;
    const { producerId, epoch } = this.#producer;
    this.#producer = epoch === maxProducerEpoch ? noProducerId : { producerId, epoch: epoch + 1 };
    let batchesInDoubt = 0;
    for (const name of names) {
      const sequences = present(this.#partitions.get(name), 'sequences of the partition');
      batchesInDoubt += countInDoubt(sequences);
      sequences.startAtBeginning(this.#producer);
      this.#unresolved.delete(name);
      this.#toRewrite.delete(name);
    }
    return { batchesInDoubt };
  }

  #mustWait(partition: PartitionName): boolean {
    return this.#rules.bumpWaitsInflight && countInDoubt(this.of(partition)) > 0;
  }
}

export interface EpochBump {
  /** How many got another identity although they may have been appended. */
  readonly batchesInDoubt: number;
}

function countInDoubt({ inFlight }: PartitionSequences): number {
  let count = 0;
  for (const batch of inFlight) if (batch.isInFlight || batch.mayBeAppended) count += 1;
  return count;
}
