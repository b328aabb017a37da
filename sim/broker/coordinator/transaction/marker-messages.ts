import {
  type WritableTxnMarker,
  type WritableTxnMarkerTopic,
  type WriteTxnMarkersRequest,
} from '../../../protocol/messages/write-txn-markers-request.ts';
import { type WriteTxnMarkersResponse } from '../../../protocol/messages/write-txn-markers-response.ts';
import { type MarkerErrors } from './marker-outcome.ts';
import { type PendingMarker } from './pending-markers.ts';
import { nameOf } from './transaction-records.ts';
import { type TransactionPartitions } from './transaction-transit.ts';

export function markersRequest(markers: readonly PendingMarker[]): WriteTxnMarkersRequest {
  return { markers: markers.map(writableMarker) };
}

/** By producer id, what became of the marker in each partition. */
export function errorsOfProducers({
  markers,
}: WriteTxnMarkersResponse): ReadonlyMap<number, MarkerErrors> {
  return new Map(
    markers.map(({ producerId, topics }) => [
      producerId,
      topics.flatMap(({ name: topic, partitions }) =>
        partitions.map(
          ({ partitionIndex, errorCode }) =>
            [nameOf({ topic, partition: partitionIndex }), errorCode] as const,
        ),
      ),
    ]),
  );
}

function writableMarker(marker: PendingMarker): WritableTxnMarker {
  const { completion, producerId, producerEpoch, partitions, transactionVersion } = marker;
  return {
    producerId,
    producerEpoch,
    transactionResult: completion.isCommit,
    topics: byTopic(partitions),
    coordinatorEpoch: completion.coordinatorEpoch,
    transactionVersion,
    txnUid: completion.transit.txnUid,
  };
}

function byTopic(partitions: TransactionPartitions): WritableTxnMarkerTopic[] {
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of partitions.values()) {
    const known = topics.get(topic);
    if (known === undefined) topics.set(topic, [partition]);
    else known.push(partition);
  }
  return [...topics].map(([name, partitionIndexes]) => ({ name, partitionIndexes }));
}
