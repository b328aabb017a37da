import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NodeDisk } from '../../../kernel/node-disk.ts';
import { type Task } from '../../../kernel/process.ts';
import { createRandom } from '../../../kernel/random.ts';
import { type Duration, milliseconds } from '../../../kernel/time.ts';
import { BatchBuilder, noProducer } from '../../../protocol/batch-builder.ts';
import { resolveBrokerConfig } from '../../../protocol/config/broker-config.ts';
import { type Properties } from '../../../protocol/config/config-definition.ts';
import { resolveTopicConfig } from '../../../protocol/config/topic-config.ts';
import { type Offset } from '../../../protocol/record-batch.ts';
import { type LogEnvironment } from '../log-environment.ts';
import { offsetsByPartition, segmentFiles } from '../log-files.ts';
import { logSwitches } from '../log-switches.ts';
import { noFiles, PartitionLog } from '../partition-log.ts';
import { type CleanedGroup } from './cleaning.ts';
import { LogCleaner } from './log-cleaner.ts';

const partition = 'users-0';
const startMs = 1_700_000_000_000;
const hourMs = 3_600_000;

/** One compacted log and its cleaner; a second life goes on with the disk of the first. */
class CleanerBed {
  nowMs = startMs;
  readonly log: PartitionLog;
  readonly cleaner: LogCleaner;
  readonly groups: CleanedGroup[] = [];
  readonly #disk: NodeDisk;
  /** How long the step takes that was done last. */
  #pause: Duration = 0;

  constructor(broker: Properties = {}, topic: Properties = {}, disk = new NodeDisk()) {
    this.#disk = disk;
    const environment: LogEnvironment = {
      disk,
      wallClockMs: () => this.nowMs,
      random: createRandom,
      setTimer: (after, task) => this.#scheduled(after, task),
    };
    const config = resolveBrokerConfig(broker);
    const segments = offsetsByPartition(disk.fileNames(segmentFiles)).get(partition);
    this.log = new PartitionLog({
      environment,
      partition,
      topicId: null,
      config: resolveTopicConfig({ 'cleanup.policy': 'compact', ...topic }, config),
      switches: logSwitches({}),
      settings: { producerIdExpirationMs: 24 * hourMs, verifiesTransactions: false },
      wasClean: segments === undefined,
      logStartOffset: 0,
      recoveryPoint: 0,
      files: segments === undefined ? noFiles : { ...noFiles, segments },
    });
    const logs = new Map([[partition, this.log]]);
    this.cleaner = new LogCleaner(environment, config, logs, {
      groupCleaned: (group) => this.groups.push(group),
      logStartMoved: () => undefined,
    });
  }

  /** After a loss of power. */
  restarted(): CleanerBed {
    this.#disk.losePower(createRandom('power'));
    const next = new CleanerBed({}, {}, this.#disk);
    next.log.updateHighWatermark(next.log.logEndOffset);
    return next;
  }

  /** A segment of its own, all of it replicated; null is a tombstone. */
  segment(...records: readonly (readonly [key: string, value: string | null])[]): void {
    const builder = new BatchBuilder({ writeLimitBytes: Number.MAX_SAFE_INTEGER });
    for (const [key, value] of records) builder.append(this.nowMs, { key, value, headers: [] });
    this.log.appendAsLeader([builder.build(noProducer)], 0);
    this.log.roll();
    this.log.updateHighWatermark(this.log.logEndOffset);
  }

  /** One step of the cleaner. Returns how long it takes. */
  step(): Duration {
    this.cleaner.run();
    return this.#pause;
  }

  /** Until nothing is dirty enough. */
  cleanAll(): void {
    while (this.step() < milliseconds(15_000));
  }

  get records(): (readonly [Offset, string | null, string | null])[] {
    return this.log.allBatches().flatMap(({ baseOffset, records }) => {
      return records.map(({ offsetDelta, key, value }) => {
        return [baseOffset + offsetDelta, key, value] as const;
      });
    });
  }

  #scheduled(after: Duration, task: Task): number {
    if (task === this.cleaner) this.#pause = after;
    else task.run();
    return 0;
  }
}

