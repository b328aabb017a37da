import { isTransactionData } from '../../sim/protocol/record-batch.ts';
import { type Fact, type FactOf } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { coordinatorStanding } from '../ground-truth/coordinator-standing.ts';
import { type Invariant } from '../invariant.ts';

/** What ends a producer whose transactional id has another epoch, or another producer id. */
const fencingErrors: readonly string[] = ['ProducerFencedException', 'InvalidPidMappingException'];

/**
 * T13: by another one that asks for the id, though it may get nothing for it; by the timeout of a
 * transaction, after which no other exists; or because the id was idle for so long that it was forgotten.
 */
export const producersAreFencedWithReason: Invariant = {
  id: 'T13',
  name: 'producers-are-fenced-with-reason',
  promise:
    'A producer is fenced only if another one has asked for its transactional id, or if its coordinator has ended a transaction that took too long.',
  kind: 'safety',
  source: 'KIP-98, KIP-360, KIP-890, TransactionCoordinator.handleInitProducerId',
  promised: alwaysPromised,

  start(truth, report) {
    const reasons = new FencingReasons();
    /** By session. */
    const holders = new Map<string, Holder>();

    return {
      endTxnAnswered: report.exercised,
      initProducerIdAnswered: (fact) => {
        if (!fact.isFirst) report.exercised();
        if (fact.error === 'NONE' && fact.isFirst) reasons.granted(fact);
      },
      producerFenced: ({ transactionalId }) => {
        reasons.add(transactionalId);
      },
      transactionTimedOut: ({ transactionalId }) => {
        reasons.add(transactionalId);
      },
      coordinatorAppended: ({ batch }, _moment, { coordinates }) => {
        if (coordinates !== 'transactions') return;
        for (const { data } of batch.records) {
          if (data === null || !isTransactionData(data) || data.value !== null) continue;
          reasons.add(data.transactionalId);
        }
      },
      transactionsInitialized: (fact) => {
        holders.set(fact.session, { grantedBy: fact, since: reasons.placeOfGrant(fact) });
      },
      transactionalErrorRaised: (fact, { node }) => {
        const { session, error, isFatal } = fact;
        if (!isFatal || !fencingErrors.includes(error)) return;
        report.exercised();
        const holder = holders.get(session);
        holders.delete(session);
        if (holder !== undefined && reasons.hasComeSince(holder)) return;
        const facts: readonly Fact[] = holder === undefined ? [fact] : [holder.grantedBy, fact];
        report.broken({
          message: `${node} is ended by ${error}, and nobody has taken its place`,
          standing: coordinatorStanding(truth),
          evidence: { facts },
        });
      },
    };
  },
};

/** A producer that has got its id, and when, in the order of reasons. */
interface Holder {
  readonly grantedBy: FactOf<'transactionsInitialized'>;
  readonly since: number;
}

type Grant = Pick<
  FactOf<'transactionsInitialized'>,
  'transactionalId' | 'producerId' | 'producerEpoch'
>;

/** Everything that fences who has a transactional id at that moment, in its order. */
class FencingReasons {
  #count = 0;
  /** The place of the last, by transactional id. */
  readonly #last = new Map<string, number>();
  /** Those that have given somebody an id. */
  readonly #grants = new Map<string, number>();

  add(transactionalId: string): void {
    this.#count += 1;
    this.#last.set(transactionalId, this.#count);
  }

  granted(grant: Grant): void {
    this.add(grant.transactionalId);
    this.#grants.set(nameOf(grant), this.#count);
  }

  /** The coordinator's answer comes some time before the producer hears of it. */
  placeOfGrant(grant: Grant): number {
    return this.#grants.get(nameOf(grant)) ?? this.#count;
  }

  hasComeSince({ grantedBy, since }: Holder): boolean {
    return (this.#last.get(grantedBy.transactionalId) ?? 0) > since;
  }
}

function nameOf({ transactionalId, producerId, producerEpoch }: Grant): string {
  return `${producerId}/${producerEpoch}/${transactionalId}`;
}
