import {
  isCoordinatorData,
  type Offset,
  type RecordBatch,
} from '../../sim/protocol/record-batch.ts';
import { LogContents } from './log-contents.ts';

/** The last thing that a log says of how often a group has changed. */
export interface StoredGeneration {
  /** Generation of a classic group, group epoch of a consumer group; -1 if the group was deleted. */
  readonly generation: number;
  /** Of the record that says so. */
  readonly recordOffset: Offset;
}

/** What logs of `__consumer_offsets` say, by group. */
export function storedGenerations(): LogContents<StoredGeneration> {
  return new LogContents(read);
}

function read({ records, baseOffset }: RecordBatch, byId: Map<string, StoredGeneration>): void {
  for (const { data, offsetDelta } of records) {
    if (data === null || !isCoordinatorData(data)) continue;
    const recordOffset = baseOffset + offsetDelta;
    if (data.type === 'GroupMetadata') {
      byId.set(data.groupId, { generation: data.value?.generation ?? -1, recordOffset });
    } else if (data.type === 'ConsumerGroupMetadata') {
      byId.set(data.groupId, { generation: data.value?.epoch ?? -1, recordOffset });
    }
  }
}
