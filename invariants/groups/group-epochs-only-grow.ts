import { type CoordinatorData } from '../../sim/protocol/coordinator-record.ts';
import { isCoordinatorData } from '../../sim/protocol/record-batch.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { coordinatorStanding } from '../ground-truth/coordinator-standing.ts';
import { type Invariant } from '../invariant.ts';

/** G3: as the durable log says, until the group or the member is deleted. */
export const groupEpochsOnlyGrow: Invariant = {
  id: 'G3',
  name: 'group-epochs-only-grow',
  promise: 'Generation, group epoch, assignment epoch and member epochs of a group never go back.',
  kind: 'safety',
  source: 'KIP-848, ClassicGroup.initNextGeneration, GroupMetadataManager',
  promised: alwaysPromised,

  start(truth, report) {
    const epochs = new Map<string, Map<string, number>>();

    return {
      coordinatorStored: (fact, { stored }, partition) => {
        for (const { data } of stored.flatMap(({ records }) => records)) {
          if (data === null || !isCoordinatorData(data)) continue;
          const told = epochOf(data);
          if (told === null) continue;
          const { of, epoch } = told;
          const mine = epochs.get(data.groupId) ?? new Map<string, number>();
          epochs.set(data.groupId, mine);
          const before = mine.get(of);
          if (epoch < 0) mine.delete(of);
          else mine.set(of, epoch);
          if (before === undefined || epoch < 0) continue;
          report.exercised();
          if (epoch >= before) continue;
          report.broken({
            message: `the epoch of ${of} of ${data.groupId} goes back from ${before} to ${epoch}`,
            standing: coordinatorStanding(truth),
            evidence: evidenceIn(partition, fact),
          });
        }
      },
      committedLost: (_fact, _moment, { coordinates }) => {
        if (coordinates === 'groups') epochs.clear();
      },
    };
  },
};

/** What the record says of an epoch, below 0 if there is none any more; null for another record. */
function epochOf(data: CoordinatorData): { readonly of: string; readonly epoch: number } | null {
  switch (data.type) {
    case 'GroupMetadata':
      return { of: 'the generation', epoch: data.value?.generation ?? -1 };
    case 'ConsumerGroupMetadata':
      return { of: 'the group', epoch: data.value?.epoch ?? -1 };
    case 'ConsumerGroupTargetAssignmentMetadata':
      return { of: 'the assignment', epoch: data.value?.assignmentEpoch ?? -1 };
    case 'ConsumerGroupCurrentMemberAssignment':
      return { of: `member ${data.memberId}`, epoch: data.value?.memberEpoch ?? -1 };
    default:
      return null;
  }
}
