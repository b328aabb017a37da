import { assert } from '../kernel/assert.ts';
import { removeFrom } from '../kernel/lists.ts';
import { type Connection, type Context } from '../kernel/process.ts';
import { type Duration, type Instant } from '../kernel/time.ts';
import { type Resolve } from '../protocol/addresses.ts';
import { type Frame, type Response } from '../protocol/api.ts';
import { type Fact } from '../trace.ts';
import { type NodeConnection } from './node-connection.ts';

/**
 * The sockets of a client (`Selector`). What comes in is only remembered, until the client reads it in
 * its next poll, empties the lists, and so on.
 */
export class Selector {
  /** Responses that have come in, in order, and beside each the connection on which it came. */
  readonly received: Response[] = [];
  readonly receivers: NodeConnection[] = [];
  /** Refused, lost, or to be given up. */
  readonly disconnected: NodeConnection[] = [];
  readonly established: NodeConnection[] = [];
  /** Something was sent on them since the last poll. */
  readonly writing: NodeConnection[] = [];
  readonly #context: Context<Frame, Fact>;
  readonly #resolve: Resolve;
  readonly #nodesByStream = new Map<number, NodeConnection>();
  readonly #maxIdle: Duration;
  #nextIdleCheckAt: Instant = 0;

  /** `maxIdle` below 0: connections may be idle for ever. */
  constructor(context: Context<Frame, Fact>, resolve: Resolve, maxIdle: Duration) {
    this.#context = context;
    this.#resolve = resolve;
    this.#maxIdle = maxIdle;
  }

  connectionEstablished(connection: Connection): void {
    const node = this.#nodesByStream.get(connection.id);
    if (node !== undefined) this.established.push(node);
  }

  frameReceived(connection: Connection, frame: Frame): void {
    const node = this.#nodesByStream.get(connection.id);
    if (node === undefined) return;
    assert(!frame.isRequest, 'a client receives responses only');
    this.receivers.push(node);
    this.received.push(frame);
  }

  connectionLost(connection: Connection): void {
    const node = this.#nodesByStream.get(connection.id);
    if (node === undefined) return;
    this.#nodesByStream.delete(connection.id);
    this.disconnected.push(node);
  }

  get hasEvents(): boolean {
    return this.received.length > 0 || this.disconnected.length > 0 || this.established.length > 0;
  }

  open(node: NodeConnection): void {
    const { host, port } = node.node;
    const connection = this.#context.connect(this.#resolve(host, port));
    node.connection = connection;
    node.lastActiveAt = this.#context.monotonic();
    this.#nodesByStream.set(connection.id, node);
  }

  send(node: NodeConnection, frame: Frame): void {
    assert(node.connection !== undefined, 'frames are sent on connections');
    this.writing.push(node);
    node.lastActiveAt = this.#context.monotonic();
    this.#context.send(node.connection, frame);
  }

  /** Closes the connection, if there is one; what has come in on it and was not yet read is lost. */
  close(node: NodeConnection): void {
    const { connection } = node;
    node.connection = undefined;
    if (connection === undefined) return;
    this.#nodesByStream.delete(connection.id);
    this.#context.close(connection);
    for (let index = this.receivers.length - 1; index >= 0; index -= 1) {
      if (this.receivers[index] !== node) continue;
      this.receivers.splice(index, 1);
      this.received.splice(index, 1);
    }
    removeFrom(this.established, node);
    removeFrom(this.disconnected, node);
    removeFrom(this.writing, node);
  }

  /** Notes that responses were just read from these. */
  markActive(nodes: readonly NodeConnection[]): void {
    const now = this.#context.monotonic();
    for (const node of nodes) node.lastActiveAt = now;
  }

  /** Gives up the connection that has been idle for the longest time, if that is too long. */
  closeIdle(nodes: ReadonlyMap<number, NodeConnection>): void {
    const now = this.#context.monotonic();
    if (this.#maxIdle < 0 || now <= this.#nextIdleCheckAt) return;
    let oldest: NodeConnection | undefined;
    for (const node of nodes.values()) {
      if (node.connection === undefined) continue;
      if (oldest === undefined || node.lastActiveAt < oldest.lastActiveAt) oldest = node;
    }
    this.#nextIdleCheckAt = (oldest?.lastActiveAt ?? now) + this.#maxIdle;
    if (oldest === undefined || now <= this.#nextIdleCheckAt) return;
    this.disconnected.push(oldest);
  }
}
