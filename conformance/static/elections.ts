import { z } from 'zod';
import {
  buildPartitionChange,
  type ChangeScope,
  type WantedChange,
} from '../../sim/controller/partition-change-builder.ts';
import { partitionStateView } from '../../sim/controller/partition-history.ts';
import { planReassignment } from '../../sim/controller/partition-reassignment.ts';
import {
  leaderRecovery,
  mergeChange,
  noLeaderChange,
  type PartitionRegistration,
} from '../../sim/controller/partition-registration.ts';
import { type PartitionChangeRecord } from '../../sim/protocol/messages/partition-change-record.ts';
import { differenceAt } from '../difference.ts';
import { firstOfSteps, section } from './section.ts';

const brokers = z.array(z.int());
const seen = {
  active: brokers,
  /** Null if nothing is to change. */
  record: z.looseObject({}).nullable(),
  after: z.looseObject({}),
};
const step = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('reassign'),
    target: brokers,
    merged: brokers,
    adding: brokers,
    removing: brokers,
    ...seen,
  }),
  z.strictObject({
    op: z.enum(['fence', 'unclean shutdown', 'unfence']),
    broker: z.int(),
    ...seen,
  }),
  z.strictObject({ op: z.enum(['elect preferred', 'elect unclean']), ...seen }),
  z.strictObject({
    op: z.literal('alterPartition'),
    isr: brokers,
    leaderRecovered: z.boolean(),
    ...seen,
  }),
]);
type Step = z.infer<typeof step>;

const chain = z.strictObject({
  elrEnabled: z.boolean(),
  minInsyncReplicas: z.int(),
  uncleanEnabled: z.boolean(),
  start: z.strictObject({
    replicas: brokers,
    isr: brokers,
    leader: z.int(),
    leaderEpoch: z.int(),
    partitionEpoch: z.int(),
  }),
  steps: z.array(step),
});

export const elections = section(chain, ({ start, steps, ...cluster }) => {
  let partition: PartitionRegistration = {
    ...start,
    directories: start.replicas.map(() => directory),
    addingReplicas: [],
    removingReplicas: [],
    elr: [],
    lastKnownElr: [],
    leaderRecoveryState: leaderRecovery.recovered,
  };
  return firstOfSteps(steps, (step, name) => {
    const wanted = wantedBy(step, partition, cluster.uncleanEnabled);
    const record = buildPartitionChange(partition, wanted, scopeOf(step, cluster));
    const plan = step.op === 'reassign' ? planOf(step, partition) : {};
    if (record !== undefined) partition = mergeChange(partition, record);
    const came = {
      ...plan,
      record: record === undefined ? null : viewOfRecord(record),
      after: partitionStateView(partition),
    };
    const expected = { ...plannedBy(step), record: step.record, after: step.after };
    return differenceAt(`${name} (${step.op})`, expected, came);
  });
});

/** One for all brokers: these cases are not about directories. */
const directory = 'directory';

function scopeOf(
  { active }: Step,
  cluster: { readonly elrEnabled: boolean; readonly minInsyncReplicas: number },
): ChangeScope {
  return {
    topicId: 'topic',
    partitionId: 0,
    rules: {
      elrEnabled: cluster.elrEnabled,
      lastKnownLeader: 'active',
      elrOfReplicasOnly: false,
      bumpsEpochOnShrink: false,
      completesReassignmentEarly: false,
    },
    minInsyncReplicas: cluster.minInsyncReplicas,
    isAcceptableLeader: (broker) => active.includes(broker),
    defaultDirectory: () => directory,
  };
}

function wantedBy(
  step: Step,
  partition: PartitionRegistration,
  uncleanEnabled: boolean,
): WantedChange {
  const election = uncleanEnabled ? 'unclean' : 'online';
  switch (step.op) {
    case 'reassign':
      return { election: 'online', ...planReassignment(partition.replicas, step.target) };
    case 'elect preferred':
      return { election: 'preferred' };
    case 'elect unclean':
      return { election: 'unclean' };
    case 'unfence':
      return { election };
    case 'fence':
      return { election, isr: isrWithout(partition, step.broker) };
    case 'unclean shutdown': {
      const { broker } = step;
      return { election, isr: isrWithout(partition, broker), uncleanShutdown: broker };
    }
    case 'alterPartition': {
      const { recovered } = leaderRecovery;
      return {
        election,
        isr: step.isr,
        ...(step.leaderRecovered ? { leaderRecoveryState: recovered } : {}),
      };
    }
  }
}

function isrWithout({ isr }: PartitionRegistration, broker: number): readonly number[] {
  return isr.filter((member) => member !== broker);
}

function plannedBy(step: Step): object {
  if (step.op !== 'reassign') return {};
  const { merged, adding, removing } = step;
  return { merged, adding, removing };
}

function planOf({ target }: { readonly target: number[] }, partition: PartitionRegistration) {
  const plan = planReassignment(partition.replicas, target);
  const { replicas: merged, addingReplicas: adding, removingReplicas: removing } = plan;
  return { merged, adding, removing };
}

/** The fields that the record sets. */
function viewOfRecord(record: PartitionChangeRecord): object {
  const { leader, leaderRecoveryState } = record;
  const lists = {
    isr: record.isr,
    replicas: record.replicas,
    adding: record.addingReplicas,
    removing: record.removingReplicas,
    elr: record.eligibleLeaderReplicas,
    lastKnownElr: record.lastKnownElr,
  };
  return {
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list !== null)),
    ...(leader === noLeaderChange ? {} : { leader }),
    ...(leaderRecoveryState === leaderRecovery.noChange ? {} : { leaderRecoveryState }),
  };
}
