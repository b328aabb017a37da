import { type BrokerId } from '../trace.ts';
import { type ControllerState } from './controller-state.ts';
import { type ChangeScope } from './partition-change-builder.ts';
import { type PartitionRegistration } from './partition-registration.ts';
import { type Topic } from './topics-state.ts';

/**
 * What a change of the partition depends on. A leader has to be alive, and the replica's directory
 * online there; `isAlive` says who is alive while that is about to change.
 */
export function changeScope(
  state: ControllerState,
  topic: Topic,
  partitionId: number,
  partition: PartitionRegistration,
  isAlive: (broker: BrokerId) => boolean = (broker) => state.cluster.isActive(broker),
): ChangeScope {
  const { cluster } = state;
  return {
    topicId: topic.id,
    partitionId,
    rules: state.setup.rules,
    minInsyncReplicas: state.effectiveMinInsyncReplicas(topic),
    isAcceptableLeader: (broker) => {
      if (!isAlive(broker)) return false;
      const directory = partition.directories[partition.replicas.indexOf(broker)];
      return directory !== undefined && cluster.hasOnlineDirectory(broker, directory);
    },
    defaultDirectory: (broker) => cluster.defaultDirectory(broker),
  };
}
