import { type TxnUid } from '../sim/protocol/record-batch.ts';
import { type GroundTruth } from './ground-truth/ground-truth.ts';
import { type PartitionTruth } from './ground-truth/partition-truth.ts';
import { type TransactionTruth } from './ground-truth/transaction-truth.ts';
import { type Handlers, type Instant } from './invariant.ts';
import { type Situation } from './situations.ts';

type Count = (situation: Situation) => void;

/** Five seconds. */
const longTransaction: Instant = 5_000_000;

/** Errors that tell a client that its membership is not the present one. */
const staleness = new Set([
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'STALE_MEMBER_EPOCH',
  'FENCED_MEMBER_EPOCH',
  'FENCED_INSTANCE_ID',
]);

/** Counts what happens to groups and transactions. */
export function coordinationSituations(truth: GroundTruth, count: Count): Handlers {
  return {
    ...groupSituations(truth, count),
    ...commitSituations(count),
    ...endSituations(truth, count),
    ...coordinatorSituations(truth, count),
  };
}

function groupSituations(truth: GroundTruth, count: Count): Handlers {
  const generations = new Map<string, number>();
  /** By node: transactions that applications are in. */
  const open = new Map<string, TxnUid>();

  return {
    transactionBegun: ({ txnUid }, { node }) => {
      open.set(node, txnUid);
    },
    transactionEndReturned: (_fact, { node }) => {
      open.delete(node);
    },
    groupChanged: ({ groupId, generation }) => {
      const before = generations.get(groupId);
      generations.set(groupId, generation);
      if (before === undefined || generation <= before) return;
      count('rebalance');
      const { members } = truth.groups.group(groupId);
      if ([...members.keys()].some((node) => open.has(node))) count('rebalance-in-transaction');
    },
    memberRemoved: ({ why }) => {
      if (why === 'sessionExpired' || why === 'rebalanceExpired') count('member-timed-out');
    },
    partitionsRevoked: ({ areLost }) => {
      if (areLost) count('partitions-lost');
    },
  };
}

function commitSituations(count: Count): Handlers {
  return {
    offsetCommitAnswered: ({ errors, txnUid }) => {
      if (!errors.some((error) => staleness.has(error))) return;
      count(txnUid < 0 ? 'stale-commit-refused' : 'stale-offsets-refused');
    },
    offsetCommitFailed: ({ definite }) => {
      if (!definite) count('commit-in-doubt');
    },
    offsetFetchAnswered: ({ errors }) => {
      if (errors.includes('UNSTABLE_OFFSET_COMMIT')) count('unstable-offset');
    },
  };
}

function endSituations(truth: GroundTruth, count: Count): Handlers {
  const { transactions } = truth;
  return {
    transactionTimedOut: ({ txnUid }) => {
      count('transaction-timed-out');
      if (transactions.find(txnUid)?.asked.has('commit') === true) count('timeout-during-commit');
    },
    endTxnAnswered: ({ error, requestTxnUid, currentTxnUid }) => {
      const transaction = transactions.find(requestTxnUid);
      if (error === 'PRODUCER_FENCED') count('producer-fenced');
      if (transaction === undefined) return;
      if (error === 'NONE' && currentTxnUid < 0) count('end-retried');
      if (transactions.latestOf(transaction.session) !== transaction) count('late-end');
    },
    produceAnswered: ({ error, batch }) => {
      if (batch?.isTransactional !== true || error === 'NONE') return;
      if (error === 'INVALID_PRODUCER_EPOCH') count('producer-fenced');
      if (transactions.find(batch.txnUid)?.isComplete === true) count('late-produce');
    },
    transactionalAppended: ({ batch }, { at }) => {
      const transaction = batch.isControl ? transactions.find(batch.txnUid) : undefined;
      if (transaction === undefined || transaction.markers.size > 1) return;
      if (transaction.outcome === 'abort') count('transaction-aborted');
      if (at - transaction.begunAt > longTransaction) count('long-transaction');
    },
  };
}

function coordinatorSituations(truth: GroundTruth, count: Count): Handlers {
  const loaded = new Set<PartitionTruth>();
  return {
    coordinatorLoaded: (_fact, _moment, partition) => {
      const isFirst = !loaded.has(partition);
      loaded.add(partition);
      if (isFirst) return;
      if (partition.coordinates === 'groups') {
        count('group-coordinator-moved');
        return;
      }
      for (const transaction of truth.transactions.all()) {
        const phase = transaction.home === partition ? phaseOf(transaction) : null;
        if (phase !== null) count(phase);
      }
    },
  };
}

/** Null for a transaction that is not under way. */
function phaseOf({ isComplete, outcome, markers, registered }: TransactionTruth): Situation | null {
  if (isComplete || registered.size === 0) return null;
  if (outcome === null) return 'coordinator-moved-open';
  return markers.size === 0 ? 'coordinator-moved-decided' : 'coordinator-moved-amid-markers';
}
