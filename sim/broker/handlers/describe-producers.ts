import { Api } from '../../protocol/api.ts';
import { errorMessage } from '../../protocol/error-messages.ts';
import { type ErrorName } from '../../protocol/errors.ts';
import { type DescribeProducersRequest } from '../../protocol/messages/describe-producers-request.ts';
import { type PartitionResponse } from '../../protocol/messages/describe-producers-response.ts';
import { topicNameProblem } from '../../protocol/topic-name.ts';
import { type MetadataImage } from '../metadata/metadata-image.ts';
import { type HostedPartitions } from '../replica/hosted-partitions.ts';
import { type Exchange } from '../server/request-server.ts';

/** Tells what a replica knows of the producers of its partition, on leaders and followers alike. */
export function describeProducers(
  exchange: Exchange,
  { topics }: DescribeProducersRequest,
  { image, hosted }: { readonly image: MetadataImage; readonly hosted: HostedPartitions },
): void {
  exchange.respond(Api.describeProducers, {
    throttleTimeMs: 0,
    topics: topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((index) => {
        const problem = topicNameProblem(name);
        if (problem !== undefined) return refused(index, 'INVALID_TOPIC_EXCEPTION', problem);
        if (image.topicsByName.has(name)) return described(hosted, name, index);
        const error = 'UNKNOWN_TOPIC_OR_PARTITION';
        return refused(index, error, errorMessage(error));
      }),
    })),
  });
}

function described(hosted: HostedPartitions, topic: string, index: number): PartitionResponse {
  const found = hosted.find(topic, index);
  if (typeof found === 'string') return refused(index, found, null);
  if (found.log === undefined) return refused(index, 'NOT_LEADER_OR_FOLLOWER', null);
  const activeProducers = found.log.producerState.snapshot().map((producer) => ({
    producerId: producer.producerId,
    producerEpoch: producer.producerEpoch,
    lastSequence: producer.lastSequence,
    lastTimestamp: producer.lastTimestampMs,
    coordinatorEpoch: producer.coordinatorEpoch,
    currentTxnStartOffset: producer.currentTxnFirstOffset,
  }));
  return { partitionIndex: index, errorCode: 'NONE', errorMessage: null, activeProducers };
}

function refused(
  partitionIndex: number,
  errorCode: ErrorName,
  message: string | null,
): PartitionResponse {
  return { partitionIndex, errorCode, errorMessage: message, activeProducers: [] };
}
