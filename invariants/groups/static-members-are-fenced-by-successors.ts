import { type FactOf } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { coordinatorStanding } from '../ground-truth/coordinator-standing.ts';
import { type Invariant } from '../invariant.ts';

/**
 * G8: a member that has become known later has its place. Who comes while another one still has the place
 * is refused (KIP-848), and that one is there already.
 */
export const staticMembersAreFencedBySuccessors: Invariant = {
  id: 'G8',
  name: 'static-members-are-fenced-by-successors',
  promise: 'A static member is ended for its group.instance.id only if another member has it now.',
  kind: 'safety',
  source: 'KIP-345, KIP-848, ClassicGroup.validateMember, ConsumerGroup.staticMember',
  promised: alwaysPromised,

  start(truth, report) {
    const instances = new Instances();

    return {
      groupChanged: (fact) => {
        if (instances.note(fact)) report.exercised();
      },
      membershipEnded: (fact, { node }) => {
        const { groupId, memberId, instanceId, error } = fact;
        const isFenced = error === 'FencedInstanceIdException';
        if (!isFenced && error !== 'UnreleasedInstanceIdException') return;
        const others = instances.membersOf(groupId, instanceId ?? '');
        const isReplaced = isFenced
          ? others.indexOf(memberId) < others.length - 1
          : others.some((other) => other !== memberId);
        if (isReplaced) return;
        report.broken({
          message: `${node} is ended by ${error}, and no other member of ${groupId} has its instance id`,
          standing: coordinatorStanding(truth),
          evidence: { facts: [fact] },
        });
      },
    };
  },
};

/** Nobody hears as late as that of its own successor. */
const rememberedMembers = 16;

/** The last members that have had a static instance of a group, in the order in which they have come. */
class Instances {
  readonly #members = new Map<string, readonly string[]>();

  /** @returns Whether a coordinator has let somebody have one. */
  note({ groupId, members }: FactOf<'groupChanged'>): boolean {
    let hasNew = false;
    for (const { memberId, instanceId } of members) {
      if (instanceId === null) continue;
      const known = this.membersOf(groupId, instanceId);
      if (known.includes(memberId)) continue;
      const kept = known.slice(-(rememberedMembers - 1));
      this.#members.set(nameOf(groupId, instanceId), [...kept, memberId]);
      hasNew = true;
    }
    return hasNew;
  }

  membersOf(groupId: string, instanceId: string): readonly string[] {
    return this.#members.get(nameOf(groupId, instanceId)) ?? [];
  }
}

function nameOf(groupId: string, instanceId: string): string {
  return `${groupId}/${instanceId}`;
}
