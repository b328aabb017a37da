import { type Connection } from '../kernel/process.ts';
import { Api, frameOverheadBytes, type Request, type Response } from '../protocol/api.ts';
import { responseFrame } from '../protocol/frames.ts';
import { type FetchResponse } from '../protocol/messages/fetch-response.ts';
import { type FetchWaiter } from './quorum-log.ts';

/** What a channel needs of the process that it belongs to. */
export interface ChannelOwner {
  readonly serve: (exchange: Exchange) => void;
  readonly send: (connection: Connection, response: Response) => void;
}

/**
 * The requests of one connection. As Kafka's socket server does, it reads the next request when the
 * one before it has been answered.
 */
export class RequestChannel {
  readonly connection: Connection;
  readonly #owner: ChannelOwner;
  readonly #unread: Request[] = [];
  #current: Exchange | undefined = undefined;
  #isServing = false;

  constructor(connection: Connection, owner: ChannelOwner) {
    this.connection = connection;
    this.#owner = owner;
  }

  /** What is being worked on or waits for its answer. */
  get current(): Exchange | undefined {
    return this.#current;
  }

  received(request: Request): void {
    this.#unread.push(request);
    this.#serveNext();
  }

  answered(exchange: Exchange, response: Response): void {
    if (this.#current !== exchange) return;
    this.#current = undefined;
    this.#owner.send(this.connection, response);
    this.#serveNext();
  }

  #serveNext(): void {
    // An answer that is there at once comes back to here while the loop still runs.
    if (this.#isServing) return;
    this.#isServing = true;
    while (this.#current === undefined) {
      const request = this.#unread.shift();
      if (request === undefined) break;
      this.#current = new Exchange(this, request);
      this.#owner.serve(this.#current);
    }
    this.#isServing = false;
  }
}

/** A request that is answered once. */
export class Exchange implements FetchWaiter {
  readonly channel: RequestChannel;
  readonly request: Request;

  constructor(channel: RequestChannel, request: Request) {
    this.channel = channel;
    this.request = request;
  }

  answer(response: Response): void {
    this.channel.answered(this, response);
  }

  fetchAnswered(body: FetchResponse, recordBytes: number): void {
    const sizeInBytes = frameOverheadBytes + recordBytes;
    this.answer(responseFrame(Api.fetch, this.request, body, sizeInBytes));
  }
}
