import { assert } from '../../kernel/assert.ts';
import { empty } from '../../kernel/lists.ts';
import { type Connection, type Context, type Task } from '../../kernel/process.ts';
import {
  type ApiKey,
  type Frame,
  frameOverheadBytes,
  type Request,
  type ResponseBodies,
} from '../../protocol/api.ts';
import { responseFrame } from '../../protocol/frames.ts';
import { type Fact } from '../../trace.ts';

/** Handles a request and sooner or later ends the exchange, exactly once. */
export type RequestHandler = (exchange: Exchange) => void;

/** One request and its answer. */
export class Exchange {
  readonly request: Request;
  readonly #served: ServedConnection;
  readonly #server: RequestServer;

  constructor(server: RequestServer, served: ServedConnection, request: Request) {
    this.#server = server;
    this.#served = served;
    this.request = request;
  }

  /** Answers; `apiKey` is that of the request, `bodyBytes` the size of what is large in the answer. */
  respond<K extends ApiKey>(apiKey: K, body: ResponseBodies[K], bodyBytes = 0): void {
    const size = frameOverheadBytes + bodyBytes;
    this.#server.send(this.#served, responseFrame(apiKey, this.request, body, size));
    this.#server.finish(this.#served);
  }

  /** Ends without an answer, as a produce with acks=0 does. */
  endSilently(): void {
    this.#server.finish(this.#served);
  }

  /** Ends by closing the connection: the client learns that something was wrong, not what. */
  closeConnection(): void {
    this.#server.close(this.#served);
  }
}

/** A client's connection: its requests are served strictly in order, one at a time. */
class ServedConnection {
  readonly connection: Connection;
  readonly waiting: Request[] = [];
  isBusy = false;
  /** Waits in the server's queue for its next request to be handled. */
  isReady = false;

  constructor(connection: Connection) {
    this.connection = connection;
  }
}

/**
 * Accepts connections and hands their requests to the handler: a connection is muted from a request
 * until its answer has left (`SocketServer`). A request that has arrived is handled even if its
 * connection closes in the meantime; only the answer is lost.
 */
export class RequestServer {
  readonly #context: Context<Frame, Fact>;
  readonly #handle: RequestHandler;
  /** Handed to the requests that are still to be handled in this instant. */
  readonly #settle: () => void;
  readonly #served = new Map<Connection, ServedConnection>();
  readonly #ready: ServedConnection[] = [];
  readonly #serveLater: Task;
  #isServing = false;
  #isServeLaterSet = false;

  /** `settle` runs after each request, when what it has changed may complete requests that wait. */
  constructor(context: Context<Frame, Fact>, handle: RequestHandler, settle: () => void) {
    this.#context = context;
    this.#handle = handle;
    this.#settle = settle;
    this.#serveLater = {
      taskName: 'serve',
      run: () => {
        this.#isServeLaterSet = false;
        this.#serveReady();
      },
    };
  }

  start(): void {
    this.#context.listen();
  }

  received(connection: Connection, request: Request): void {
    let served = this.#served.get(connection);
    if (served === undefined) {
      served = new ServedConnection(connection);
      this.#served.set(connection, served);
    }
    served.waiting.push(request);
    if (served.isBusy) return;
    this.#makeReady(served);
    this.#serveReady();
  }

  disconnected(connection: Connection): void {
    this.#served.delete(connection);
  }

  send(served: ServedConnection, response: Frame): void {
    if (served.connection.isOpen) this.#context.send(served.connection, response);
  }

  finish(served: ServedConnection): void {
    assert(served.isBusy, 'an exchange ends once');
    served.isBusy = false;
    if (served.waiting.length === 0) return;
    this.#makeReady(served);
    // An answer may leave in the middle of anything: the next request is not handled inside it.
    if (this.#isServing || this.#isServeLaterSet) return;
    this.#isServeLaterSet = true;
    this.#context.setTimer(0, this.#serveLater);
  }

  close(served: ServedConnection): void {
    empty(served.waiting);
    this.#served.delete(served.connection);
    this.#context.close(served.connection);
  }

  #makeReady(served: ServedConnection): void {
    if (served.isReady) return;
    served.isReady = true;
    this.#ready.push(served);
  }

  #serveReady(): void {
    if (this.#isServing) return;
    this.#isServing = true;
    let next = this.#ready.shift();
    while (next !== undefined) {
      next.isReady = false;
      this.#serve(next);
      next = this.#ready.shift();
    }
    this.#isServing = false;
  }

  #serve(served: ServedConnection): void {
    const request = served.waiting.shift();
    if (request === undefined) return;
    served.isBusy = true;
    this.#handle(new Exchange(this, served, request));
    this.#settle();
  }
}
