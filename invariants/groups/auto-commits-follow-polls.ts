import { alwaysPromised } from '../configuration-standing.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/** G6: what the poll in progress is about to return is not part of it. */
export const autoCommitsFollowPolls: Invariant = {
  id: 'G6',
  name: 'auto-commits-follow-polls',
  promise: 'A consumer commits by itself only what earlier polls have returned.',
  kind: 'safety',
  source:
    'ConsumerCoordinator.maybeAutoCommitOffsetsAsync, SubscriptionState.allConsumed; Redpanda: auto-commit',
  promised: alwaysPromised,

  start(truth, report) {
    return {
      offsetCommitAttempted: (fact, { node }) => {
        if (fact.why === 'sync' || fact.why === 'async') return;
        const positions = truth.groups.memberOf(node)?.positions;
        for (const { partition: name, offset } of fact.offsets) {
          const position = positions?.get(name);
          if (position === undefined) continue;
          report.exercised();
          if (offset <= position) continue;
          report.broken({
            message: `${node} commits ${name}@${offset} by itself, and polls have returned what lies below ${position}`,
            standing: promised,
            evidence: { facts: [fact], partition: name, offsets: [position, offset] },
          });
        }
      },
    };
  },
};
