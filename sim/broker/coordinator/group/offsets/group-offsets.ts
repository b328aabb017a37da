import { type StoredOffset } from '../../../../protocol/coordinator-record.ts';
import { type Offset } from '../../../../protocol/record-batch.ts';
import { CommittedMap } from '../../runtime/committed-map.ts';

/** A committed offset with its partition. */
export interface CommittedOffset extends StoredOffset {
  readonly topic: string;
  readonly partition: number;
}

/** The offsets that groups have committed (`OffsetMetadataManager.Offsets`). */
export class GroupOffsets {
  readonly #highWatermark: () => Offset;
  readonly #byGroup = new Map<string, CommittedMap<string, CommittedOffset>>();

  constructor(highWatermark: () => Offset) {
    this.#highWatermark = highWatermark;
  }

  set(groupId: string, offset: CommittedOffset, committedAt: Offset): void {
    let offsets = this.#byGroup.get(groupId);
    if (offsets === undefined) {
      offsets = new CommittedMap(this.#highWatermark);
      this.#byGroup.set(groupId, offsets);
    }
    offsets.set(keyOf(offset.topic, offset.partition), offset, committedAt);
  }

  delete(groupId: string, place: Place, committedAt: Offset): void {
    this.#byGroup.get(groupId)?.delete(keyOf(place.topic, place.partition), committedAt);
  }

  revertTo(end: Offset): void {
    for (const offsets of this.#byGroup.values()) offsets.revertTo(end);
  }

  get(groupId: string, { topic, partition }: Place): CommittedOffset | undefined {
    return this.#byGroup.get(groupId)?.get(keyOf(topic, partition));
  }

  /** As of the high watermark. */
  getCommitted(groupId: string, { topic, partition }: Place): CommittedOffset | undefined {
    return this.#byGroup.get(groupId)?.getCommitted(keyOf(topic, partition));
  }

  /** All of a group, in the order of their first commits. */
  ofGroup(groupId: string): readonly CommittedOffset[] {
    return [...(this.#byGroup.get(groupId)?.newest.values() ?? [])];
  }

  /** All of a group as of the high watermark. */
  ofGroupCommitted(groupId: string): readonly CommittedOffset[] {
    return [...(this.#byGroup.get(groupId)?.committed().values() ?? [])];
  }

  get groupIds(): readonly string[] {
    return [...this.#byGroup.keys()];
  }
}

interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** A topic's name has no slash. */
function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
