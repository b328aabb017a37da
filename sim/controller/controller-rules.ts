import { type Switches } from '../switches/switches.ts';
import { type PartitionRules } from './partition-change-builder.ts';

/** Kafka's rules for a controller, as the switches of a run have left them. */
export interface ControllerRules extends PartitionRules {
  /** An AlterPartition counts only on the partition epoch that it was made for. */
  readonly checksPartitionEpoch: boolean;
  /** A broker that is fenced or shutting down does not join an ISR (KIP-841). */
  readonly checksIsrEligibility: boolean;
  /** A broker joins an ISR only in the life that the leader has seen (KIP-903). */
  readonly checksIsrBrokerEpoch: boolean;
  /** A controller that is behind the sender says so, and not that the sender is (KAFKA-14154). */
  readonly admitsBeingBehind: boolean;
  /** An unclean restart takes a broker out of ISR and ELR (KIP-966). */
  readonly stripsUncleanBrokers: boolean;
  /** Brokers that were unfenced at a failover get a session (KAFKA-18138). */
  readonly tracksBrokersOnActivation: boolean;
  /** One broker at a time (KAFKA-13173). */
  readonly fencesOneByOne: boolean;
  /** A broker has to read up to its own registration only (KAFKA-13959). */
  readonly unfencesAtRegistration: boolean;
  readonly clearElrKeepsIndex: boolean;
  readonly answersBeforeCommit: boolean;
}

/** `elrEnabled`: whether the cluster has eligible leader replicas. */
export function controllerRules(switches: Switches, elrEnabled: boolean): ControllerRules {
  return {
    elrEnabled,
    lastKnownLeader: lastKnownLeaderRule(switches),
    elrOfReplicasOnly: switches['elr.replicasOnly'] === 'on',
    bumpsEpochOnShrink: switches['ctrl.bumpEpochOnShrink'] === 'on',
    completesReassignmentEarly: switches['reassign.completeEarly'] === 'on',
    checksPartitionEpoch: switches['isr.partitionEpochCas'] !== 'off',
    checksIsrEligibility: switches['isr.eligibility'] !== 'off',
    checksIsrBrokerEpoch: switches['isr.brokerEpochCheck'] !== 'off',
    admitsBeingBehind: switches['ctrl.staleReply'] !== 'fenced',
    stripsUncleanBrokers: switches['elr.uncleanStrip'] !== 'off',
    tracksBrokersOnActivation: switches['ctrl.trackExtantOnActivate'] !== 'off',
    fencesOneByOne: switches['ctrl.batchFencing'] !== 'staleState',
    unfencesAtRegistration: switches['ctrl.unfenceAt'] !== 'logEnd',
    clearElrKeepsIndex: switches['elr.clearKeepsIndex'] === 'on',
    answersBeforeCommit: switches['ctrl.answerBeforeCommit'] === 'on',
  };
}

function lastKnownLeaderRule(switches: Switches): ControllerRules['lastKnownLeader'] {
  if (switches['elr.lastKnownLeader'] === 'off') return 'never';
  return switches['elr.electFencedLkl'] === 'on' ? 'fenced' : 'active';
}
