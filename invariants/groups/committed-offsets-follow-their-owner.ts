import { isCoordinatorData } from '../../sim/protocol/record-batch.ts';
import { type StoredOffset } from '../../sim/protocol/coordinator-record.ts';
import { type FactOf, type PartitionName } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { type CommitCall } from '../ground-truth/commit-calls.ts';
import { coordinatorStanding } from '../ground-truth/coordinator-standing.ts';
import { type GroundTruth } from '../ground-truth/ground-truth.ts';
import {
  type CommittedValue,
  isOfOtherTopic,
  type OffsetTruth,
} from '../ground-truth/group-truth.ts';
import { type Invariant } from '../invariant.ts';
import { notPromised, promised, type Standing, weakest } from '../standing.ts';

/** Who has had an offset written, as it was when the coordinator wrote it. */
interface Writer {
  readonly call: CommitCall;
  /** The consumer had given the request up. */
  readonly isGivenUp: boolean;
  readonly mayHaveIt: boolean;
  /** Another member that had the partition. */
  readonly otherHolder: string | undefined;
}

/**
 * G7: of plain commits; those of transactions are judged by G4 and C11. A member may commit less than
 * it has committed before, since it may go back. Brokers do not number commits: which of two is the
 * later one is what their consumer says.
 */
export const committedOffsetsFollowTheirOwner: Invariant = {
  id: 'G7',
  name: 'committed-offsets-follow-their-owner',
  promise:
    'What a group has committed goes back only if who has the partition commits less, and not by a commit that a later one of the same consumer has overtaken.',
  kind: 'safety',
  source: 'KIP-848, ConsumerCoordinator.commitOffsetsAsync, CommitRequestManager',
  promised: alwaysPromised,

  start(truth, report) {
    const writers = new WeakMap<StoredOffset, Writer>();
    /** Where in the log the last value lies that was judged. */
    const judgedTo = new WeakMap<OffsetTruth, number>();

    function judge({ before, now, known }: Change, fact: FactOf<'highWatermarkMoved'>): void {
      const writer = writerIn(writers, now);
      if (writer === undefined || isOfOtherTopic(before, now.stored?.topicId ?? null)) return;
      report.exercised();
      if (now.offset >= before.offset) return;
      const overwritten = writerIn(writers, before)?.call;
      const problem = problemOf(writer, overwritten);
      if (problem === null) return;
      const { call } = writer;
      report.broken({
        message: `${call.node} has taken ${known.partition} of ${known.groupId} back from ${before.offset} to ${now.offset} ${problem.what}`,
        standing: weakest([problem.standing, coordinatorStanding(truth)]),
        evidence: {
          facts:
            overwritten === undefined ? [call.fact, fact] : [overwritten.fact, call.fact, fact],
          partition: known.partition,
          offsets: [before.offset, now.offset],
        },
      });
    }

    return {
      coordinatorAppended: ({ batch }, _moment, { coordinates }) => {
        if (coordinates !== 'groups' || batch.isTransactional) return;
        for (const { data } of batch.records) {
          if (data === null || !isCoordinatorData(data)) continue;
          if (data.type !== 'OffsetCommit' || data.value === null) continue;
          const call = truth.groups.commits.find(data.value.commitUid);
          if (call === undefined) continue;
          const partition = `${data.topic}-${data.partition}`;
          writers.set(data.value, writerOf(call, partition, truth));
        }
      },
      coordinatorStored: (fact, { committedOffsets }) => {
        for (const known of committedOffsets) {
          const last = judgedTo.get(known) ?? -1;
          for (const change of changesSince(last, known)) judge(change, fact);
          judgedTo.set(known, known.current?.recordOffset ?? -1);
        }
      },
      committedLost: () => {
        for (const { offsets } of truth.groups.all()) {
          for (const known of offsets.values()) {
            judgedTo.set(known, known.current?.recordOffset ?? -1);
          }
        }
      },
    };
  },
};

/** One value that has replaced another. */
interface Change {
  readonly known: OffsetTruth;
  readonly before: CommittedValue;
  readonly now: CommittedValue;
}

/** What has changed by records behind that one, oldest first. */
function changesSince(recordOffset: number, known: OffsetTruth): readonly Change[] {
  const { values } = known;
  const changes: Change[] = [];
  for (let index = values.length - 1; index > 0; index -= 1) {
    const [before, now] = [values[index - 1], values[index]];
    if (before === undefined || now === undefined || now.recordOffset <= recordOffset) break;
    changes.unshift({ known, before, now });
  }
  return changes;
}

function writerOf(call: CommitCall, partition: PartitionName, { groups }: GroundTruth): Writer {
  const { groupId, memberId } = call.fact;
  const group = groups.group(groupId);
  const nowMember = groups.memberOf(call.node)?.memberId ?? memberId;
  const mayHaveIt = group.mayHave(memberId, partition) || group.mayHave(nowMember, partition);
  const holder = mayHaveIt ? undefined : group.holderOf(partition);
  return { call, isGivenUp: call.outcome !== 'open', mayHaveIt, otherHolder: holder };
}

function writerIn(
  writers: WeakMap<StoredOffset, Writer>,
  { stored }: CommittedValue,
): Writer | undefined {
  return stored === null ? undefined : writers.get(stored);
}

interface Problem {
  readonly what: string;
  readonly standing: Standing;
}

/** Null: it may go back by this commit. */
function problemOf(
  { call, isGivenUp, mayHaveIt, otherHolder }: Writer,
  overwritten: CommitCall | undefined,
): Problem | null {
  const isOwn = overwritten?.node === call.node;
  if (isOwn && overwritten.fact.commitUid > call.fact.commitUid) {
    const what = `by a commit that its commit ${overwritten.fact.commit} has overtaken`;
    return { what, standing: isGivenUp ? givenUp : promised };
  }
  if (mayHaveIt || (isOwn && otherHolder === undefined)) return null;
  const what = otherHolder === undefined ? 'and does not have it' : `and ${otherHolder} has it`;
  const isAllowed = call.fact.memberId === '' && otherHolder === undefined;
  return { what, standing: isAllowed ? outside : promised };
}

const outside = notPromised(
  'who is in no group may commit for a group that nobody is in',
  'consumers that subscribe, and are members as long as they commit',
);

const givenUp = notPromised(
  'a commit whose consumer does not know its outcome may take effect after later ones',
  'offsets that are sent to a transaction',
);
