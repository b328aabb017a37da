import { present } from '../../sim/kernel/assert.ts';
import {
  type Boot,
  type Connection,
  type Context,
  type NodeIndex,
  type Process,
} from '../../sim/kernel/process.ts';
import { type Frame, type Request, type Response } from '../../sim/protocol/api.ts';
import { type Fact } from '../../sim/trace.ts';

/** Why there will be no answer. */
export type Failure = 'connection closed' | 'no answer' | 'refused';

/** One request on its way, and what has come of it. */
export class Ask {
  readonly link: Link;
  readonly request: Request;
  sentAt = -1;
  answeredAt = -1;
  answer: Response | undefined = undefined;
  failure: Failure | undefined = undefined;

  constructor(link: Link, request: Request) {
    this.link = link;
    this.request = request;
  }

  get isOver(): boolean {
    return this.answer !== undefined || this.failure !== undefined;
  }
}

/** A connection by its name. */
export class Link {
  readonly key: string;
  readonly node: NodeIndex;
  connection: Connection | undefined = undefined;
  /** Sent in this order; those at the end are still to be sent if it is not established yet. */
  readonly asks: Ask[] = [];
  isEstablished = false;

  constructor(key: string, node: NodeIndex) {
    this.key = key;
    this.node = node;
  }
}

/** A client that sends the requests of a case, over connections with names. */
export class Asker {
  #process: AskerProcess | undefined = undefined;

  readonly boot: Boot<Frame, Fact> = (context) => {
    this.#process = new AskerProcess(context);
    return this.#process;
  };

  /** Asks over the connection of that name to the node, which is opened if there is none. */
  ask(name: string, node: NodeIndex, request: Request): Ask {
    return present(this.#process, 'asker').ask(name, node, request);
  }

  /** Nobody waits any longer: the connection is of no use any more. */
  giveUp(ask: Ask): void {
    ask.failure = 'no answer';
    present(this.#process, 'asker').close(ask.link);
  }

  /** Closes the connections of that name to whatever node. */
  closeNamed(name: string): void {
    present(this.#process, 'asker').closeWhere(({ key }) => key.startsWith(`${name}@`));
  }

  /** Forgets the connections to a node. */
  closeTo(node: NodeIndex): void {
    present(this.#process, 'asker').closeWhere((link) => link.node === node);
  }
}

class AskerProcess implements Process<Frame> {
  readonly #context: Context<Frame, Fact>;
  readonly #links = new Map<string, Link>();

  constructor(context: Context<Frame, Fact>) {
    this.#context = context;
  }

  ask(name: string, node: NodeIndex, request: Request): Ask {
    const key = `${name}@${node}`;
    let link = this.#links.get(key);
    if (link === undefined) {
      link = new Link(key, node);
      link.connection = this.#context.connect(node);
      this.#links.set(key, link);
    }
    const ask = new Ask(link, request);
    link.asks.push(ask);
    if (link.isEstablished) this.#send(link, ask);
    return ask;
  }

  close(link: Link): void {
    if (link.connection !== undefined) this.#context.close(link.connection);
    this.#over(link, 'connection closed');
  }

  closeWhere(isMeant: (link: Link) => boolean): void {
    for (const link of [...this.#links.values()]) if (isMeant(link)) this.close(link);
  }

  connected(connection: Connection): void {
    const link = this.#linkOf(connection);
    if (link === undefined) return;
    link.isEstablished = true;
    for (const ask of link.asks) this.#send(link, ask);
  }

  received(connection: Connection, frame: Frame): void {
    if (frame.isRequest) return;
    const asks = this.#linkOf(connection)?.asks ?? [];
    const index = asks.findIndex(({ request }) => request.correlationId === frame.correlationId);
    const [ask] = index < 0 ? [] : asks.splice(index, 1);
    if (ask === undefined) return;
    ask.answer = frame;
    ask.answeredAt = this.#context.monotonic();
  }

  disconnected(connection: Connection): void {
    const link = this.#linkOf(connection);
    if (link !== undefined) this.#over(link, link.isEstablished ? 'connection closed' : 'refused');
  }

  stopRequested(): void {
    this.#context.exit();
  }

  #send(link: Link, ask: Ask): void {
    ask.sentAt = this.#context.monotonic();
    this.#context.send(present(link.connection, 'connection'), ask.request);
  }

  #over(link: Link, failure: Failure): void {
    if (this.#links.get(link.key) === link) this.#links.delete(link.key);
    for (const ask of link.asks.splice(0)) ask.failure ??= failure;
  }

  #linkOf(connection: Connection): Link | undefined {
    for (const link of this.#links.values()) if (link.connection === connection) return link;
    return undefined;
  }
}
