import { type SeenEvent } from './seen-events.ts';

/** A call of the client, which may take a while. */
export interface ThreadCall {
  /** `ended` hears what is seen of the call's end; undefined: nothing. */
  readonly begin: (ended: (event: SeenEvent | undefined) => void) => void;
}

/** The application's threads: a call waits until the one before it on its thread is over. */
export class CallThreads {
  readonly #note: (event: SeenEvent) => void;
  /** Calls of each thread: the first one goes on, the others wait for it. */
  readonly #threads = new Map<string, ThreadCall[]>();

  constructor(note: (event: SeenEvent) => void) {
    this.#note = note;
  }

  call(thread: string, call: ThreadCall): void {
    const calls = this.#threads.get(thread) ?? [];
    this.#threads.set(thread, calls);
    calls.push(call);
    if (calls.length === 1) this.#begin(calls, call);
  }

  #begin(calls: ThreadCall[], call: ThreadCall): void {
    call.begin((event) => {
      if (event !== undefined) this.#note(event);
      calls.shift();
      const [next] = calls;
      if (next !== undefined) this.#begin(calls, next);
    });
  }
}
