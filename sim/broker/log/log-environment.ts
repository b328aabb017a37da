import { type Disk } from '../../kernel/disk.ts';
import { type Task, type TimerId } from '../../kernel/process.ts';
import { type Random } from '../../kernel/random.ts';
import { type Duration } from '../../kernel/time.ts';

/** What the logs of a broker may do to the world; a process's `Context` has all of it. */
export interface LogEnvironment {
  readonly disk: Disk;
  readonly wallClockMs: () => number;
  readonly random: (purpose: string) => Random;
  /** For what Kafka gives to its scheduler: flushes after a roll. */
  readonly setTimer: (after: Duration, task: Task) => TimerId;
}
