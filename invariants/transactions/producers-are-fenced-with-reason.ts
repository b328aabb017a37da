import { isTransactionData } from '../../sim/protocol/record-batch.ts';
import { type Fact, type FactOf } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { coordinatorStanding } from '../ground-truth/coordinator-standing.ts';
import { type Invariant } from '../invariant.ts';

/** What ends a producer whose transactional id has another epoch, or another producer id. */
const fencingErrors: readonly string[] = ['ProducerFencedException', 'InvalidPidMappingException'];

/** What a coordinator says when it does not know whether the new epoch will be in its log. */
const writeErrors: readonly string[] = ['COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR'];

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
        else if (fact.error === 'NONE') reasons.granted(fact);
        else if (writeErrors.includes(fact.error)) reasons.add(fact.transactionalId);
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
      transactionsInitialized: (fact, { node }) => {
        holders.set(fact.session, { node, grantedBy: fact, since: reasons.takeGrant(fact) });
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
      nodeStopped: (_fact, { node }) => {
        forgetNode(holders, node);
      },
      nodeCrashed: (_fact, { node }) => {
        forgetNode(holders, node);
      },
    };
  },
};

/** A producer that has got its id, and when, in the order of reasons. */
interface Holder {
  readonly node: string;
  readonly grantedBy: FactOf<'transactionsInitialized'>;
  readonly since: number;
}

function forgetNode(holders: Map<string, Holder>, node: string): void {
  for (const [session, holder] of holders) if (holder.node === node) holders.delete(session);
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
  /** Those that have given somebody an id who has not heard of it yet. */
  readonly #grants = new Map<string, number>();

  add(transactionalId: string): void {
    this.#count += 1;
    this.#last.set(transactionalId, this.#count);
  }

  granted(grant: Grant): void {
    this.add(grant.transactionalId);
    this.#grants.set(nameOf(grant), this.#count);
  }

  /** The coordinator's answer comes some time before the producer hears of it, which it does once. */
  takeGrant(grant: Grant): number {
    const name = nameOf(grant);
    const place = this.#grants.get(name) ?? this.#count;
    this.#grants.delete(name);
    return place;
  }

  hasComeSince({ grantedBy, since }: Holder): boolean {
    return (this.#last.get(grantedBy.transactionalId) ?? 0) > since;
  }
}

function nameOf({ transactionalId, producerId, producerEpoch }: Grant): string {
  return `${producerId}/${producerEpoch}/${transactionalId}`;
}
