import { type TransactionFact } from '../../sim/transaction-facts.ts';
import { type Sentences } from './sentences.ts';

/** What happens in transactions; `t7` is the transaction with the `txnUid` 7. */
export const transactionSentences: Sentences<TransactionFact['kind']> = {
  transactionsInitialized: ({ transactionalId, producerId, producerEpoch }) =>
    `is ${transactionalId} now, producer ${producerId} epoch ${producerEpoch}`,
  transactionBegun: ({ txnUid }) => `begins transaction t${txnUid}`,
  transactionOffsetsAttempted: ({ txnUid, groupId, offsets }) =>
    `sends offsets of ${groupId} to t${txnUid}: ${offsets
      .map(({ partition, offset }) => `${partition}@${offset}`)
      .join(', ')}`,
  transactionOffsetsEnded: ({ txnUid, groupId, error }) =>
    `offsets of ${groupId} in t${txnUid}: ${error ?? 'done'}`,
  transactionEndAttempted: ({ txnUid, isCommit }) => `${endOf(isCommit)} t${txnUid}`,
  transactionEndReturned: ({ txnUid, isCommit, error, definite }) =>
    error === null
      ? `t${txnUid} is ${isCommit ? 'committed' : 'aborted'}`
      : `cannot ${isCommit ? 'commit' : 'abort'} t${txnUid}: ${error}${definite ? '' : ', outcome unknown'}`,
  transactionAbandoned: ({ txnUid }) => `is closed, and aborts t${txnUid}`,
  transactionalErrorRaised: ({ error, isFatal }) =>
    `${isFatal ? 'can do nothing more' : 'can only abort'}: ${error}`,
  initProducerIdAnswered: ({ transactionalId, error, producerId, producerEpoch }) =>
    error === 'NONE'
      ? `gives ${transactionalId} producer ${producerId} epoch ${producerEpoch}`
      : `gives ${transactionalId} no producer id: ${error}`,
  producerFenced: ({ transactionalId, txnUid }) =>
    `aborts ${nameOf(txnUid)} of ${transactionalId}, whose id another producer asks for`,
  transactionPartitionsAnswered: (fact) =>
    `${fact.isVerification ? 'is asked whether' : 'adds'} ${fact.partitions.join(', ')} ` +
    `${fact.isVerification ? 'belong to' : 'to'} ${fact.transactionalId}: ${
      fact.errors.find((error) => error !== 'NONE') ?? 'NONE'
    }`,
  endTxnAnswered: ({ transactionalId, isCommit, error, currentTxnUid }) =>
    `${endOf(isCommit)} ${nameOf(currentTxnUid)} of ${transactionalId}: ${error}`,
  transactionTimedOut: ({ transactionalId, txnUid }) =>
    `aborts ${nameOf(txnUid)} of ${transactionalId}, whose time is over`,
  transactionInspected: ({ transactionalId, state, producerId, producerEpoch }) =>
    `has ${transactionalId} in ${state}, producer ${producerId} epoch ${producerEpoch}`,
};

function endOf(isCommit: boolean): string {
  return isCommit ? 'commits' : 'aborts';
}

function nameOf(txnUid: number): string {
  return txnUid < 0 ? 'no transaction' : `t${txnUid}`;
}
