import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { coordinatorStanding, transactionStanding } from '../ground-truth/coordinator-standing.ts';
import { type Invariant } from '../invariant.ts';

/**
 * T8: data, staged offsets and ends. What a deposed leader appends or answers does not count: it has no
 * effect. An idle transactional id that has expired gets a new producer id, and fences nobody.
 */
export const fencedProducersDoNothing: Invariant = {
  id: 'T8',
  name: 'fenced-producers-do-nothing',
  promise:
    'Once InitProducerId has given out an epoch, nothing of an older producer of that transactional id is appended or ended.',
  kind: 'safety',
  source: 'KIP-98, KIP-890, TransactionCoordinator.handleInitProducerId',
  promised: alwaysPromised,

  start(truth, report) {
    const fences = new Fences();

    return {
      initProducerIdAnswered: (fact) => {
        if (fact.error !== 'NONE') return;
        fences.raise(fact.transactionalId, fact.producerId, fact.producerEpoch);
      },
      transactionalAppended: (fact, _moment, partition) => {
        const { batch, broker } = fact;
        if (batch.isControl) return;
        const lowest = fences.lowest(batch.producerId);
        if (lowest > 0) report.exercised();
        if (batch.producerEpoch >= lowest) return;
        if (partition.isDeposed(partition.replica(broker))) return;
        report.broken({
          message: `broker ${broker} appended a batch of producer ${batch.producerId} with epoch ${batch.producerEpoch} to ${partition.name}, though ${fenceOf(lowest)}`,
          standing: transactionStanding(truth, partition),
          evidence: evidenceIn(partition, fact, {
            offsets: [batch.baseOffset],
            recordIds: batch.records.map(({ recordId }) => recordId),
            brokers: [broker],
          }),
        });
      },
      endTxnAnswered: (fact) => {
        const { producerId, producerEpoch, error, currentTxnUid } = fact;
        const lowest = fences.lowest(producerId);
        if (error !== 'NONE' || currentTxnUid < 0 || producerEpoch >= lowest) return;
        report.broken({
          message: `broker ${fact.broker} ended a transaction of producer ${producerId} for a client with epoch ${producerEpoch}, though ${fenceOf(lowest)}`,
          standing: coordinatorStanding(truth),
          evidence: { facts: [fact], brokers: [fact.broker] },
        });
      },
    };
  },
};

const retired = Number.MAX_SAFE_INTEGER;

function fenceOf(lowest: number): string {
  return lowest === retired
    ? 'another producer id took its place'
    : `epoch ${lowest} was given out`;
}

/** The lowest epoch that may still act, by producer id. */
class Fences {
  readonly #lowest = new Map<number, number>();
  readonly #producerOf = new Map<string, number>();

  lowest(producerId: number): number {
    return this.#lowest.get(producerId) ?? 0;
  }

  raise(transactionalId: string, producerId: number, producerEpoch: number): void {
    const former = this.#producerOf.get(transactionalId);
    if (former !== undefined && former !== producerId) this.#lowest.set(former, retired);
    this.#producerOf.set(transactionalId, producerId);
    this.#lowest.set(producerId, Math.max(producerEpoch, this.lowest(producerId)));
  }
}
