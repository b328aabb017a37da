import { type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { type Fact } from '../../sim/trace.ts';
import { acknowledgedIsPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { recordStanding } from '../ground-truth/durability.ts';
import { holds } from '../ground-truth/ground-truth.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type Send } from '../ground-truth/send-ledger.ts';
import { type Invariant } from '../invariant.ts';

/** R18: a replica that is down counts with what it had when it went down. */
export const someReplicaHoldsEveryAcknowledgedRecord: Invariant = {
  id: 'R18',
  name: 'some-replica-holds-every-acknowledged-record',
  promise:
    'While fewer brokers than min.insync.replicas have lost data, some replica holds each record that was acknowledged with acks=all.',
  kind: 'safety',
  source: 'KIP-966; TLA+ NoCommittedRecordLostGlobally',
  promised: acknowledgedIsPromised,

  start({ ledger }, report) {
    function check(fact: Fact, partition: PartitionTruth, removed: readonly RecordBatch[]): void {
      let wasAcknowledged = false;
      for (const batch of removed) {
        for (const record of batch.records) {
          const offset = batch.baseOffset + record.offsetDelta;
          const send = ledger.find(record.recordId);
          if (send === undefined || !isAcknowledgedAt(send, offset)) continue;
          wasAcknowledged = true;
          if (offset < partition.highestLogStart) continue;
          if (partition.mayBeCompacted(batch, record)) continue;
          if (partition.replicas.some((replica) => holds(replica, offset, send))) continue;
          report.broken({
            message: `no replica holds record ${send.recordId} any more, which was acknowledged at ${partition.name}@${offset}`,
            standing: recordStanding(partition, offset, batch.partitionLeaderEpoch),
            evidence: evidenceIn(partition, fact, {
              offsets: [offset],
              recordIds: [send.recordId],
            }),
          });
        }
      }
      if (wasAcknowledged) report.exercised();
    }

    return {
      logTruncated: (fact, { removed }, partition) => {
        check(fact, partition, removed);
      },
      logLoaded: (fact, { removed }, partition) => {
        check(fact, partition, removed);
      },
      replicaRemoved: (fact, { removed }, partition) => {
        check(fact, partition, removed);
      },
    };
  },
};

function isAcknowledgedAt(send: Send, offset: number): boolean {
  if (send.outcome !== 'acked' || send.acks !== -1) return false;
  return send.ackedOffset < 0 || send.ackedOffset === offset;
}
