import { type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { LogReader } from './log-reader.ts';
import { type ReplicaTruth } from './replica-truth.ts';

/** Takes a batch of a log in, `byId` being what the batches before it say. */
type Read<T> = (batch: RecordBatch, byId: Map<string, T>) => void;

/** What the logs of replicas say of groups or transactional ids, as a coordinator that has read one knows it. */
export class LogContents<T> {
  readonly #byReplica = new Map<ReplicaTruth, ReplicaContents<T>>();
  readonly #read: Read<T>;

  constructor(read: Read<T>) {
    this.#read = read;
  }

  of(replica: ReplicaTruth, id: string): T | undefined {
    let contents = this.#byReplica.get(replica);
    if (contents === undefined) {
      contents = new ReplicaContents(replica, this.#read);
      this.#byReplica.set(replica, contents);
    }
    return contents.of(id);
  }
}

class ReplicaContents<T> {
  readonly #replica: ReplicaTruth;
  readonly #reader: LogReader;
  readonly #byId = new Map<string, T>();
  #truncations = 0;

  constructor(replica: ReplicaTruth, read: Read<T>) {
    this.#replica = replica;
    this.#reader = new LogReader(replica.log, (batch) => {
      read(batch, this.#byId);
    });
  }

  of(id: string): T | undefined {
    const { truncations } = this.#replica;
    if (truncations !== this.#truncations) {
      this.#truncations = truncations;
      if (this.#reader.truncated()) this.#byId.clear();
    }
    this.#reader.readOn();
    return this.#byId.get(id);
  }
}
