import { type Fetcher } from '../fetcher.ts';
import { Future } from './future.ts';
import { type RequestManager } from './request-manager.ts';

/** Sends fetches when the application has asked for it (`FetchRequestManager`). */
export class FetchRequestManager implements RequestManager {
  readonly #fetcher: Fetcher;
  readonly #nothingToFetch: () => void;
  #requested: Future<undefined> | undefined = undefined;

  /** `nothingToFetch` is called when none was sent: who waits for fetches waits in vain. */
  constructor(fetcher: Fetcher, nothingToFetch: () => void) {
    this.#fetcher = fetcher;
    this.#nothingToFetch = nothingToFetch;
  }

  /** @returns When they have been sent. */
  createFetchRequests(): Future<undefined> {
    this.#requested ??= new Future<undefined>();
    return this.#requested;
  }

  poll(): number {
    const requested = this.#requested;
    if (requested === undefined) return Infinity;
    this.#requested = undefined;
    if (this.#fetcher.sendFetches() === 0) this.#nothingToFetch();
    requested.complete(undefined);
    return Infinity;
  }

  pollOnClose(): void {
    this.#fetcher.closeSessions(doNothing);
  }
}

function doNothing(): void {
  // Whatever came of it.
}
