import { type Connection, type Context } from '../../kernel/process.ts';
import { Api, type ApiKey, type Frame } from '../../protocol/api.ts';
import { type Fact } from '../../trace.ts';

type Handle = (connection: Connection, frame: Frame) => void;

/** Requests for which a log is read or written; coordinators write what they decide. */
const requestsOnDisk: ReadonlySet<ApiKey> = new Set<ApiKey>([
  Api.produce,
  Api.fetch,
  Api.deleteRecords,
  Api.writeTxnMarkers,
  Api.offsetCommit,
  Api.txnOffsetCommit,
  Api.joinGroup,
  Api.syncGroup,
  Api.leaveGroup,
  Api.consumerGroupHeartbeat,
  Api.initProducerId,
  Api.addPartitionsToTxn,
  Api.addOffsetsToTxn,
  Api.endTxn,
]);

/**
 * What has arrived over each connection while the disk is slow: a frame that has to do with the disk
 * is handled when the disk has taken its time, and what comes after it waits behind it, as behind a
 * handler thread or a fetcher that is blocked.
 *
 * Simplified: different connections do not wait for each other, and nothing else takes longer.
 */
export class DiskQueue {
  readonly #context: Context<Frame, Fact>;
  readonly #handle: Handle;
  readonly #waiting = new Map<Connection, Frame[]>();

  constructor(context: Context<Frame, Fact>, handle: Handle) {
    this.#context = context;
    this.#handle = handle;
  }

  received(connection: Connection, frame: Frame): void {
    const waiting = this.#waiting.get(connection);
    if (waiting !== undefined) waiting.push(frame);
    else if (this.#timeFor(frame) === 0) this.#handle(connection, frame);
    else {
      const frames = [frame];
      this.#waiting.set(connection, frames);
      this.#await(connection, frames);
    }
  }

  /** What has arrived is still handled when its connection closes. */
  closed(connection: Connection): void {
    const frames = this.#waiting.get(connection);
    if (frames === undefined) return;
    this.#waiting.delete(connection);
    for (const frame of frames) this.#handle(connection, frame);
  }

  /** Waits for the disk, for the first of the frames. */
  #await(connection: Connection, frames: Frame[]): void {
    const [first] = frames;
    if (first === undefined) return;
    this.#context.setTimer(this.#timeFor(first), {
      taskName: 'slow-disk',
      run: () => {
        if (this.#waiting.get(connection) === frames) this.#goOn(connection, frames);
      },
    });
  }

  #goOn(connection: Connection, frames: Frame[]): void {
    let next = frames.shift();
    while (next !== undefined && connection.isOpen) {
      this.#handle(connection, next);
      const [after] = frames;
      if (after !== undefined && this.#timeFor(after) > 0) {
        this.#await(connection, frames);
        return;
      }
      next = frames.shift();
    }
    this.#waiting.delete(connection);
  }

  #timeFor({ isRequest, apiKey }: Frame): number {
    const { latency } = this.#context.disk;
    if (latency === 0) return 0;
    const isOnDisk = isRequest ? requestsOnDisk.has(apiKey) : apiKey === Api.fetch;
    return isOnDisk ? latency : 0;
  }
}
