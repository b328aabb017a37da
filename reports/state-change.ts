import { type FactKind, type TraceEvent } from '../sim/trace.ts';

const always: ReadonlySet<FactKind> = new Set<FactKind>([
  'nodeStopped',
  'nodeCrashed',
  'nodePaused',
  'nodeResumed',
  'clockChanged',
  'diskChanged',
  'faultStarted',
  'faultEnded',
  'faultNeverFired',
  'faultsHealed',
  'runEnded',
  'sendFailed',
  'producerIdAssigned',
  'consumerError',
  'logTruncated',
  'logStartMoved',
  'logCleaned',
  'replicaRemoved',
  'leaderStarted',
  'partitionFailed',
  'topicCreated',
  'topicDeleted',
  'partitionChanged',
  'brokerRegistered',
  'brokerFenced',
  'brokerUnfenced',
  'brokerInControlledShutdown',
  'configChanged',
]);

/**
 * Whether an event changes the state of the cluster, or is something that a client did not want: an
 * error, or a batch to be sent again. The traffic that goes well is left out, and so are the start of
 * every node at 0 and the node that makes the topics of the plan.
 */
export function isStateChange({ node, fact }: TraceEvent): boolean {
  switch (fact.kind) {
    case 'nodeStarted':
      return fact.life > 1;
    case 'nodeStopped':
      return node !== 'setup';
    case 'isrViewChanged':
      return fact.state !== 'committed';
    case 'positionMoved':
      return fact.why === 'reset' || fact.why === 'truncated';
    case 'logLoaded':
      return !fact.wasClean;
    case 'batchSent':
      return fact.attempt > 0;
    case 'produceAnswered':
      return fact.error !== 'NONE' || fact.isDuplicate;
    case 'alterPartitionAnswered':
      return fact.error !== 'NONE';
    case 'frameLost':
      return fact.cause === 'dropped by a fault' || fact.cause === 'reset by a fault';
    default:
      return always.has(fact.kind);
  }
}

/**
 * What events have in common that are told once where they follow each other: many records that fail
 * together, many batches that are sent again. Null: told each by itself.
 */
export function sameness({ node, fact }: TraceEvent): string | null {
  switch (fact.kind) {
    case 'sendFailed':
      return `${node} ${fact.kind} ${fact.error} ${String(fact.definite)}`;
    case 'batchSent':
      return `${node} ${fact.kind} ${fact.to}`;
    case 'produceAnswered':
      return `${node} ${fact.kind} ${fact.partition} ${fact.error}`;
    default:
      return null;
  }
}
