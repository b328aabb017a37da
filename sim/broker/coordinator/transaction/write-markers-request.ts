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
import { noProducerEpoch, noProducerId } from './transaction-metadata.ts';
import { type TopicPartition } from './transaction-transit.ts';

export interface WriteMarkersParts {
  readonly context: Context<Frame, Fact>;
  readonly hosted: HostedPartitions;
  readonly checks: PurgatoryChecks;
  readonly groups: GroupCoordinator;
  readonly requestTimeoutMs: number;
}

type MarkerError = readonly [TopicPartition, ErrorName];
type MarkerErrors = readonly MarkerError[];

/**
 * Answers WriteTxnMarkers when all markers are replicated, or have failed
 * (`KafkaApis.handleWriteTxnMarkersRequest`).
 */
export function writeTxnMarkers(
  exchange: Exchange,
  { markers }: WriteTxnMarkersRequest,
  parts: WriteMarkersParts,
): void {
  new MarkersWriting(exchange, markers, parts).start();
}

class MarkersWriting {
  readonly #exchange: Exchange;
  readonly #markers: readonly WritableTxnMarker[];
  readonly #parts: WriteMarkersParts;
  /** By producer id. */
  readonly #errors = new Map<number, MarkerErrors>();
  /** Markers that are not yet written to all their partitions. */
  #left: number;

  constructor(exchange: Exchange, markers: readonly WritableTxnMarker[], parts: WriteMarkersParts) {
    this.#exchange = exchange;
    this.#markers = markers;
    this.#parts = parts;
    this.#left = markers.length;
  }

  start(): void {
    let skipped = 0;
    for (const marker of this.#markers) {
      const places = this.#placesOf(marker);
      if (places.length === 0) {
        // As in Kafka, nobody is answered when this one is the last that was waited for.
        this.#left -= 1;
        skipped += 1;
      } else if (isImpossible(marker) && places.some(({ topic }) => topic !== offsetsTopic)) {
        this.#fail();
        return;
      } else {
        this.#write(marker, places);
      }
    }
    if (skipped === this.#markers.length) this.#respond();
  }

  /** Partitions of the marker that have a replica here; the others are unknown. */
  #placesOf({ producerId, topics }: WritableTxnMarker): readonly TopicPartition[] {
    const places = topics.flatMap(({ name: topic, partitionIndexes }) =>
      partitionIndexes.map((partition): TopicPartition => ({ topic, partition })),
    );
    const { hosted } = this.#parts;
    const isHere = ({ topic, partition }: TopicPartition): boolean =>
      hosted.get(topic, partition) !== undefined;
    const unknown = places.filter((place) => !isHere(place));
    if (unknown.length > 0) {
      const errors = unknown.map((place) => [place, 'UNKNOWN_TOPIC_OR_PARTITION'] as const);
      this.#addErrors(producerId, errors);
    }
    return places.filter(isHere);
  }

  #write(marker: WritableTxnMarker, places: readonly TopicPartition[]): void {
    const parts = this.#parts;
    const errors: MarkerError[] = [];
    const settle = (place: TopicPartition, error: ErrorName): void => {
      errors.push([place, error]);
      if (errors.length === places.length) this.#written(marker.producerId, errors);
    };
    const end = endMarker(marker, parts.context.wallClockMs());
    const toAppend: TopicPartition[] = [];
    for (const place of places) {
      if (place.topic !== offsetsTopic) {
        toAppend.push(place);
        continue;
      }
      parts.groups.completeTransaction(place.partition, end, marker.transactionVersion, (error) => {
        settle(place, offsetsError(error));
      });
    }
    if (toAppend.length > 0) appendMarkers(toAppend, end, marker, parts, settle);
  }

  #written(producerId: number, errors: MarkerErrors): void {
    this.#addErrors(producerId, errors);
    this.#left -= 1;
    if (this.#left === 0) this.#respond();
  }

  #addErrors(producerId: number, errors: MarkerErrors): void {
    this.#errors.set(producerId, [...(this.#errors.get(producerId) ?? []), ...errors]);
  }

  /** Kafka throws while it makes such a marker: those before it stay, and all are said to fail. */
  #fail(): void {
    this.#exchange.respond(Api.writeTxnMarkers, {
      markers: this.#markers.map(({ producerId, topics }) => ({
        producerId,
        topics: topics.map(({ name, partitionIndexes }) => ({
          name,
          partitions: partitionIndexes.map((partitionIndex) => {
            return { partitionIndex, errorCode: 'UNKNOWN_SERVER_ERROR' };
          }),
        })),
      })),
    });
  }

  #respond(): void {
    this.#exchange.respond(Api.writeTxnMarkers, {
      markers: [...this.#errors].map(([producerId, errors]) => ({
        producerId,
        topics: byTopic(errors),
      })),
    });
  }
}

/** Whether no batch can carry the marker (`MemoryRecords.withEndTransactionMarker`). */
function isImpossible({ producerId, producerEpoch }: WritableTxnMarker): boolean {
  return producerId === noProducerId || producerEpoch === noProducerEpoch;
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
