import { type RecordBatch } from '../../sim/protocol/record-batch.ts';
import { type Fact } from '../../sim/trace.ts';
import { acknowledgedIsPromised, acksStanding } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { recordStanding, replicaStanding } from '../ground-truth/durability.ts';
import { type GroundTruth, holds } from '../ground-truth/ground-truth.ts';
import { type Loss } from '../ground-truth/loss.ts';
import { type Moment } from '../ground-truth/moment.ts';
import { type PartitionTruth } from '../ground-truth/partition-truth.ts';
import { type ReplicaTruth } from '../ground-truth/replica-truth.ts';
import { recordAt } from '../ground-truth/same-batch.ts';
import { type Send } from '../ground-truth/send-ledger.ts';
import { type Invariant, type Report } from '../invariant.ts';
import { type Standing, weakest } from '../standing.ts';

/**
 * C3, durability: judged at the instant of the acknowledgement, whenever a replica that may lead
 * could have lost the record, and when the last copy goes. Nobody need read anything.
 */
export const acknowledgedRecordsSurvive: Invariant = {
  id: 'C3',
  name: 'acknowledged-records-survive',
  promise:
    'A record that is acknowledged with acks=all stays at its offset in every replica that may lead, until retention or DeleteRecords removes it.',
  kind: 'safety',
  source: 'KIP-497, KIP-966, Partition; Jepsen: lost-write, unseen',
  promised: acknowledgedIsPromised,

  start(truth, report) {
    const watch = new AcknowledgedWatch(truth, report);
    return {
      sendAcked: (fact, { send }, partition) => {
        if (send === undefined || fact.acks !== -1) return;
        if (fact.offset >= partition.highestLogStart) watch.checkAck(fact, partition, send);
      },
      committedLost: (fact, { loss }, partition) => {
        if (loss !== null) watch.reportLost(fact, partition, loss);
      },
      partitionChanged: (fact, _moment, partition) => {
        if (partition.ackedByAll < 0) return;
        if (partition.previousState?.leaderEpoch !== fact.leaderEpoch) report.exercised();
        for (const replica of partition.replicas) watch.checkCandidate(fact, partition, replica);
      },
      logTruncated: (fact, moment, partition) => {
        if (partition.acked >= 0) report.exercised();
        watch.checkCandidate(fact, partition, partition.replica(fact.broker));
        watch.checkLastCopies(fact, moment, partition);
      },
      logLoaded: (fact, moment, partition) => {
        if (partition.acked >= 0) report.exercised();
        watch.checkCandidate(fact, partition, partition.replica(fact.broker));
        watch.checkLastCopies(fact, moment, partition);
      },
      replicaRemoved: (fact, moment, partition) => {
        watch.checkLastCopies(fact, moment, partition);
      },
    };
  },
};

class AcknowledgedWatch {
  readonly #truth: GroundTruth;
  readonly #report: Report;

  constructor(truth: GroundTruth, report: Report) {
    this.#truth = truth;
    this.#report = report;
  }

  checkAck(fact: Fact, partition: PartitionTruth, send: Send): void {
    const { recordId, ackedOffset: offset } = send;
    const batch = partition.committed.find(offset);
    if (batch === undefined || recordAt(batch, offset)?.recordId !== recordId) {
      this.#report.broken({
        message: `record ${recordId} was acknowledged with acks=all, but is not committed at ${partition.name}@${offset}`,
        standing: recordStanding(partition, offset, send.leaderEpoch),
        evidence: evidenceIn(partition, fact, { offsets: [offset], recordIds: [recordId] }),
      });
      return;
    }
    for (const replica of partition.replicas) {
      if (!partition.mustHoldCommitted(replica) || partition.agreedEnd(replica) > offset) continue;
      this.#report.broken({
        message: `record ${recordId} was acknowledged with acks=all, but broker ${replica.broker}, which may lead, does not hold it at ${partition.name}@${offset}`,
        standing: replicaStanding(partition, replica),
        evidence: evidenceIn(partition, fact, { offsets: [offset], recordIds: [recordId] }),
      });
      return;
    }
  }

  /** Looks for acknowledged records that a replica lacks although it may lead. */
  checkCandidate(fact: Fact, partition: PartitionTruth, replica: ReplicaTruth): void {
    if (!partition.mustHoldCommitted(replica) || !partition.lacksCommitted(replica)) return;
    const from = Math.max(partition.agreedEnd(replica), partition.highestLogStart);
    if (partition.ackedByAll < from) return;
    const { committed } = partition;
    const lost: Send[] = [];
    for (let index = committed.indexOf(from); index < committed.nextIndex; index += 1) {
      const batch = committed.at(index);
      if (batch !== undefined) this.#collectAcknowledged(batch, lost);
    }
    this.#reportSends(
      fact,
      partition,
      lost,
      replicaStanding(partition, replica),
      `broker ${replica.broker}, which may lead, lacks`,
    );
  }

  /** An election has chosen a log without some batches. */
  reportLost(fact: Fact, partition: PartitionTruth, { batches, standing }: Loss): void {
    const lost: Send[] = [];
    for (const batch of batches) this.#collectAcknowledged(batch, lost);
    this.#reportSends(fact, partition, lost, standing, 'the new leader lacks');
  }

  /** Looks for acknowledged records of which no replica has a copy any more. */
  checkLastCopies(fact: Fact, moment: Moment, partition: PartitionTruth): void {
    for (const batch of moment.removed) {
      for (const record of batch.records) {
        const send = this.#truth.ledger.find(record.recordId);
        const offset = batch.baseOffset + record.offsetDelta;
        if (send?.outcome !== 'acked' || offset < partition.highestLogStart) continue;
        if (isHeldSomewhere(partition, send) || partition.mayBeCompacted(batch, record)) continue;
        const acks = send.acks === -1 ? 'all' : `${send.acks}`;
        this.#report.broken({
          message: `record ${send.recordId} was acknowledged with acks=${acks}, and its last copy at ${partition.name}@${offset} is gone`,
          standing: weakest([
            acksStanding(send.acks),
            recordStanding(partition, offset, batch.partitionLeaderEpoch),
          ]),
          evidence: evidenceIn(partition, fact, { offsets: [offset], recordIds: [send.recordId] }),
        });
      }
    }
  }

  #collectAcknowledged({ baseOffset, records }: RecordBatch, into: Send[]): void {
    for (const { recordId, offsetDelta } of records) {
      const send = this.#truth.ledger.find(recordId);
      if (send?.outcome !== 'acked' || send.acks !== -1) continue;
      if (send.ackedOffset < 0 || send.ackedOffset === baseOffset + offsetDelta) into.push(send);
    }
  }

  #reportSends(
    fact: Fact,
    partition: PartitionTruth,
    lost: readonly Send[],
    standing: Standing,
    who: string,
  ): void {
    const first = lost[0];
    if (first === undefined) return;
    this.#report.broken({
      message: `${who} ${lost.length} records of ${partition.name} that were acknowledged with acks=all, the first at offset ${first.ackedOffset}`,
      standing,
      evidence: evidenceIn(partition, fact, {
        offsets: lost.map(({ ackedOffset }) => ackedOffset),
        recordIds: lost.map(({ recordId }) => recordId),
      }),
    });
  }
}

function isHeldSomewhere(partition: PartitionTruth, send: Send): boolean {
  return partition.replicas.some(
    (replica) =>
      holds(replica, send.offset, send) ||
      send.earlierOffsets?.some((offset) => holds(replica, offset, send)) === true,
  );
}
