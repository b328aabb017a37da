import { type AllocateProducerIdsRequest } from '../protocol/messages/allocate-producer-ids-request.ts';
import { type AllocateProducerIdsResponse } from '../protocol/messages/allocate-producer-ids-response.ts';
import { type ControllerResult, decided, immediate } from './controller-result.ts';
import { type ControllerState } from './controller-state.ts';

const blockSize = 1000;

/** Gives a broker the next block of producer ids (KIP-730), which nobody is ever given again. */
export function allocateProducerIds(
  state: ControllerState,
  { brokerId, brokerEpoch }: AllocateProducerIdsRequest,
): ControllerResult<AllocateProducerIdsResponse> {
  if (!state.cluster.isCurrent(brokerId, brokerEpoch)) {
    const errorCode = 'STALE_BROKER_EPOCH';
    return immediate({ throttleTimeMs: 0, errorCode, producerIdStart: 0, producerIdLen: 0 });
  }
  const producerIdStart = state.nextProducerId;
  const nextProducerId = producerIdStart + blockSize;
  return decided([{ type: 'ProducerIdsRecord', brokerId, brokerEpoch, nextProducerId }], {
    throttleTimeMs: 0,
    errorCode: 'NONE',
    producerIdStart,
    producerIdLen: blockSize,
  });
}
