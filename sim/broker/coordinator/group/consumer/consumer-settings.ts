import { type GroupConfig } from '../../../../protocol/config/group-config.ts';

/** What the brokers' and the groups' configs say of consumer groups. */
export interface ConsumerSettings {
  /** Names of the assignors that members may ask for; the first is the default. */
  readonly assignors: readonly string[];
  /** `group.consumer.max.size` */
  readonly maxSize: number;
  /** `group.max.size`, which a group has to fit into that becomes a classic one. */
  readonly classicMaxSize: number;
  /** `group.consumer.migration.policy` */
  readonly migrationPolicy: string;
  /** `group.consumer.regex.refresh.interval.ms` */
  readonly regexRefreshIntervalMs: number;
  /** The configs of one group, with the broker's where it sets none. */
  readonly configOf: (groupId: string) => GroupConfig;
}

export function mayUpgrade({ migrationPolicy }: ConsumerSettings): boolean {
  return ['BIDIRECTIONAL', 'UPGRADE'].includes(migrationPolicy.toUpperCase());
}

export function mayDowngrade({ migrationPolicy }: ConsumerSettings): boolean {
  return ['BIDIRECTIONAL', 'DOWNGRADE'].includes(migrationPolicy.toUpperCase());
}

/** Whether members of both protocols may be in one group. */
export function mayMix({ migrationPolicy }: ConsumerSettings): boolean {
  return migrationPolicy.toUpperCase() !== 'DISABLED';
}
