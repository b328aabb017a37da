import { type Fact, type FactKind } from '../sim/trace.ts';

const always: ReadonlySet<FactKind> = new Set<FactKind>([
  'nodeStarted',
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
 * Whether a fact changes the state of the cluster, or is something that a client did not want to
 * hear. The traffic that goes well is left out.
 */
export function isStateChange(fact: Fact): boolean {
  switch (fact.kind) {
    case 'isrViewChanged':
      return fact.state !== 'committed';
    case 'positionMoved':
      return fact.why === 'reset' || fact.why === 'truncated';
    case 'logLoaded':
      return !fact.wasClean;
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
