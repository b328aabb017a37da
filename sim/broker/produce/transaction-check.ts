import { type RecordBatch } from '../../protocol/record-batch.ts';
import { type AppendResult } from '../log/append-result.ts';
import { refused } from '../replica/leader-append.ts';
import { type Partition } from '../replica/partition.ts';

/** From here on the leader itself adds the partition to the transaction (KIP-890). */
const firstVersionThatAdds = 12;

/**
 * Why a transactional batch may not be appended; undefined if it may. A partition that is new to its
 * transaction has to be known to the coordinator (KIP-890), and no broker is one yet.
 */
export function transactionError(
  partition: Partition,
  batches: readonly RecordBatch[],
  request: { readonly apiVersion: number; readonly verifiesTransactions: boolean },
): AppendResult | undefined {
  const [batch] = batches;
  if (batch?.isTransactional !== true) return undefined;
  if (!request.verifiesTransactions && request.apiVersion < firstVersionThatAdds) return undefined;
  const log = partition.leaderLog;
  if (log === undefined) return undefined;
  if (log.hasOngoingTransaction(batch.producerId, batch.producerEpoch)) return undefined;
  return {
    ...refused('NOT_ENOUGH_REPLICAS', -1),
    errorMessage:
      'Unable to verify the partition has been added to the transaction. ' +
      'Underlying error: COORDINATOR_NOT_AVAILABLE',
  };
}
