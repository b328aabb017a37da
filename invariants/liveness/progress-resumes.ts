import { alwaysPromised } from '../configuration-standing.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type Session } from '../ground-truth/send-ledger.ts';
import { type Instant, type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';
import { hasSettled } from './settled.ts';

interface Attempts {
  readonly firstAt: Instant;
  /** Acknowledged, or refused for what they are: a record that is too large fails at once and always. */
  answered: number;
}

/**
 * L5, no metastable state: an outage that outlives its cause. What an application aborts is not meant to
 * succeed; whether transactions do is for L9 to say.
 */
export const progressResumes: Invariant = {
  id: 'L5',
  name: 'progress-resumes',
  promise: 'Once all faults are over, sends succeed again without a restart.',
  kind: 'liveness',
  source: 'Sender, Metadata; Bufstream: metastable failure',
  promised: alwaysPromised,

  start(truth, report) {
    const sessions = new Map<Session, Map<PartitionTruth, Attempts>>();

    function answered(session: Session | undefined, partition: PartitionTruth | null): void {
      if (session === undefined || partition === null) return;
      const attempts = sessions.get(session)?.get(partition);
      if (attempts !== undefined) attempts.answered += 1;
    }

    return {
      sendAccumulated: (fact, { at }, partition) => {
        const send = truth.healedAt < 0 ? undefined : truth.ledger.find(fact.recordId);
        if (send === undefined) return;
        const mine = sessions.get(send.session) ?? new Map<PartitionTruth, Attempts>();
        sessions.set(send.session, mine);
        if (!mine.has(partition)) mine.set(partition, { firstAt: at, answered: 0 });
      },
      transactionEndAttempted: ({ session: name, isCommit }) => {
        const session = isCommit ? undefined : truth.ledger.sessions.get(name);
        if (session !== undefined) sessions.delete(session);
      },
      sendAcked: (_fact, { send }, partition) => {
        answered(send?.session, partition);
      },
      sendFailed: ({ error }, { send }, partition) => {
        if (error === 'RecordTooLargeException') answered(send?.session, partition);
      },
      runEnded: (fact) => {
        // An application that has given its producer up goes on with another one.
        const latest = new Map<string, Session>();
        for (const session of truth.ledger.sessions.values()) latest.set(session.node, session);
        for (const [session, partitions] of sessions) {
          if (session.isOver || latest.get(session.node) !== session) continue;
          for (const [partition, { firstAt, answered }] of partitions) {
            if (!isWritable(partition) || !hasSettled(truth, firstAt)) continue;
            report.exercised();
            if (answered > 0) continue;
            report.broken({
              message: `${session.name} has been sending to ${partition.name} since all faults are over, and nothing was acknowledged`,
              standing: promised,
              evidence: { facts: [fact], partition: partition.name },
            });
          }
        }
      },
    };
  },
};

/** Without a leader or enough in-sync replicas it is L1 that has something to say. */
function isWritable({ state, minimum }: PartitionTruth): boolean {
  return state !== null && state.leader >= 0 && state.isr.length >= minimum;
}
