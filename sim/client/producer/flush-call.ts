import { type Context } from '../../kernel/process.ts';
import { type Frame } from '../../protocol/api.ts';
import { type Fact } from '../../trace.ts';
import { type BatchWaiter } from './producer-batch.ts';
import { type RecordAccumulator } from './record-accumulator.ts';
import { ThreadWait } from './thread-wait.ts';

/** One `flush`: until it ends nothing lingers, and it ends when all that was sent before it is over. */
export class FlushCall implements BatchWaiter {
  readonly #accumulator: RecordAccumulator;
  readonly #thread: ThreadWait;
  readonly #ended: () => void;
  #open = 0;

  constructor(context: Context<Frame, Fact>, accumulator: RecordAccumulator, ended: () => void) {
    this.#accumulator = accumulator;
    this.#ended = ended;
    this.#thread = new ThreadWait(context, () => {
      this.#end();
    });
  }

  start(wakeSender: () => void): void {
    this.#accumulator.beginFlush(this);
    wakeSender();
    if (this.#open === 0) this.#end();
  }

  batchBegun(): void {
    this.#open += 1;
  }

  batchEnded(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#thread.notify();
  }

  #end(): void {
    this.#accumulator.endFlush();
    this.#ended();
  }
}
