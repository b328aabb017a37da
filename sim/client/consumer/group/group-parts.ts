import { type Switches } from '../../../switches/switches.ts';
import { type ConsumerParts } from '../consumer-parts.ts';
import { type GroupCoordinator } from './group-coordinator.ts';
import { type GroupOffset } from './group-offset.ts';
import { type GroupMembership } from './group-membership.ts';
import { type Heartbeat } from './heartbeat.ts';

/** What all that a consumer does in its classic group works with. */
export interface GroupParts extends ConsumerParts {
  readonly membership: GroupMembership;
  readonly coordinator: GroupCoordinator;
  readonly heartbeat: Heartbeat;
  readonly switches: Switches;
  /** What an automatic commit commits. */
  readonly consumed: () => readonly GroupOffset[];
}
