import { type GroupAssignor } from './group-spec.ts';
import { assignRanges } from './range-assignor.ts';
import { assignUniformly } from './uniform-assignor.ts';

/** By name, as in `group.consumer.assignors` and in the heartbeats of members. */
export const groupAssignors: ReadonlyMap<string, GroupAssignor> = new Map([
  ['uniform', assignUniformly],
  ['range', assignRanges],
]);
