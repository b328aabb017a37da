import { type AppendOrigin, type AppendResult } from '../../sim/broker/log/append-result.ts';
import { notVerified, type Verification } from '../../sim/broker/log/leader-append.ts';
import { logSwitches } from '../../sim/broker/log/log-switches.ts';
import { noFiles, PartitionLog } from '../../sim/broker/log/partition-log.ts';
import { NodeDisk } from '../../sim/kernel/node-disk.ts';
import { type Task } from '../../sim/kernel/process.ts';
import { createRandom } from '../../sim/kernel/random.ts';
import { resolveBrokerConfig } from '../../sim/protocol/config/broker-config.ts';
import { type Properties } from '../../sim/protocol/config/config-definition.ts';
import { resolveTopicConfig } from '../../sim/protocol/config/topic-config.ts';
import { errorProperties, type ErrorName } from '../../sim/protocol/errors.ts';
import { type Offset, type RecordBatch } from '../../sim/protocol/record-batch.ts';

/** Where the clock of the recorded cases begins. */
export const startMs = 1_700_000_000_000;

const partition = 't-0';
const dayMs = 86_400_000;

/** A partition's log on a disk of its own, with a clock that a test moves. */
export class LogUnderTest {
  readonly log: PartitionLog;
  nowMs = startMs;
  /** What Kafka would give to its scheduler. */
  readonly #tasks: Task[] = [];

  /** @param topic Configs of the topic. */
  constructor(topic: Properties = {}, verifiesTransactions = false) {
    this.log = new PartitionLog({
      environment: {
        disk: new NodeDisk(),
        wallClockMs: () => this.nowMs,
        random: createRandom,
        setTimer: (_after, task) => this.#tasks.push(task),
      },
      partition,
      topicId: null,
      config: resolveTopicConfig(topic, resolveBrokerConfig({})),
      switches: logSwitches({}),
      settings: { producerIdExpirationMs: dayMs, verifiesTransactions },
      wasClean: true,
      logStartOffset: 0,
      recoveryPoint: 0,
      files: noFiles,
    });
  }

  append(
    batch: RecordBatch,
    leaderEpoch: number,
    origin: AppendOrigin = 'client',
    verification: Verification = notVerified,
  ): AppendResult {
    const result = this.log.appendAsLeader([batch], leaderEpoch, origin, verification);
    this.settle();
    return result;
  }

  /** Does what was left to the scheduler. */
  settle(): void {
    for (const { run } of this.#tasks.splice(0)) run();
  }

  /** Leader epochs and where they begin, as recorded cases show them. */
  get epochs(): Readonly<Record<string, Offset>> {
    const entries = this.log.epochEntries().map(({ leaderEpoch, startOffset }) => {
      return [String(leaderEpoch), startOffset] as const;
    });
    return Object.fromEntries(entries);
  }
}

/** What became of an append, as recorded cases show it. */
export function viewOfAppend(result: AppendResult): object {
  const { error, reason, baseOffset, lastOffset, isDuplicate } = result;
  if (error !== 'NONE') return { error: viewOfError(error, reason) };
  return { [isDuplicate ? 'duplicate' : 'appended']: [baseOffset, lastOffset] };
}

export function viewOfError(error: ErrorName, message: string | null): object {
  return { exception: errorProperties(error).exception, message };
}
