import { type Offset } from '../../sim/protocol/record-batch.ts';
import { type FactOf } from '../../sim/trace.ts';
import { keepsOrder, orderIsPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { holds, type GroundTruth } from '../ground-truth/ground-truth.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type ReplicaTruth } from '../ground-truth/replica-truth.ts';
import { type LatestOfSession, type Send, type Session } from '../ground-truth/send-ledger.ts';
import { type Invariant } from '../invariant.ts';

/** C14: repeated copies of a record are C2's concern, and left out here. */
export const appendsKeepSendOrder: Invariant = {
  id: 'C14',
  name: 'appends-keep-send-order',
  promise: 'In each partition the records of one producer lie in the order in which it sent them.',
  kind: 'safety',
  source: 'KIP-98, KAFKA-3197, RecordAccumulator; Jepsen: nonmonotonic-send',
  promised: orderIsPromised,

  start(truth, report) {
    function check(
      fact: FactOf<'batchAppended'>,
      partition: PartitionTruth,
      replica: ReplicaTruth,
      send: Send,
    ): void {
      const { session } = send;
      const latest = latestOf(truth, fact.batch.baseOffset, { session, partition, replica });
      if (latest !== undefined) {
        report.exercised();
        if (latest.order > send.order) {
          report.broken({
            message: `record ${send.recordId} lies at ${partition.name}@${send.offset} behind record ${latest.recordId}, which ${session.name} sent later`,
            standing: keepsOrder(session.producer),
            evidence: evidenceIn(partition, fact, {
              offsets: [latest.offset, send.offset],
              recordIds: [latest.recordId, send.recordId],
            }),
          });
          return;
        }
      }
      note(partition, replica, send, latest);
    }

    return {
      leaderAppended: (fact, { sends }, partition) => {
        const replica = partition.replica(fact.broker);
        for (const send of sends) {
          if (send.order > 0 && send.earlierInLog < 0) check(fact, partition, replica, send);
        }
      },
    };
  },
};

interface Place {
  readonly session: Session;
  readonly partition: PartitionTruth;
  readonly replica: ReplicaTruth;
}

/** The session's latest record below `end` in this replica's log: another leader may have had more. */
function latestOf(
  truth: GroundTruth,
  end: Offset,
  { session, partition, replica }: Place,
): LatestOfSession | undefined {
  const latest = session.latestIn.get(partition);
  if (latest === undefined) return undefined;
  if (latest.replica === replica && latest.truncations === replica.truncations) return latest;
  const send = truth.ledger.find(latest.recordId);
  const isHeld = send === undefined || (latest.offset < end && holds(replica, latest.offset, send));
  if (!isHeld) {
    const found = searchLatest(truth, session, replica);
    if (found === undefined) {
      session.latestIn.delete(partition);
      return undefined;
    }
    latest.order = found.send.order;
    latest.recordId = found.send.recordId;
    latest.offset = found.offset;
  }
  latest.replica = replica;
  latest.truncations = replica.truncations;
  return latest;
}

function searchLatest(
  truth: GroundTruth,
  session: Session,
  { log }: ReplicaTruth,
): { send: Send; offset: number } | undefined {
  // The batch that is being judged is the last one.
  for (let index = log.nextIndex - 2; index >= log.firstIndex; index -= 1) {
    const batch = log.at(index);
    const record = batch?.records.at(-1);
    if (batch === undefined || record === undefined) continue;
    const send = truth.ledger.find(record.recordId);
    if (send?.session === session) return { send, offset: batch.lastOffset };
  }
  return undefined;
}

function note(
  partition: PartitionTruth,
  replica: ReplicaTruth,
  send: Send,
  latest: LatestOfSession | undefined,
): void {
  const { order, recordId, offset, session } = send;
  if (latest === undefined) {
    const { truncations } = replica;
    session.latestIn.set(partition, { order, recordId, offset, replica, truncations });
    return;
  }
  latest.order = order;
  latest.recordId = recordId;
  latest.offset = offset;
}
