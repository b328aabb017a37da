import { type Bytes, type RecordId } from '../../protocol/record-batch.ts';
import { type ProducerRecord } from '../producer/producer-record.ts';

/** What a plan says of a record. */
export interface SketchedRecord {
  readonly topic: string;
  /** Undefined: the partitioner chooses. */
  readonly partition: number | undefined;
  readonly key: Bytes | null;
  /** Null: it has no value. */
  readonly valueBytes: number | null;
}

const noHeaders = [] as const;

/** The record, with a value that names it and is as long as it has to be. */
export function recordToSend(sketch: SketchedRecord, recordId: RecordId): ProducerRecord {
  const { topic, partition, key, valueBytes } = sketch;
  const value = valueBytes === null ? null : valueOf(recordId, valueBytes);
  return { topic, partition, key, value, headers: noHeaders, recordId };
}

function valueOf(recordId: RecordId, valueBytes: number): Bytes {
  const name = `r${recordId}`;
  return name.length < valueBytes
    ? name + fillerOf(valueBytes - name.length)
    : name.slice(0, valueBytes);
}

const fillers = new Map<number, Bytes>();

/** All values share their fillers, which are most of their bytes. */
function fillerOf(length: number): Bytes {
  const known = fillers.get(length);
  if (known !== undefined) return known;
  const made = '.'.repeat(length);
  fillers.set(length, made);
  return made;
}
