import { type Context } from '../../kernel/process.ts';
import { Api, type Frame } from '../../protocol/api.ts';
import { type InitProducerIdRequest } from '../../protocol/messages/init-producer-id-request.ts';
import { type Fact } from '../../trace.ts';
import { knownError } from '../coordinator/transaction/known-error.ts';
import { type TransactionCoordinator } from '../coordinator/transaction/transaction-coordinator.ts';
import {
  type ProducerOutcome,
  refusedProducer,
} from '../coordinator/transaction/transaction-ends.ts';
import { type Exchange } from '../server/request-server.ts';

export interface InitProducerIdParts {
  readonly context: Context<Frame, Fact>;
  readonly brokerId: number;
  readonly transactions: TransactionCoordinator;
}

const none = -1;
/** From here on clients know PRODUCER_FENCED. */
const firstVersionWithFenced = 4;

/** Gives a producer its id; with a transactional id, only the coordinator of that does. */
export function initProducerId(
  exchange: Exchange,
  request: InitProducerIdRequest,
  { context, brokerId, transactions }: InitProducerIdParts,
): void {
  const { transactionalId, producerId, producerEpoch } = request;
  const hasId = producerId !== none;
  if (hasId !== (producerEpoch !== none)) {
    respond(exchange, refusedProducer('INVALID_REQUEST'));
    return;
  }
  if (transactionalId === null) {
    const id = transactions.producerIds.next();
    const isThere = id !== undefined;
    respond(
      exchange,
      isThere
        ? { error: 'NONE', producerId: id, producerEpoch: 0 }
        : refusedProducer('COORDINATOR_LOAD_IN_PROGRESS'),
    );
    return;
  }
  const expected = hasId ? { producerId, producerEpoch } : undefined;
  transactions.initProducerId({ ...request, transactionalId, expected }, (outcome) => {
    const fact = { kind: 'initProducerIdAnswered', transactionalId, broker: brokerId } as const;
    context.record({ ...fact, ...outcome, isFirst: !hasId });
    respond(exchange, outcome);
  });
}

function respond(exchange: Exchange, outcome: ProducerOutcome): void {
  const { error, producerId, producerEpoch } = outcome;
  const { apiVersion } = exchange.request;
  exchange.respond(Api.initProducerId, {
    throttleTimeMs: 0,
    errorCode: knownError(error, { apiVersion, firstVersion: firstVersionWithFenced }),
    producerId,
    producerEpoch,
    ongoingTxnProducerId: none,
    ongoingTxnProducerEpoch: none,
  });
}
