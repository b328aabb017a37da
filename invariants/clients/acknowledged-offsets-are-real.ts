import { type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { type FactOf } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { type GroundTruth } from '../ground-truth/ground-truth.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/** C4, ack honesty: on both ends of the wire. */
export const acknowledgedOffsetsAreReal: Invariant = {
  id: 'C4',
  name: 'acknowledged-offsets-are-real',
  promise:
    'The offset that an acknowledgement names is that of the record, also for a retry that was recognised; an error names none, or the real one.',
  kind: 'safety',
  source: 'ReplicaManager.appendRecords, ProducerStateEntry.findDuplicateBatch',
  promised: alwaysPromised,

  start(truth, report) {
    return {
      sendAcked: (fact, { send }, partition) => {
        if (send === undefined || fact.acks === 0 || fact.offset < 0) return;
        report.exercised();
        if (send.wasAppendedAt(fact.offset) && send.partition === partition) return;
        report.broken({
          message: `record ${fact.recordId} was acknowledged at ${partition.name}@${fact.offset}, where no leader has appended it`,
          standing: promised,
          evidence: evidenceIn(partition, fact, {
            offsets: [fact.offset, send.offset],
            recordIds: [fact.recordId],
          }),
        });
      },
      produceAnswered: (fact, _, partition) => {
        const { batch } = fact;
        if (batch === null || fact.baseOffset < 0) return;
        report.exercised();
        const isReal =
          fact.error === 'NONE'
            ? isInLog(partition, fact, batch)
            : wasAppended(truth, batch, fact.baseOffset);
        if (isReal) return;
        report.broken({
          message: `broker ${fact.broker} answered a produce to ${partition.name} with ${fact.error} and offset ${fact.baseOffset}, where its batch is not`,
          standing: promised,
          evidence: evidenceIn(partition, fact, {
            offsets: [fact.baseOffset],
            recordIds: batch.records.map(({ recordId }) => recordId),
            brokers: [fact.broker],
          }),
        });
      },
    };
  },
};

function isInLog(
  partition: PartitionTruth,
  { broker, baseOffset, lastOffset }: FactOf<'produceAnswered'>,
  sent: RecordBatch,
): boolean {
  const replica = partition.replica(broker);
  if (baseOffset < replica.logStartOffset || partition.topic.isCompacted) return true;
  const own = replica.log.find(baseOffset);
  return (
    own?.baseOffset === baseOffset &&
    own.lastOffset === lastOffset &&
    own.records[0]?.recordId === sent.records[0]?.recordId
  );
}

function wasAppended({ ledger }: GroundTruth, sent: RecordBatch, baseOffset: number): boolean {
  const first = sent.records[0];
  const send = first === undefined ? undefined : ledger.find(first.recordId);
  return send === undefined || send.wasAppendedAt(baseOffset);
}
