import { type Fetcher } from '../fetcher.ts';

/** Whether who waits for fetches is to go on (`FetchBuffer.awaitWakeup`); asking takes the wakeup. */
export class FetchWakeups {
  readonly #fetcher: Fetcher;
  #received = 0;
  #isWoken = false;

  constructor(fetcher: Fetcher) {
    this.#fetcher = fetcher;
  }

  /** Ends the wait that goes on, or else the next one. */
  wakeUp(): void {
    this.#isWoken = true;
  }

  get isWoken(): boolean {
    return this.#isWoken || this.#fetcher.received !== this.#received;
  }

  take(): void {
    this.#isWoken = false;
    this.#received = this.#fetcher.received;
  }
}
