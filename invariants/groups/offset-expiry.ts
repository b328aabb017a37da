import { isCoordinatorData, type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { topicOfPartition } from '../../sim/protocol/topic-name.ts';
import { type PartitionName } from '../../sim/trace.ts';
import { type GroundTruth } from '../ground-truth/ground-truth.ts';
import { type CommittedValue, type GroupTruth } from '../ground-truth/group-truth.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';

/** Tells what coordinators may let go of what groups have committed from what they may not. */
export class OffsetExpiry {
  readonly #truth: GroundTruth;
  /** Tombstones of offsets that were still needed when they were written. */
  readonly #untimely = new Set<string>();

  constructor(truth: GroundTruth) {
    this.#truth = truth;
  }

  /** A coordinator has written records, which may not be durable yet. */
  written({ records, baseOffset }: RecordBatch, home: PartitionTruth): void {
    for (const { data, offsetDelta } of records) {
      if (data === null || !isCoordinatorData(data)) continue;
      if (data.type !== 'OffsetCommit' || data.value !== null) continue;
      const place = placeOf(home.name, baseOffset + offsetDelta);
      // Another leader may have written something else there, which is cut off.
      this.#untimely.delete(place);
      const group = this.#truth.groups.group(data.groupId);
      if (!mayLetGo(group, data.topic)) this.#untimely.add(place);
    }
  }

  /** Whether the value says that what was committed before may be gone. */
  isTimely({ stored, recordOffset }: CommittedValue, { home }: GroupTruth): boolean {
    return (
      stored === null && home !== null && !this.#untimely.has(placeOf(home.name, recordOffset))
    );
  }
}

function placeOf(partition: PartitionName, offset: number): string {
  return `${partition}@${offset}`;
}

/**
 * Whether nobody is there who reads the topic. While a classic group rebalances nothing of it is let go
 * (`ClassicGroup.offsetExpirationCondition`, `isSubscribedToTopic`; KAFKA-13636).
 */
function mayLetGo({ view }: GroupTruth, topic: string): boolean {
  if (view === null || view.state === 'Empty' || view.state === 'Dead') return true;
  if (view.protocol === 'classic' && view.state !== 'Stable') return false;
  return !view.members.some(
    ({ assigned }) => assigned?.some((name) => topicOfPartition(name) === topic) === true,
  );
}
