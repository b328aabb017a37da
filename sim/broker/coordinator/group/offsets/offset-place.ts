import { type StoredOffset } from '../../../../protocol/coordinator-record.ts';
import { type Offset } from '../../../../protocol/record-batch.ts';

/** A partition of which a group has an offset. */
export interface OffsetPlace {
  readonly topic: string;
  readonly partition: number;
}

/** A committed offset with its partition. */
export interface CommittedOffset extends StoredOffset, OffsetPlace {
  /** Where its record lies: of two, the later one counts, whichever is committed last. */
  readonly recordOffset: Offset;
}

/** A topic's name has no slash. */
export function placeKey({ topic, partition }: OffsetPlace): string {
  return `${topic}/${partition}`;
}
