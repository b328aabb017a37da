/** A config of a group, and the configs of the broker that bound it. */
interface GroupBound {
  readonly config: string;
  /** Undefined: only the maximum is bounded. */
  readonly min: string | undefined;
  readonly max: string;
  /** Checked only where the group itself sets it. */
  readonly isOptional: boolean;
}

/** The kinds of groups besides the classic one. */
export const groupKinds = ['consumer', 'share', 'streams'] as const;

/** In the order in which `GroupConfig.validateValues` checks them. */
export const groupBounds: readonly GroupBound[] = [
  bound('consumer', 'heartbeat.interval.ms'),
  bound('consumer', 'session.timeout.ms'),
  { ...bound('consumer', 'assignment.interval.ms'), isOptional: true },
  bound('share', 'heartbeat.interval.ms'),
  bound('share', 'session.timeout.ms'),
  bound('share', 'record.lock.duration.ms'),
  bound('share', 'delivery.count.limit'),
  bound('share', 'partition.max.record.locks'),
  { ...bound('share', 'assignment.interval.ms'), isOptional: true },
  bound('streams', 'heartbeat.interval.ms'),
  bound('streams', 'session.timeout.ms'),
  {
    config: 'streams.num.standby.replicas',
    min: undefined,
    max: 'group.streams.max.standby.replicas',
    isOptional: false,
  },
  { ...bound('streams', 'assignment.interval.ms'), isOptional: true },
];

function bound(kind: (typeof groupKinds)[number], name: string): GroupBound {
  return {
    config: `${kind}.${name}`,
    min: `group.${kind}.min.${name}`,
    max: `group.${kind}.max.${name}`,
    isOptional: false,
  };
}
