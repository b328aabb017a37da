import { type ConfigValues } from './config-values.ts';

/** The transaction coordinator and the state of producers (`TransactionLogConfig`, `TransactionStateManagerConfig`, `AddPartitionsToTxnConfig`). Times in milliseconds, sizes in bytes. */
export interface TransactionConfig {
  readonly transactionStateLogNumPartitions: number;
  readonly transactionStateLogReplicationFactor: number;
  readonly transactionStateLogMinIsr: number;
  readonly transactionStateLogSegmentBytes: number;
  readonly transactionMaxTimeoutMs: number;
  readonly transactionalIdExpirationMs: number;
  readonly transactionAbortTimedOutTransactionCleanupIntervalMs: number;
  readonly transactionRemoveExpiredTransactionCleanupIntervalMs: number;
  readonly transactionTwoPhaseCommitEnable: boolean;
  readonly transactionPartitionVerificationEnable: boolean;
  readonly producerIdExpirationMs: number;
  readonly producerIdExpirationCheckIntervalMs: number;
  readonly addPartitionsToTxnRetryBackoffMs: number;
  readonly addPartitionsToTxnRetryBackoffMaxMs: number;
}

export function transactionConfigOf(values: ConfigValues): TransactionConfig {
  return {
    transactionStateLogNumPartitions: values.number('transaction.state.log.num.partitions'),
    transactionStateLogReplicationFactor: values.number('transaction.state.log.replication.factor'),
    transactionStateLogMinIsr: values.number('transaction.state.log.min.isr'),
    transactionStateLogSegmentBytes: values.number('transaction.state.log.segment.bytes'),
    transactionMaxTimeoutMs: values.number('transaction.max.timeout.ms'),
    transactionalIdExpirationMs: values.number('transactional.id.expiration.ms'),
    transactionAbortTimedOutTransactionCleanupIntervalMs: values.number(
      'transaction.abort.timed.out.transaction.cleanup.interval.ms',
    ),
    transactionRemoveExpiredTransactionCleanupIntervalMs: values.number(
      'transaction.remove.expired.transaction.cleanup.interval.ms',
    ),
    transactionTwoPhaseCommitEnable: values.boolean('transaction.two.phase.commit.enable'),
    transactionPartitionVerificationEnable: values.boolean(
      'transaction.partition.verification.enable',
    ),
    producerIdExpirationMs: values.number('producer.id.expiration.ms'),
    producerIdExpirationCheckIntervalMs: values.number('producer.id.expiration.check.interval.ms'),
    addPartitionsToTxnRetryBackoffMs: values.number('add.partitions.to.txn.retry.backoff.ms'),
    addPartitionsToTxnRetryBackoffMaxMs: values.number(
      'add.partitions.to.txn.retry.backoff.max.ms',
    ),
  };
}
