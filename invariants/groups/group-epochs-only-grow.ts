import { type CoordinatorData } from '../../sim/protocol/coordinator-record.ts';
import { isCoordinatorData } from '../../sim/protocol/record-batch.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { coordinatorStanding } from '../ground-truth/coordinator-standing.ts';
import { type Invariant } from '../invariant.ts';

/**
 * G3: as the durable log says, until the group or the member is deleted; as its coordinator tells of its
 * members; and as a member hears of it, as long as it believes to be one.
 */
export const groupEpochsOnlyGrow: Invariant = {
  id: 'G3',
  name: 'group-epochs-only-grow',
  promise:
    'Generation, group epoch, assignment epoch and member epochs of a group never go back, and no member is ahead of its group.',
  kind: 'safety',
  source:
    'KIP-848, ClassicGroup.initNextGeneration, GroupMetadataManager, AbstractMembershipManager',
  promised: alwaysPromised,

  start(truth, report) {
    const epochs = new Map<string, Epochs>();
    /** By node: the member that it believes to be, and the generation of its last assignment. */
    const heard = new Map<string, Heard>();

    return {
      coordinatorStored: (fact, { stored }, partition) => {
        for (const { data } of stored.flatMap(({ records }) => records)) {
          if (data === null || !isCoordinatorData(data)) continue;
          const told = epochOf(data);
          if (told === null) continue;
          const mine = epochs.get(data.groupId) ?? new Map<string, number>();
          epochs.set(data.groupId, mine);
          if (mine.has(told.of) && told.epoch >= 0) report.exercised();
          const problem = take(mine, told);
          if (problem === null) continue;
          report.broken({
            message: `the epoch of ${told.of} of ${data.groupId} ${problem}`,
            standing: coordinatorStanding(truth),
            evidence: evidenceIn(partition, fact),
          });
        }
      },
      groupChanged: (fact) => {
        const { groupId, broker, protocol, generation } = fact;
        if (protocol === 'classic') return;
        const ahead = fact.members.find(({ epoch }) => epoch > generation);
        if (ahead === undefined) return;
        report.broken({
          message: `broker ${broker} has ${ahead.memberId} in epoch ${ahead.epoch} of ${groupId}, which is in epoch ${generation}`,
          standing: coordinatorStanding(truth),
          evidence: { facts: [fact], brokers: [broker] },
        });
      },
      partitionsAssigned: (fact, { node }) => {
        const { groupId, memberId, generation } = fact;
        const before = heard.get(node);
        heard.set(node, { groupId, memberId, generation });
        if (before?.groupId !== groupId || before.memberId !== memberId) return;
        report.exercised();
        if (generation >= before.generation) return;
        report.broken({
          message: `${node} goes back from generation ${before.generation} of ${groupId} to ${generation}`,
          standing: coordinatorStanding(truth),
          evidence: { facts: [fact] },
        });
      },
      membershipEnded: (_fact, { node }) => {
        heard.delete(node);
      },
      nodeStarted: (_fact, { node }) => {
        heard.delete(node);
      },
      committedLost: (_fact, _moment, { coordinates }) => {
        if (coordinates === 'groups') epochs.clear();
      },
    };
  },
};

interface Heard {
  readonly groupId: string;
  readonly memberId: string;
  readonly generation: number;
}

/** Of one group, by what they are of. */
type Epochs = Map<string, number>;

interface ToldEpoch {
  readonly of: string;
  /** Below 0: there is none any more. */
  readonly epoch: number;
  /** Of a member of a consumer group. */
  readonly isOfMember?: true;
}

const theGroup = 'the group';

/** @returns What is wrong with it. */
function take(epochs: Epochs, { of, epoch, isOfMember }: ToldEpoch): string | null {
  const before = epochs.get(of);
  if (epoch < 0) {
    epochs.delete(of);
    return null;
  }
  epochs.set(of, epoch);
  if (before !== undefined && epoch < before) return `goes back from ${before} to ${epoch}`;
  const groupEpoch = epochs.get(theGroup);
  const isAhead = isOfMember === true && groupEpoch !== undefined && epoch > groupEpoch;
  return isAhead ? `is ${epoch}, and the group is in epoch ${groupEpoch}` : null;
}

/** Null for a record that says nothing of an epoch. */
function epochOf(data: CoordinatorData): ToldEpoch | null {
  switch (data.type) {
    case 'GroupMetadata':
      return { of: 'the generation', epoch: data.value?.generation ?? -1 };
    case 'ConsumerGroupMetadata':
      return { of: theGroup, epoch: data.value?.epoch ?? -1 };
    case 'ConsumerGroupTargetAssignmentMetadata':
      return { of: 'the assignment', epoch: data.value?.assignmentEpoch ?? -1 };
    case 'ConsumerGroupCurrentMemberAssignment':
      return {
        of: `member ${data.memberId}`,
        epoch: data.value?.memberEpoch ?? -1,
        isOfMember: true,
      };
    default:
      return null;
  }
}
