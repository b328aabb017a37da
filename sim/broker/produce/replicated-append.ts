import { type Context } from '../../kernel/process.ts';
import { milliseconds } from '../../kernel/time.ts';
import { type Frame } from '../../protocol/api.ts';
import { type RecordBatch } from '../../protocol/record-batch.ts';
import { type Fact } from '../../trace.ts';
import { noGuard } from '../log/transaction-verification.ts';
import { type HostedPartitions } from '../replica/hosted-partitions.ts';
import { appendToLeader } from '../replica/leader-append.ts';
import { type PurgatoryChecks } from '../replica/purgatory-checks.ts';
import { DelayedProduce } from './delayed-produce.ts';
import { ProducedPartition } from './produced-partition.ts';

export interface ReplicatedAppendParts {
  readonly context: Context<Frame, Fact>;
  readonly hosted: HostedPartitions;
  readonly checks: PurgatoryChecks;
}

/** What a coordinator writes to one partition. */
export interface CoordinatorWrite {
  readonly topic: string;
  readonly index: number;
  readonly batch: RecordBatch;
}

export interface ReplicatedAppend {
  readonly writes: readonly CoordinatorWrite[];
  readonly timeoutMs: number;
  /** By which version of the transaction protocol markers are judged; -1 for other records. */
  readonly transactionVersion: number;
  /** Called once, with the writes in their order, when each is replicated, has failed, or has taken too long. */
  readonly done: (written: readonly ProducedPartition[]) => void;
}

/** Appends what a coordinator writes, and waits for the in-sync replicas (`ReplicaManager.appendRecords`). */
export function appendReplicated(parts: ReplicatedAppendParts, append: ReplicatedAppend): void {
  const { context, hosted, checks } = parts;
  const { writes, timeoutMs, transactionVersion, done } = append;
  const verification = { guard: noGuard, transactionVersion };
  const terms = { acks: -1, origin: 'coordinator', verification } as const;
  const written = writes.map(({ topic, index, batch }) => {
    const found = hosted.find(topic, index);
    if (typeof found === 'string') {
      const missing = new ProducedPartition(topic, '', index, [batch]);
      missing.refuse(found);
      return missing;
    }
    const produced = new ProducedPartition(topic, found.topicId, index, [batch]);
    produced.partition = found;
    produced.decide(appendToLeader(found, [batch], terms, checks));
    return produced;
  });
  if (written.every(({ error }) => error !== 'NONE')) {
    done(written);
    return;
  }
  const delayed = new DelayedProduce(written, hosted, () => {
    done(written);
  });
  delayed.completeOrWatch(context, milliseconds(timeoutMs), delayed.watchLists());
}