describe('a cleaner', () => {
  test('keeps the last record of each key at its offset', () => {
    const bed = new CleanerBed();
    bed.segment(['a', '1'], ['b', '1']);
    bed.segment(['a', '2']);
    bed.cleanAll();
    expect(bed.records).toEqual([
      [1, 'b', '1'],
      [2, 'a', '2'],
    ]);
    expect(bed.groups).toMatchObject([{ from: 0, to: 3 }]);
  });

  test('leaves alone what is not replicated yet', () => {
    const bed = new CleanerBed();
    bed.segment(['a', '1']);
    bed.segment(['a', '2']);
    bed.log.updateHighWatermark(1);
    bed.cleanAll();
    expect(bed.records).toHaveLength(2);
  });

  test('deletes a tombstone only delete.retention.ms after it was first cleaned (KIP-534)', () => {
    const bed = new CleanerBed({}, { 'delete.retention.ms': String(hourMs) });
    bed.segment(['a', '1']);
    bed.segment(['a', null]);
    bed.cleanAll();
    expect(bed.records).toEqual([[1, 'a', null]]);
    bed.nowMs += hourMs;
    for (const value of ['1', '2', '3', '4']) bed.segment(['b', value]);
    bed.cleanAll();
    expect(bed.records).toEqual([[5, 'b', '4']]);
  });

  test('takes the time that log.cleaner.io.max.bytes.per.second allows', () => {
    const bed = new CleanerBed({ 'log.cleaner.io.max.bytes.per.second': '100' });
    bed.segment(['a', '1'], ['a', '2']);
    const { sizeInBytes } = bed.log;
    expect(bed.step()).toBe(milliseconds(sizeInBytes * 10));
    const written = bed.step() - milliseconds(sizeInBytes * 10);
    expect(written).toBe(milliseconds(bed.log.sizeInBytes * 10));
  });

  test('that is cut off by a loss of power has cleaned whole groups, and goes on in the next life', () => {
    const bed = new CleanerBed({}, { 'internal.segment.bytes': '100' });
    bed.segment(['a', '1'], ['b', '1']);
    bed.segment(['a', '2'], ['b', '2']);
    bed.segment(['a', '3']);
    bed.step();
    bed.step();
    const halfDone = bed.records;
    expect(halfDone.map(([offset]) => offset)).toEqual([2, 3, 4]);

    const next = bed.restarted();
    expect(next.records).toEqual(halfDone);
    next.cleanAll();
    expect(next.records).toEqual([
      [3, 'b', '2'],
      [4, 'a', '3'],
    ]);
  });

  test('gives up when the log is cut below its active segment', () => {
    const bed = new CleanerBed();
    bed.segment(['a', '1']);
    bed.segment(['a', '2']);
    bed.step();
    bed.log.truncateTo(1);
    bed.cleaner.truncated(bed.log);
    bed.cleanAll();
    expect(bed.records).toEqual([[0, 'a', '1']]);
  });
});

test('a reader from the start finds the last value of every key, in the order of the offsets', () => {
  const records = fc.array(
    fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.option(fc.constantFrom('1', '2', '3'))),
    { minLength: 1, maxLength: 5 },
  );
  fc.assert(
    fc.property(fc.array(records, { maxLength: 8 }), (segments) => {
      const bed = new CleanerBed({}, { 'delete.retention.ms': String(hourMs) });
      for (const segment of segments) {
        bed.segment(...segment);
        bed.cleanAll();
      }
      const read = new Map(bed.records.map(([, key, value]) => [key, value]));
      expect(read).toEqual(new Map(segments.flat()));
      const offsets = bed.records.map(([offset]) => offset);
      expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    }),
  );
});
