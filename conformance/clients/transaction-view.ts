import { Api, type Request } from '../../sim/protocol/api.ts';
import { type JsonObject } from '../json.ts';

/** What a recorded case shows of a request of a transaction; `undefined`: it is none. */
export function transactionView(request: Request): JsonObject | undefined {
  switch (request.apiKey) {
    case Api.initProducerId: {
      const { transactionalId, transactionTimeoutMs, producerId, producerEpoch } = request.body;
      const body = { transactionTimeoutMs, producerId, producerEpoch };
      return transactionalId === null ? body : { transactionalId, ...body };
    }
    case Api.addPartitionsToTxn: {
      const { v3AndBelowTransactionalId, v3AndBelowProducerId } = request.body;
      const { v3AndBelowProducerEpoch, v3AndBelowTopics } = request.body;
      return {
        v3AndBelowTransactionalId,
        v3AndBelowProducerId,
        v3AndBelowProducerEpoch,
        v3AndBelowTopics,
      };
    }
    case Api.addOffsetsToTxn: {
      const { transactionalId, producerId, producerEpoch, groupId } = request.body;
      return { transactionalId, producerId, producerEpoch, groupId };
    }
    case Api.txnOffsetCommit: {
      const { transactionalId, producerId, producerEpoch, topics } = request.body;
      const { groupId, generationId, memberId, groupInstanceId } = request.body;
      const producer = { transactionalId, producerId, producerEpoch };
      const body = { ...producer, groupId, generationId, memberId, topics };
      return groupInstanceId === null ? body : { ...body, groupInstanceId };
    }
    case Api.endTxn: {
      const { transactionalId, producerId, producerEpoch, committed } = request.body;
      return { transactionalId, producerId, producerEpoch, committed };
    }
    default:
      return undefined;
  }
}
