import { type StoredTransaction } from '../../sim/protocol/coordinator-record.ts';
import { isTransactionData } from '../../sim/protocol/record-batch.ts';
import { type FactOf } from '../../sim/trace.ts';
import { alwaysPromised } from '../configuration-standing.ts';
import { evidenceIn } from '../evidence.ts';
import { coordinatorStanding } from '../ground-truth/coordinator-standing.ts';
import { storedStates } from '../ground-truth/stored-states.ts';
import { type Invariant } from '../invariant.ts';

/** `Short.MAX_VALUE`: a producer that had it could not be fenced. */
const largestEpoch = 32_767;

/** T14: judged in the log of each coordinator. Producers without transactions use the largest epoch, too. */
export const producerEpochsAreNotSkipped: Invariant = {
  id: 'T14',
  name: 'producer-epochs-are-not-skipped',
  promise:
    'Whatever happens to a transactional id uses up one epoch at most, and the largest one is given to nobody.',
  kind: 'safety',
  source: 'KIP-360, KIP-890, KAFKA-9666, KAFKA-19367, TransactionMetadata.isEpochExhausted',
  promised: alwaysPromised,

  start(truth, report) {
    const states = storedStates();

    function judgeEpoch(fact: EpochFact, node: string): void {
      const { producerId, producerEpoch } = fact;
      if (producerEpoch !== largestEpoch) return;
      report.broken({
        message: `${node} is producer ${producerId} with epoch ${producerEpoch}, and could not be fenced`,
        standing: coordinatorStanding(truth),
        evidence: { facts: [fact] },
      });
    }

    return {
      coordinatorAppended: (fact, _moment, partition) => {
        if (partition.coordinates !== 'transactions') return;
        const { broker, batch } = fact;
        for (const { data } of batch.records) {
          if (data === null || !isTransactionData(data) || data.value === null) continue;
          const { transactionalId: id, value } = data;
          const stored = states.of(partition.replica(broker), id);
          const previous = stored?.current === value ? stored.previous : null;
          if (previous?.producerId !== value.producerId) continue;
          const used = value.producerEpoch - previous.producerEpoch;
          if (used > 0) report.exercised();
          if (used <= 1) continue;
          report.broken({
            message: `broker ${broker} takes ${id} from ${shown(previous)} to ${shown(value)}`,
            standing: coordinatorStanding(truth),
            evidence: evidenceIn(partition, fact, {
              offsets: [batch.baseOffset],
              brokers: [broker],
            }),
          });
        }
      },
      transactionsInitialized: (fact, { node }) => {
        judgeEpoch(fact, node);
      },
      producerIdAssigned: (fact, { node }) => {
        const hasTransactions = truth.transactions.latestOf(fact.session) !== undefined;
        if (hasTransactions) judgeEpoch(fact, node);
      },
    };
  },
};

type EpochFact = FactOf<'transactionsInitialized' | 'producerIdAssigned'>;

function shown({ state, producerEpoch }: StoredTransaction): string {
  return `${state} with epoch ${producerEpoch}`;
}
