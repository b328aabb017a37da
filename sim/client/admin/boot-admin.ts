import {
  type Boot,
  type Connection,
  type Context,
  type Process,
  type Task,
} from '../../kernel/process.ts';
import { milliseconds } from '../../kernel/time.ts';
import { type Endpoint, type Resolve } from '../../protocol/addresses.ts';
import { type Frame } from '../../protocol/api.ts';
import { type AdminConfig } from '../../protocol/config/admin-config.ts';
import { type AdminOperation } from '../../plan.ts';
import { type Fact } from '../../trace.ts';
import { clientBackoff, ExponentialBackoff } from '../exponential-backoff.ts';
import { parseTopicPartition, topicPartition } from '../topic-partition.ts';
import { AdminClient } from './admin-client.ts';
import { type DeletionParts, RecordDeletion } from './delete-records.ts';
import { type CallEnded, OperationCall } from './operation-call.ts';

export interface AdminOptions {
  readonly config: AdminConfig;
  readonly bootstrap: readonly Endpoint[];
  readonly resolve: Resolve;
  readonly workload: readonly AdminOperation[];
}

/** An operator's script: begins each operation when its time has come, and waits for none of them. */
export function bootAdmin(options: AdminOptions): Boot<Frame, Fact> {
  return (context) => new AdminScript(context, options);
}

/** What an operation has done is seen in the cluster, and nothing depends on its outcome. */
const unheard: CallEnded = () => undefined;

class AdminScript implements Process<Frame>, Task {
  readonly taskName = 'admin-operation';
  readonly #context: Context<Frame, Fact>;
  readonly #client: AdminClient;
  readonly #deletion: DeletionParts;
  /** Still to come, the next one first. */
  readonly #operations: AdminOperation[];

  constructor(context: Context<Frame, Fact>, options: AdminOptions) {
    const { config, bootstrap, resolve, workload } = options;
    this.#context = context;
    this.#client = new AdminClient({ context, config, bootstrap, resolve });
    const { retryBackoffMs: initialMs, retryBackoffMaxMs: maxMs, defaultApiTimeoutMs } = config;
    this.#deletion = {
      client: this.#client,
      backoff: new ExponentialBackoff(
        { initialMs, maxMs, ...clientBackoff },
        context.random('deletion-backoff'),
      ),
      leaders: new Map(),
      timeoutMs: defaultApiTimeoutMs,
    };
    // What an earlier life has begun is not begun again.
    this.#operations = workload
      .filter(({ atMs }) => milliseconds(atMs) >= context.monotonic())
      .sort((one, other) => one.atMs - other.atMs);
    this.#awaitNext();
  }

  connected(connection: Connection): void {
    this.#client.connected(connection);
  }

  received(connection: Connection, frame: Frame): void {
    this.#client.received(connection, frame);
  }

  disconnected(connection: Connection): void {
    this.#client.disconnected(connection);
  }

  /** Waits for what it has begun. */
  stopRequested(): void {
    this.#operations.length = 0;
    this.#client.close(() => {
      this.#context.exit();
    });
  }

  run(): void {
    const operation = this.#operations.shift();
    if (operation !== undefined) this.#begin(operation);
    this.#awaitNext();
  }

  #awaitNext(): void {
    const next = this.#operations[0];
    if (next === undefined) return;
    const left = milliseconds(next.atMs) - this.#context.monotonic();
    this.#context.setTimer(Math.max(left, 0), this);
  }

  #begin(operation: AdminOperation): void {
    if (operation.op !== 'deleteRecords') {
      this.#client.call(new OperationCall(operation, unheard));
      return;
    }
    const { partition: name, beforeOffset } = operation;
    const partition = parseTopicPartition(name) ?? topicPartition(name, 0);
    new RecordDeletion(this.#deletion, partition, beforeOffset, unheard).start();
  }
}
