import { type Context } from '../../kernel/process.ts';
import { milliseconds } from '../../kernel/time.ts';
import { type Frame } from '../../protocol/api.ts';
import { type ErrorName } from '../../protocol/errors.ts';
import { type RecordBatch } from '../../protocol/record-batch.ts';
import { type Fact } from '../../trace.ts';
import { type AppendResult } from '../log/append-result.ts';
import { refused } from '../replica/leader-append.ts';
import { type TransactionOperation } from './add-partitions-sender.ts';
import { type ProducedPartition } from './produced-partition.ts';
import { type TransactionVerifier, type Verified, type Verifying } from './transaction-verifier.ts';

export interface ProduceVerificationParts {
  readonly context: Context<Frame, Fact>;
  readonly verifier: TransactionVerifier;
  /** `add.partitions.to.txn.retry.backoff.ms` */
  readonly retryBackoffMs: number;
  /** `add.partitions.to.txn.retry.backoff.max.ms`, but not longer than a request. */
  readonly longestRetryMs: number;
}

/** From here on a leader itself adds the partition to the transaction. */
const firstVersionThatAdds = 12;
/** From here on clients understand TRANSACTION_ABORTABLE. */
const firstVersionWithAbortable = 11;

/** What the leader asks the coordinator for a Produce of that version. */
export function produceOperation(apiVersion: number): TransactionOperation {
  if (apiVersion >= firstVersionThatAdds) return 'addPartition';
  return apiVersion >= firstVersionWithAbortable ? 'genericErrorSupported' : 'defaultError';
}

/** What of a Produce has to be verified; undefined if it is not transactional. */
export function verifyingOf(
  transactionalId: string | null,
  produced: readonly ProducedPartition[],
  operation: TransactionOperation,
): Verifying | undefined {
  if (transactionalId === null) return undefined;
  const transactional = produced.filter(({ batches }) => transactionalBatch(batches) !== undefined);
  const batch = transactionalBatch(transactional[0]?.batches ?? []);
  if (batch === undefined) return undefined;
  const { producerId, producerEpoch, txnUid } = batch;
  const places = transactional.map(({ topic, index, batches }) => ({
    topic,
    partition: index,
    baseSequence: batches[0]?.baseSequence ?? -1,
  }));
  return { transactionalId, producerId, producerEpoch, places, operation, txnUid };
}

function transactionalBatch(batches: readonly RecordBatch[]): RecordBatch | undefined {
  const [batch] = batches;
  return batch?.isTransactional === true && batch.producerId >= 0 ? batch : undefined;
}

/**
 * Verifies a Produce. Where partitions are added, the end of the last transaction is waited for a
 * little: the producer would wait longer (`ReplicaManager.handleProduceAppend`).
 */
export function verifyProduce(
  parts: ProduceVerificationParts,
  verifying: Verifying,
  done: (verified: Verified) => void,
): void {
  const { context, verifier, retryBackoffMs, longestRetryMs } = parts;
  if (verifying.operation !== 'addPartition') {
    verifier.verify(verifying, done);
    return;
  }
  const startedAt = context.monotonic();
  const attempt = (): void => {
    verifier.verify(verifying, (verified) => {
      const isOver = context.monotonic() - startedAt >= milliseconds(longestRetryMs);
      if (isOver || !isConcurrent(verified)) done(verified);
      else context.setTimer(milliseconds(retryBackoffMs), retry);
    });
  };
  const retry = { taskName: 'retry-add-partitions-to-txn', run: attempt };
  attempt();
}

function isConcurrent({ errors }: Verified): boolean {
  for (const error of errors.values()) if (error === 'CONCURRENT_TRANSACTIONS') return true;
  return false;
}

/** What is answered for a partition that could not be verified, as producers understand it. */
export function unverified(error: ErrorName, operation: TransactionOperation): AppendResult {
  switch (error) {
    case 'INVALID_TXN_STATE': {
      const errorMessage = 'Partition was not added to the transaction';
      return { ...refused(error, -1), errorMessage };
    }
    case 'CONCURRENT_TRANSACTIONS':
      return operation === 'addPartition' ? refused(error, -1) : tryAgain(error);
    case 'NETWORK_EXCEPTION':
    case 'COORDINATOR_LOAD_IN_PROGRESS':
    case 'COORDINATOR_NOT_AVAILABLE':
    case 'NOT_COORDINATOR':
      return tryAgain(error);
    default:
      return refused(error, -1);
  }
}

/** Old clients retry only what they know: this does not even make them look for the leader. */
function tryAgain(cause: ErrorName): AppendResult {
  return {
    ...refused('NOT_ENOUGH_REPLICAS', -1),
    errorMessage:
      'Unable to verify the partition has been added to the transaction. ' +
      `Underlying error: ${cause}`,
  };
}
