import { type Disk } from '../../kernel/disk.ts';
import {
  type Connection,
  type Context,
  type NodeIndex,
  type Process,
  type Task,
  type TimerId,
} from '../../kernel/process.ts';
import { type Random } from '../../kernel/random.ts';
import { type Duration, type Instant } from '../../kernel/time.ts';
import { type Frame } from '../../protocol/api.ts';
import { type Fact } from '../../trace.ts';

/** A client of a process that has several. */
type Client = Omit<Process<Frame>, 'stopRequested'>;

/** Hands what a process hears of its connections to the client that has opened them. */
export class ClientConnections implements Client {
  readonly #context: Context<Frame, Fact>;
  readonly #clients: Client[] = [];
  /** By the id of an open connection: the index of its client. */
  readonly #owners = new Map<number, number>();

  constructor(context: Context<Frame, Fact>) {
    this.#context = context;
  }

  /** Makes a client whose connections are told from those of the others. */
  add<T extends Client>(make: (context: Context<Frame, Fact>) => T): T {
    const client = make(new ClientContext(this.#context, this.#owners, this.#clients.length));
    this.#clients.push(client);
    return client;
  }

  connected(connection: Connection): void {
    this.#ownerOf(connection)?.connected(connection);
  }

  received(connection: Connection, frame: Frame): void {
    this.#ownerOf(connection)?.received(connection, frame);
  }

  disconnected(connection: Connection): void {
    const owner = this.#ownerOf(connection);
    this.#owners.delete(connection.id);
    owner?.disconnected(connection);
  }

  #ownerOf({ id }: Connection): Client | undefined {
    const owner = this.#owners.get(id);
    return owner === undefined ? undefined : this.#clients[owner];
  }
}

/** The context of a process as one of its clients has it. */
class ClientContext implements Context<Frame, Fact> {
  readonly node: NodeIndex;
  readonly name: string;
  readonly disk: Disk;
  readonly #context: Context<Frame, Fact>;
  readonly #owners: Map<number, number>;
  readonly #owner: number;

  constructor(context: Context<Frame, Fact>, owners: Map<number, number>, owner: number) {
    this.node = context.node;
    this.name = context.name;
    this.disk = context.disk;
    this.#context = context;
    this.#owners = owners;
    this.#owner = owner;
  }

  monotonic(): Instant {
    return this.#context.monotonic();
  }

  wallClockMs(): number {
    return this.#context.wallClockMs();
  }

  random(purpose: string): Random {
    return this.#context.random(purpose);
  }

  setTimer(after: Duration, task: Task): TimerId {
    return this.#context.setTimer(after, task);
  }

  cancelTimer(timer: TimerId): void {
    this.#context.cancelTimer(timer);
  }

  listen(): void {
    this.#context.listen();
  }

  connect(to: NodeIndex): Connection {
    const connection = this.#context.connect(to);
    this.#owners.set(connection.id, this.#owner);
    return connection;
  }

  send(connection: Connection, frame: Frame): void {
    this.#context.send(connection, frame);
  }

  close(connection: Connection): void {
    this.#owners.delete(connection.id);
    this.#context.close(connection);
  }

  record(fact: Fact): void {
    this.#context.record(fact);
  }

  exit(): void {
    this.#context.exit();
  }
}
