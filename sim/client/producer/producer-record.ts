import { type Bytes, type RecordHeader, type RecordId } from '../../protocol/record-batch.ts';

/** What an application gives to `send`. */
export interface ProducerRecord {
  readonly topic: string;
  /** `undefined`: the partitioner chooses. */
  readonly partition: number | undefined;
  readonly key: Bytes | null;
  readonly value: Bytes | null;
  readonly headers: readonly RecordHeader[];
  /** Ghost. */
  readonly recordId: RecordId;
}
