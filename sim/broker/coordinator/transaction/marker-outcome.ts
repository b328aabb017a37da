import { type ErrorName } from '../../../protocol/errors.ts';
import { type PartitionName } from '../../../trace.ts';
import { type PendingCompletion, type PendingMarker } from './pending-markers.ts';
import { type TransactionMetadata } from './transaction-metadata.ts';
import { type TransactionStateManager } from './transaction-state-manager.ts';
import { type TransactionSwitches } from './transaction-switches.ts';
import { type TopicPartition } from './transaction-transit.ts';

/** What became of a marker in each partition. */
export type MarkerErrors = readonly (readonly [PartitionName, ErrorName])[];

/** Whoever sends markers. */
interface MarkerSender {
  readonly enqueue: (marker: PendingMarker) => void;
  readonly cancel: (completion: PendingCompletion) => void;
  readonly completeIfDone: (transactionalId: string) => void;
}

interface SettlingParts {
  readonly states: TransactionStateManager;
  readonly switches: TransactionSwitches;
}

type MarkerOutcome = 'written' | 'retried' | 'refused';

/**
 * Goes on after the answer to a marker (`TransactionMarkerRequestCompletionHandler`): what may be tried
 * again is; a refusal ends it for good, with the transaction as it is.
 */
export function settleMarker(
  marker: PendingMarker,
  errors: MarkerErrors,
  { states, switches }: SettlingParts,
  sender: MarkerSender,
): void {
  const { completion } = marker;
  const { transactionalId } = completion.metadata;
  const found = states.find(transactionalId);
  if (typeof found !== 'object' || found.coordinatorEpoch !== completion.coordinatorEpoch) {
    sender.cancel(completion);
    return;
  }
  const retried = new Map<PartitionName, TopicPartition>();
  let isRefused = false;
  for (const [name, error] of errors) {
    const outcome = outcomeOf(error);
    if (outcome === 'refused' && !switches.refusedMarkersComplete) isRefused = true;
    else if (outcome === 'retried') addPartition(retried, marker, name);
    else forget(found.metadata, name);
  }
  if (isRefused) sender.cancel(completion);
  else if (retried.size > 0) sender.enqueue({ ...marker, partitions: retried });
  else sender.completeIfDone(transactionalId);
}

function outcomeOf(error: ErrorName): MarkerOutcome {
  switch (error) {
    case 'NONE':
    case 'UNSUPPORTED_FOR_MESSAGE_FORMAT':
    case 'UNSUPPORTED_VERSION':
      return 'written';
    // The epoch of the producer or of the coordinator has changed.
    case 'INVALID_PRODUCER_EPOCH':
    case 'TRANSACTION_COORDINATOR_FENCED':
      return 'refused';
    default:
      return 'retried';
  }
}

/** A second answer for the same producer may come when the transaction is complete already. */
function forget(metadata: TransactionMetadata, name: PartitionName): void {
  const { state } = metadata;
  if (state === 'PREPARE_COMMIT' || state === 'PREPARE_ABORT') metadata.removePartition(name);
}

/** An answer may speak of partitions of another marker of the same producer. */
function addPartition(
  to: Map<PartitionName, TopicPartition>,
  { partitions, completion }: PendingMarker,
  name: PartitionName,
): void {
  const partition = partitions.get(name) ?? completion.metadata.now.partitions.get(name);
  if (partition !== undefined) to.set(name, partition);
}
