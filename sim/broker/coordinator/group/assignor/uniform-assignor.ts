import { type GroupAssignment, type GroupSpec, type PartitionCountOf } from './group-spec.ts';
import { heterogeneousAssignment } from './heterogeneous-assignment.ts';
import { homogeneousAssignment } from './homogeneous-assignment.ts';

/** Balanced over all topics, and members keep what balance allows (`UniformAssignor`). */
export function assignUniformly(
  spec: GroupSpec,
  partitionCountOf: PartitionCountOf,
): GroupAssignment {
  if (spec.members.length === 0) return { kind: 'assigned', targets: new Map() };
  return spec.isHomogeneous
    ? homogeneousAssignment(spec, partitionCountOf)
    : heterogeneousAssignment(spec, partitionCountOf);
}
