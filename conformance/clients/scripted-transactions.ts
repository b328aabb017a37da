import { type AddOffsetsToTxnResponse } from '../../sim/protocol/messages/add-offsets-to-txn-response.ts';
import { type AddPartitionsToTxnRequest } from '../../sim/protocol/messages/add-partitions-to-txn-request.ts';
import { type AddPartitionsToTxnResponse } from '../../sim/protocol/messages/add-partitions-to-txn-response.ts';
import { type EndTxnRequest } from '../../sim/protocol/messages/end-txn-request.ts';
import { type EndTxnResponse } from '../../sim/protocol/messages/end-txn-response.ts';
import { type InitProducerIdRequest } from '../../sim/protocol/messages/init-producer-id-request.ts';
import { type InitProducerIdResponse } from '../../sim/protocol/messages/init-producer-id-response.ts';
import { type TxnOffsetCommitRequest } from '../../sim/protocol/messages/txn-offset-commit-request.ts';
import { type TxnOffsetCommitResponse } from '../../sim/protocol/messages/txn-offset-commit-response.ts';
import { type AnswerScript } from './scripted-answers.ts';
import { answerOf } from './scripted-reads.ts';

/** The id that the first producer gets. */
const firstProducerId = 1_000;

/** Since then the answer to EndTxn brings the next epoch. */
const endTxnWithEpoch = 5;

/** What a scripted cluster answers to a producer that asks for an id, or has transactions. */
export class ScriptedTransactions {
  #producerIds = firstProducerId;

  /** A producer that has an id gets the next epoch. */
  producerId(
    request: InitProducerIdRequest,
    { error = 'NONE', throttle = 0, pid, epoch = request.producerEpoch + 1 }: AnswerScript,
  ): InitProducerIdResponse {
    const isGiven = error === 'NONE';
    const isNew = request.producerId < 0;
    const producerId = pid ?? (isNew ? this.#producerIds : request.producerId);
    if (isGiven && isNew && pid === undefined) this.#producerIds += 1;
    return {
      throttleTimeMs: throttle,
      errorCode: error,
      producerId: isGiven ? producerId : -1,
      producerEpoch: isGiven ? epoch : -1,
      ongoingTxnProducerId: -1,
      ongoingTxnProducerEpoch: -1,
    };
  }

  addPartitions(
    { v3AndBelowTopics }: AddPartitionsToTxnRequest,
    script: AnswerScript,
  ): AddPartitionsToTxnResponse {
    return {
      throttleTimeMs: script.throttle ?? 0,
      errorCode: 'NONE',
      resultsByTransaction: [],
      resultsByTopicV3AndBelow: v3AndBelowTopics.map(({ name, partitions }) => ({
        name,
        resultsByPartition: partitions.map((partitionIndex) => {
          const { error = 'NONE' } = answerOf(script, `${name}-${partitionIndex}`);
          return { partitionIndex, partitionErrorCode: error };
        }),
      })),
    };
  }

  addOffsets({ error = 'NONE', throttle = 0 }: AnswerScript): AddOffsetsToTxnResponse {
    return { throttleTimeMs: throttle, errorCode: error };
  }

  commitOffsets({ topics }: TxnOffsetCommitRequest, script: AnswerScript): TxnOffsetCommitResponse {
    return {
      throttleTimeMs: script.throttle ?? 0,
      topics: topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => {
          const { error = 'NONE' } = answerOf(script, `${name}-${partitionIndex}`);
          return { partitionIndex, errorCode: error };
        }),
      })),
    };
  }

  endTxn(
    { producerId, producerEpoch }: EndTxnRequest,
    apiVersion: number,
    { error = 'NONE', throttle = 0, pid, epoch }: AnswerScript,
  ): EndTxnResponse {
    const hasEpoch = error === 'NONE' && apiVersion >= endTxnWithEpoch;
    return {
      throttleTimeMs: throttle,
      errorCode: error,
      producerId: hasEpoch ? (pid ?? producerId) : -1,
      producerEpoch: hasEpoch ? (epoch ?? producerEpoch + 1) : -1,
    };
  }
}
