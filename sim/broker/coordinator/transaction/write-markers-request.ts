import { type Context } from '../../../kernel/process.ts';
import { Api, type Frame } from '../../../protocol/api.ts';
import { endTransactionBatch, type EndTransactionMarker } from '../../../protocol/control-batch.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import {
  type WritableTxnMarker,
  type WriteTxnMarkersRequest,
} from '../../../protocol/messages/write-txn-markers-request.ts';
import { type WritableTxnMarkerTopicResult } from '../../../protocol/messages/write-txn-markers-response.ts';
import { noTxnUid } from '../../../protocol/record-batch.ts';
import { offsetsTopic } from '../../../protocol/topic-name.ts';
import { type Fact } from '../../../trace.ts';
import { appendReplicated } from '../../produce/replicated-append.ts';
import { type HostedPartitions } from '../../replica/hosted-partitions.ts';
import { type PurgatoryChecks } from '../../replica/purgatory-checks.ts';
import { type Exchange } from '../../server/request-server.ts';
import { type GroupCoordinator } from '../group/group-coordinator.ts';
import { type TopicPartition } from './transaction-transit.ts';

export interface WriteMarkersParts {
  readonly context: Context<Frame, Fact>;
  readonly hosted: HostedPartitions;
  readonly checks: PurgatoryChecks;
  readonly groups: GroupCoordinator;
  readonly requestTimeoutMs: number;
}

type MarkerErrors = [TopicPartition, ErrorName][];

/**
 * Answers WriteTxnMarkers when all markers are replicated, or have failed
 * (`KafkaApis.handleWriteTxnMarkersRequest`).
 */
export function writeTxnMarkers(
  exchange: Exchange,
  { markers }: WriteTxnMarkersRequest,
  parts: WriteMarkersParts,
): void {
  const errors = new Map<number, MarkerErrors>();
  let left = markers.length;
  const respond = (): void => {
    exchange.respond(Api.writeTxnMarkers, {
      markers: [...errors].map(([producerId, ofProducer]) => ({
        producerId,
        topics: byTopic(ofProducer),
      })),
    });
  };
  if (left === 0) respond();
  for (const marker of markers) {
    writeMarker(marker, parts, (written) => {
      const known = errors.get(marker.producerId);
      if (known === undefined) errors.set(marker.producerId, written);
      else known.push(...written);
      left -= 1;
      if (left === 0) respond();
    });
  }
}

/** Writes a marker to all its partitions; those of which there is no replica here are unknown. */
function writeMarker(
  marker: WritableTxnMarker,
  parts: WriteMarkersParts,
  done: (errors: MarkerErrors) => void,
): void {
  const { context, hosted } = parts;
  const places = marker.topics.flatMap(({ name: topic, partitionIndexes }) =>
    partitionIndexes.map((partition): TopicPartition => ({ topic, partition })),
  );
  const errors: MarkerErrors = [];
  let left = places.length;
  const settle = (place: TopicPartition, error: ErrorName): void => {
    errors.push([place, error]);
    left -= 1;
    if (left === 0) done(errors);
  };
  if (left === 0) done(errors);
  const end = endMarker(marker, context.wallClockMs());
  const toAppend: TopicPartition[] = [];
  for (const place of places) {
    if (hosted.get(place.topic, place.partition) === undefined) {
      settle(place, 'UNKNOWN_TOPIC_OR_PARTITION');
    } else if (place.topic === offsetsTopic) {
      parts.groups.completeTransaction(place.partition, end, marker.transactionVersion, (error) => {
        settle(place, offsetsError(error));
      });
    } else {
      toAppend.push(place);
    }
  }
  if (toAppend.length > 0) appendMarkers(toAppend, end, marker, parts, settle);
}

function appendMarkers(
  places: readonly TopicPartition[],
  end: EndTransactionMarker,
  { transactionVersion }: WritableTxnMarker,
  parts: WriteMarkersParts,
  settle: (place: TopicPartition, error: ErrorName) => void,
): void {
  const batch = endTransactionBatch(end);
  appendReplicated(parts, {
    writes: places.map(({ topic, partition: index }) => ({ topic, index, batch })),
    timeoutMs: parts.requestTimeoutMs,
    transactionVersion,
    done: (written) => {
      for (const { topic, index: partition, error } of written) settle({ topic, partition }, error);
    },
  });
}

function endMarker(marker: WritableTxnMarker, timestampMs: number): EndTransactionMarker {
  const { producerId, producerEpoch, coordinatorEpoch, transactionResult } = marker;
  const type = transactionResult ? 'commit' : 'abort';
  const txnUid = marker.txnUid ?? noTxnUid;
  return { type, producerId, producerEpoch, coordinatorEpoch, timestampMs, txnUid };
}

/** The coordinator of transactions only knows the errors of partitions. */
function offsetsError(error: ErrorName): ErrorName {
  switch (error) {
    case 'COORDINATOR_NOT_AVAILABLE':
    case 'COORDINATOR_LOAD_IN_PROGRESS':
    case 'NOT_COORDINATOR':
      return 'NOT_LEADER_OR_FOLLOWER';
    default:
      return error;
  }
}

function byTopic(errors: MarkerErrors): WritableTxnMarkerTopicResult[] {
  const topics = new Map<string, { partitionIndex: number; errorCode: ErrorName }[]>();
  for (const [{ topic, partition }, errorCode] of errors) {
    const results = topics.get(topic) ?? [];
    topics.set(topic, results);
    results.push({ partitionIndex: partition, errorCode });
  }
  return [...topics].map(([name, partitions]) => ({ name, partitions }));
}
