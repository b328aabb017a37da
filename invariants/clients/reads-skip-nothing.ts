import { type LogRecord, type Offset, type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { type FactOf } from '../../sim/trace.ts';
import { committedIsPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { budgetStanding, lossStanding } from '../ground-truth/durability.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { isSameRecord } from '../ground-truth/same-batch.ts';
import { type Invariant, type Report } from '../invariant.ts';
import { promised, type Standing } from '../standing.ts';
import { FirstPositions } from './first-positions.ts';

type Polled = FactOf<'recordsPolled'>;
type Moved = FactOf<'positionMoved'>;

/**
 * C10: every poll is compared with the committed log, record by record. Gaps are not alarming in
 * themselves: control records, compaction, retention and DeleteRecords leave them. Members of groups
 * begin where they are told that their group has committed; whether that is true is judged by C13.
 */
export const readsSkipNothing: Invariant = {
  id: 'C10',
  name: 'reads-skip-nothing',
  promise:
    'A consumer is given every visible record from its position on, in order and once, unless it seeks, or is moved for a reason that Kafka names; a member of a group begins where the group has committed.',
  kind: 'safety',
  source: 'FetchCollector, SubscriptionState, KIP-320; Jepsen: poll-skip, nonmonotonic-poll',
  promised: committedIsPromised,

  start(_, report) {
    const reading = new Reading(report);
    const { first } = reading;

    return {
      nodeStarted: (_fact, { node }) => {
        reading.begins(node);
      },
      partitionsAssigned: ({ added }, { node }) => {
        first.given(node, added);
      },
      partitionsRevoked: ({ partitions }, { node }) => {
        first.takenAway(node, partitions);
      },
      committedOffsetsReceived: ({ offsets }, { node }) => {
        first.told(node, offsets);
      },
      positionMoved: (fact, { node }, partition) => {
        reading.moved(fact, partition, node);
      },
      recordsPolled: (fact, { node }, partition) => {
        reading.polled(fact, partition, node);
        if (fact.records.length > 0) report.exercised();
      },
    };
  },
};

/** Where every consumer goes on reading, and what is wrong with it. */
class Reading {
  readonly first = new FirstPositions();
  readonly #report: Report;
  readonly #positions = new Map<string, Map<PartitionTruth, Offset>>();

  constructor(report: Report) {
    this.#report = report;
  }

  /** A new process. */
  begins(node: string): void {
    this.#positions.delete(node);
    this.first.forget(node);
  }

  moved(fact: Moved, partition: PartitionTruth, node: string): void {
    const { from, to, why } = fact;
    this.#checkFirst(fact, partition, to, this.first.moved(node, fact));
    const mine = this.#positionsOf(node);
    this.#checkStart(fact, partition, from, mine.get(partition));
    mine.set(partition, to);
    const isForced = why === 'reset' || why === 'truncated';
    if (!isForced || !isInside(partition, from)) return;
    this.#breach(fact, partition, from, `position ${why} to ${to}, though it was valid`);
  }

  polled(fact: Polled, partition: PartitionTruth, node: string): void {
    const { position } = fact;
    this.#checkFirst(fact, partition, position, this.first.polled(node, partition.name, position));
    const mine = this.#positionsOf(node);
    this.#checkStart(fact, partition, position, mine.get(partition));
    mine.set(partition, fact.nextPosition);
    const problem = new Comparison(fact, partition).problem();
    if (problem !== null) this.#breach(fact, partition, problem.offset, problem.what);
  }

  #positionsOf(node: string): Map<PartitionTruth, Offset> {
    const known = this.#positions.get(node);
    if (known !== undefined) return known;
    const made = new Map<PartitionTruth, Offset>();
    this.#positions.set(node, made);
    return made;
  }

  #checkStart(
    fact: Polled | Moved,
    partition: PartitionTruth,
    from: Offset,
    known: Offset | undefined,
  ): void {
    if (known === undefined || from < 0 || from === known) return;
    const what = `the position was ${known} and moved without a cause`;
    this.#breach(fact, partition, from, what);
  }

  /** What was lost of the partition is no excuse: it is compared with what the consumer was told. */
  #checkFirst(
    fact: Polled | Moved,
    partition: PartitionTruth,
    offset: Offset,
    what: string | null,
  ): void {
    if (what !== null) this.#breach(fact, partition, offset, what, promised);
  }

  #breach(
    fact: Polled | Moved,
    partition: PartitionTruth,
    offset: Offset,
    what: string,
    standing = standingOf(partition),
  ): void {
    this.#report.broken({
      message: `${partition.name}@${offset}: ${what}`,
      standing,
      evidence: evidenceIn(partition, fact, { offsets: [offset] }),
    });
  }
}

interface Problem {
  readonly offset: Offset;
  readonly what: string;
}

/** Walks through a poll and the committed log side by side. */
class Comparison {
  readonly #fact: Polled;
  readonly #partition: PartitionTruth;
  /** Index of the next record of the poll that has not been compared. */
  #next = 0;

  constructor(fact: Polled, partition: PartitionTruth) {
    this.#fact = fact;
    this.#partition = partition;
  }

  /** The first difference between what was polled and what is committed in the range of the poll. */
  problem(): Problem | null {
    const { committed, prunedBelow } = this.#partition;
    const { records, position, nextPosition } = this.#fact;
    while ((records[this.#next]?.offset ?? prunedBelow) < prunedBelow) this.#next += 1;
    for (let index = committed.indexOf(position); index < committed.nextIndex; index += 1) {
      const batch = committed.at(index);
      if (batch === undefined || batch.baseOffset >= nextPosition) break;
      const problem = batch.isControl ? null : this.#batchProblem(batch);
      if (problem !== null) return problem;
    }
    const rest = records[this.#next];
    return rest === undefined ? null : { offset: rest.offset, what: 'no such record is committed' };
  }

  #batchProblem(batch: RecordBatch): Problem | null {
    const { records, position, nextPosition } = this.#fact;
    for (const record of batch.records) {
      const offset = batch.baseOffset + record.offsetDelta;
      if (offset < position || offset >= nextPosition) continue;
      const polled = records[this.#next];
      if (polled?.offset === offset) {
        if (!isSameRecord(polled.record, record)) {
          return { offset, what: 'another record was read than is committed' };
        }
        this.#next += 1;
      } else if (!this.#mayBeLeftOut(batch, record)) {
        return { offset, what: 'the record was skipped' };
      }
    }
    return null;
  }

  /** Compacted, deleted, or aborted: what is aborted is C6's concern. */
  #mayBeLeftOut(batch: RecordBatch, record: LogRecord): boolean {
    const partition = this.#partition;
    if (batch.baseOffset + record.offsetDelta < partition.highestLogStart) return true;
    if (partition.mayBeCompacted(batch, record)) return true;
    return batch.isTransactional && this.#fact.isolationLevel === 'read_committed';
  }
}

/** No broker that may lead can have called this position out of range, or in another history. */
function isInside(partition: PartitionTruth, position: Offset): boolean {
  if (position < 0 || partition.losses.length > 0) return false;
  return position >= partition.highestLogStart && position <= partition.committed.endOffset;
}

/** A consumer may still hold in its buffer what everybody else has lost. */
function standingOf(partition: PartitionTruth): Standing {
  const standing = lossStanding(partition.losses);
  return standing.promised ? budgetStanding(partition) : standing;
}
