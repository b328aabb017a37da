import { type FactKind, type FactOf, type TraceEvent } from '../sim/trace.ts';

const always: ReadonlySet<FactKind> = new Set<FactKind>([
  'nodeStopped',
  'nodeCrashed',
  'nodePaused',
  'nodeResumed',
  'clockChanged',
  'diskChanged',
  'diskSlowed',
  'diskWiped',
  'batchRotted',
  'faultStarted',
  'faultEnded',
  'faultNeverFired',
  'faultsHealed',
  'runEnded',
  'sendFailed',
  'producerIdAssigned',
  'consumerCalled',
  'consumerError',
  'logTruncated',
  'logStartMoved',
  'logCleaned',
  'replicaRemoved',
  'partitionFailed',
  'topicCreated',
  'topicDeleted',
  'brokerRegistered',
  'brokerFenced',
  'brokerUnfenced',
  'brokerInControlledShutdown',
  'configChanged',
  'joinRefused',
  'partitionsAssigned',
  'partitionsRevoked',
  'membershipEnded',
  'memberRemoved',
  'offsetCommitFailed',
  'transactionsInitialized',
  'transactionAbandoned',
  'transactionalErrorRaised',
  'producerFenced',
  'transactionTimedOut',
]);

/** Facts that are told only where they tell of something that is not routine. */
const partly: { readonly [K in FactKind]?: (fact: FactOf<K>) => boolean } = {
  nodeStarted: ({ life }) => life > 1,
  isrViewChanged: ({ state }) => state !== 'committed',
  positionMoved: ({ why }) => why === 'reset' || why === 'truncated',
  logLoaded: ({ wasClean }) => !wasClean,
  leaderStarted: (fact) => !isNewCoordinatorPartition(fact),
  partitionChanged: (fact) => !isNewCoordinatorPartition(fact),
  batchSent: ({ attempt }) => attempt > 0,
  produceAnswered: ({ error, isDuplicate }) => error !== 'NONE' || isDuplicate,
  alterPartitionAnswered: ({ error }) => error !== 'NONE',
  frameLost: ({ cause }) => cause === 'dropped by a fault' || cause === 'reset by a fault',
  transactionEndReturned: ({ error }) => error !== null,
  transactionOffsetsEnded: ({ error }) => error !== null,
  initProducerIdAnswered: ({ error }) => error !== 'NONE',
  endTxnAnswered: ({ error }) => error !== 'NONE',
  offsetCommitAnswered: ({ errors }) => errors.some((error) => error !== 'NONE'),
};

/**
 * Whether an event changes the state of the cluster, or is something that a client did not want: an
 * error, or a batch to be sent again. The traffic that goes well is left out, and so are the start of
 * every node at 0 and the node that makes the topics of the plan.
 */
export function isStateChange({ node, fact }: TraceEvent): boolean {
  if (node === 'setup' && fact.kind === 'nodeStopped') return false;
  return always.has(fact.kind) || isNotRoutine(fact.kind, fact);
}

function isNotRoutine<K extends FactKind>(kind: K, fact: FactOf<K>): boolean {
  return partly[kind]?.(fact) ?? false;
}

/** The topics of the coordinators have many partitions, of which most are never used. */
function isNewCoordinatorPartition({
  partition,
  leaderEpoch,
}: FactOf<'leaderStarted' | 'partitionChanged'>): boolean {
  return leaderEpoch === 0 && partition.startsWith('__');
}

/**
 * What events have in common of which only the first is told, and how many follow: records that fail
 * together, batches and requests that are sent again and again. Null: told each by itself.
 */
export function sameness({ node, fact }: TraceEvent): string | null {
  switch (fact.kind) {
    case 'sendFailed':
      return `${node} ${fact.kind} ${fact.error} ${String(fact.definite)}`;
    case 'consumerError':
      return `${node} ${fact.kind} ${fact.partition} ${fact.error}`;
    // With transactions of version 2 each has an epoch of its own.
    case 'producerIdAssigned':
      return `${node} ${fact.kind} ${fact.producerId}`;
    case 'initProducerIdAnswered':
      return `${node} ${fact.kind} ${fact.transactionalId} ${fact.error}`;
    case 'batchSent':
      return `${node} ${fact.kind} ${fact.to}`;
    case 'produceAnswered':
      return `${node} ${fact.kind} ${fact.partition} ${fact.error}`;
    case 'joinRefused':
      return `${node} ${fact.kind} ${fact.groupId} ${fact.error}`;
    case 'offsetCommitAnswered':
      return `${node} ${fact.kind} ${fact.memberId} ${fact.errors.join()}`;
    case 'endTxnAnswered':
      return `${node} ${fact.kind} ${fact.transactionalId} ${fact.error}`;
    default:
      return null;
  }
}
