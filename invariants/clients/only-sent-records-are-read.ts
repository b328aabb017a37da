import { type LogRecord, type Offset } from '../../sim/protocol/record-batch.ts';
import { type Fact } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type Send } from '../ground-truth/send-ledger.ts';
import { type Invariant } from '../invariant.ts';
import { promised } from '../standing.ts';

/** C1, phantom: looked for where a leader appends, so that nobody need read it, and at every poll. */
export const onlySentRecordsAreRead: Invariant = {
  id: 'C1',
  name: 'only-sent-records-are-read',
  promise: 'Every record in a log was sent to that partition, with that key and value.',
  kind: 'safety',
  source: 'ProducerBatch, DefaultRecordBatch checksum; Jepsen: unexpected record',
  promised: alwaysPromised,

  start(truth, report) {
    function breach(fact: Fact, partition: PartitionTruth, offset: Offset, what: string): void {
      report.broken({
        message: `${partition.name}@${offset} ${what}`,
        standing: promised,
        evidence: evidenceIn(partition, fact, { offsets: [offset] }),
      });
    }

    function check(fact: Fact, partition: PartitionTruth, offset: Offset, record: LogRecord): void {
      if (record.recordId < 0) return;
      const send = truth.ledger.find(record.recordId);
      if (send !== undefined) {
        const problem = difference(send, record, partition);
        if (problem !== null) breach(fact, partition, offset, problem);
      } else if (!truth.ledger.hasForgotten(record.recordId)) {
        breach(fact, partition, offset, `holds record ${record.recordId}, which nobody sent`);
      }
    }

    return {
      leaderAppended: (fact, _, partition) => {
        const { baseOffset, records } = fact.batch;
        for (const record of records) {
          check(fact, partition, baseOffset + record.offsetDelta, record);
        }
      },
      recordsPolled: (fact, _, partition) => {
        if (fact.records.length > 0) report.exercised();
        for (const { offset, record } of fact.records) check(fact, partition, offset, record);
      },
    };
  },
};

function difference(send: Send, record: LogRecord, partition: PartitionTruth): string | null {
  if (send.partition !== null && send.partition !== partition) {
    return `holds record ${send.recordId}, which was sent to ${send.partition.name}`;
  }
  if (send.topic !== partition.topic.name) {
    return `holds record ${send.recordId}, which was sent to topic ${send.topic}`;
  }
  if (send.key === record.key && send.value === record.value) return null;
  return `holds record ${send.recordId} with another key or value than was sent`;
}
