import { Api } from '../../protocol/api.ts';
import { type ErrorName } from '../../protocol/errors.ts';
import { type InitProducerIdRequest } from '../../protocol/messages/init-producer-id-request.ts';
import { type InitProducerIdResponse } from '../../protocol/messages/init-producer-id-response.ts';
import { type Exchange } from '../server/request-server.ts';
import { type ProducerIds } from './producer-ids.ts';

const none = -1;

/**
 * Gives an idempotent producer its id. A transactional id needs a coordinator, and no broker is one
 * yet.
 */
export function initProducerId(
  exchange: Exchange,
  request: InitProducerIdRequest,
  producerIds: ProducerIds,
): void {
  const hasId = request.producerId !== none;
  const hasEpoch = request.producerEpoch !== none;
  if (hasId !== hasEpoch || request.transactionalId === '') {
    exchange.respond(Api.initProducerId, refused('INVALID_REQUEST'));
  } else if (request.transactionalId !== null) {
    exchange.respond(Api.initProducerId, refused('NOT_COORDINATOR'));
  } else {
    const producerId = producerIds.next();
    const answer =
      producerId === undefined ? refused('COORDINATOR_LOAD_IN_PROGRESS') : assigned(producerId);
    exchange.respond(Api.initProducerId, answer);
  }
}

function assigned(producerId: number): InitProducerIdResponse {
  return {
    throttleTimeMs: 0,
    errorCode: 'NONE',
    producerId,
    producerEpoch: 0,
    ongoingTxnProducerId: none,
    ongoingTxnProducerEpoch: none,
  };
}

function refused(errorCode: ErrorName): InitProducerIdResponse {
  return { ...assigned(none), errorCode, producerEpoch: none };
}
