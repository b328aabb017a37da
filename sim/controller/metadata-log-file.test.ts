import { describe, expect, test } from 'vitest';
import { NodeDisk } from '../kernel/node-disk.ts';
import { createRandom } from '../kernel/random.ts';
import { type MetadataRecord } from '../protocol/metadata-record.ts';
import { leaderChangeBatch, metadataBatch, metadataOf } from './metadata-batch.ts';
import { MetadataLogFile, metadataLogKind } from './metadata-log-file.ts';

const noOp: MetadataRecord = { type: 'NoOpRecord' };
const topic: MetadataRecord = { type: 'RemoveTopicRecord', topicId: 't' };

/** One batch for each list of records; `null` begins the next epoch. */
function logWith(disk: NodeDisk, parts: readonly (readonly MetadataRecord[] | null)[]) {
  const log = new MetadataLogFile(disk);
  let epoch = 0;
  for (const records of parts) {
    if (records === null) epoch += 1;
    const place = { baseOffset: log.endOffset, epoch, timestampMs: 0 };
    log.append(records === null ? leaderChangeBatch(place) : metadataBatch(place, records));
  }
  return log;
}

describe('the metadata log', () => {
  test('keeps a run of no-ops as one batch, and the newest apart', () => {
    const log = logWith(new NodeDisk(), [null, [noOp], [noOp], [noOp], [noOp], [topic], [noOp]]);
    const bounds = log.batches.map(({ baseOffset, lastOffset }) => [baseOffset, lastOffset]);
    expect(bounds).toEqual([
      [0, 0],
      [1, 4],
      [5, 5],
      [6, 6],
    ]);
    expect(log.endOffset).toBe(7);
  });

  test('is read from the offset asked for, also inside a run of no-ops', () => {
    const log = logWith(new NodeDisk(), [null, [noOp], [noOp], [noOp], [topic, noOp]]);
    const read = log.read(2, 1_000_000);
    expect(read.map(({ baseOffset, lastOffset }) => [baseOffset, lastOffset])).toEqual([
      [2, 3],
      [4, 5],
    ]);
    expect(read.flatMap(({ records }) => records.map(metadataOf))).toEqual([noOp, topic, noOp]);
    expect(log.read(6, 1_000_000)).toEqual([]);
  });

  test('gives at least one batch, and no more bytes than asked for', () => {
    const log = logWith(new NodeDisk(), [null, [topic], [topic]]);
    expect(log.read(0, 1).length).toBe(1);
    expect(log.read(1, 200).length).toBe(2);
    expect(log.read(1, 100).length).toBe(1);
  });

  test('knows where each epoch ends', () => {
    const log = logWith(new NodeDisk(), [null, [topic], null, null, [topic]]);
    expect(log.endOfEpoch(1)).toEqual({ epoch: 1, endOffset: 2 });
    expect(log.endOfEpoch(2)).toEqual({ epoch: 2, endOffset: 3 });
    expect(log.endOfEpoch(3)).toEqual({ epoch: 3, endOffset: 5 });
    expect(log.endOfEpoch(9)).toEqual({ epoch: 3, endOffset: 5 });
    expect(log.endOfEpoch(0)).toEqual({ epoch: 0, endOffset: 0 });
  });

  test('loses what is behind a damaged batch when it is opened', () => {
    const disk = new NodeDisk();
    logWith(disk, [null, [topic], [topic]]);
    disk.rot(metadataLogKind, createRandom('2'));
    const opened = new MetadataLogFile(disk);
    expect(opened.batches.every(({ isIntact }) => isIntact)).toBe(true);
    expect(opened.endOffset).toBeLessThan(3);
  });
});
