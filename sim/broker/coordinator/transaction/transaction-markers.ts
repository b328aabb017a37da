import { type Context, noTimer, type Task, type TimerId } from '../../../kernel/process.ts';
import { type Duration, milliseconds } from '../../../kernel/time.ts';
import { Api, type Frame } from '../../../protocol/api.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { type Fact } from '../../../trace.ts';
import { type MetadataImage } from '../../metadata/metadata-image.ts';
import { type InterBrokerSender, interBrokerCall } from '../../outgoing/inter-broker-sender.ts';
import { errorsOfProducers, markersRequest } from './marker-messages.ts';
import { type MarkerErrors, settleMarker } from './marker-outcome.ts';
import { MarkerQueue, type PendingCompletion, type PendingMarker } from './pending-markers.ts';
import { nameOf } from './transaction-records.ts';
import { type TransactionStateManager } from './transaction-state-manager.ts';
import { type TransactionSwitches } from './transaction-switches.ts';
import { type TopicPartition, type TransactionPartitions } from './transaction-transit.ts';

export interface MarkerParts {
  readonly context: Context<Frame, Fact>;
  readonly image: MetadataImage;
  readonly states: TransactionStateManager;
  readonly sender: InterBrokerSender;
  /** How long the sender sleeps at most. */
  readonly requestTimeoutMs: number;
  readonly switches: TransactionSwitches;
}

/** How often the leaders of partitions are looked for that have none. */
const unknownLeaderBackoff: Duration = milliseconds(50);

/**
 * Brings the markers of ended transactions to the leaders of their partitions, and completes each
 * transaction when it has none left (`TransactionMarkerChannelManager`).
 */
export class TransactionMarkers {
  readonly #parts: MarkerParts;
  readonly #queues = new Map<number, MarkerQueue>();
  /** For partitions that wait for a leader; always empty in Kafka 4.3.1. */
  readonly #unknown = new MarkerQueue();
  /** By transactional id. */
  readonly #completions = new Map<string, PendingCompletion>();
  /** Whose last record could not be written. */
  #retries: PendingCompletion[] = [];
  readonly #loop: Task;
  #timer: TimerId = noTimer;
  #isAwake = false;

  constructor(parts: MarkerParts) {
    this.#parts = parts;
    this.#loop = {
      taskName: 'send-transaction-markers',
      run: () => {
        this.#timer = noTimer;
        this.#isAwake = false;
        this.#sendAll();
      },
    };
  }

  /** The end of a transaction is in the log, and its completion is pending. */
  add(completion: PendingCompletion): void {
    const { metadata } = completion;
    const { producerId, producerEpoch, partitions, clientVersion } = metadata.now;
    this.#completions.set(metadata.transactionalId, completion);
    this.enqueue({
      completion,
      producerId,
      producerEpoch,
      partitions,
      transactionVersion: clientVersion,
    });
    this.completeIfDone(metadata.transactionalId);
  }

  /** Sorts the partitions of a marker by their leaders as this broker knows them now. */
  enqueue(marker: PendingMarker): void {
    const byLeader = new Map<number | undefined, Map<string, TopicPartition>>();
    for (const [name, partition] of marker.partitions) {
      const leader = this.#leaderOf(partition);
      const known = byLeader.get(leader);
      if (known === undefined) byLeader.set(leader, new Map([[name, partition]]));
      else known.set(name, partition);
    }
    for (const [leader, partitions] of byLeader) {
      if (leader === undefined) {
        this.#leaderless(marker, partitions);
        continue;
      }
      this.#queueOf(leader).add(this.#statePartitionOf(marker), { ...marker, partitions });
      this.#wakeUp();
    }
  }

  /** Nothing more is sent for that transaction. */
  cancel(completion: PendingCompletion): void {
    const { transactionalId } = completion.metadata;
    const isCurrent = this.#completions.get(transactionalId) === completion;
    if (isCurrent || this.#parts.switches.completionsCancelledByKey) {
      this.#completions.delete(transactionalId);
    }
  }

  /** Another broker leads that partition of `__transaction_state`, or this one in a new epoch. */
  cancelAllOf(statePartition: number): void {
    for (const queue of [this.#unknown, ...this.#queues.values()]) {
      for (const { completion } of queue.takeOf(statePartition)) this.cancel(completion);
    }
  }

  /** Completes the transaction if none of its partitions waits for a marker. */
  completeIfDone(transactionalId: string): void {
    const completion = this.#completions.get(transactionalId);
    if (completion === undefined || completion.metadata.now.partitions.size > 0) return;
    this.#completions.delete(transactionalId);
    const found = this.#parts.states.find(transactionalId);
    // Whoever coordinates now finds the end in the log, and sends the markers again.
    const isOurs =
      typeof found === 'object' && found.coordinatorEpoch === completion.coordinatorEpoch;
    if (isOurs) this.#complete(completion);
  }

  /** A leader that is known and registered; the marker is sent to it even if it is fenced. */
  #leaderOf({ topic, partition }: TopicPartition): number | undefined {
    const { image } = this.#parts;
    const leader = image.partition(topic, partition)?.leader;
    return leader === undefined || !image.brokers.has(leader) ? undefined : leader;
  }

  #leaderless(marker: PendingMarker, partitions: TransactionPartitions): void {
    const { image, switches } = this.#parts;
    const isThere = ([, { topic, partition }]: readonly [string, TopicPartition]): boolean =>
      switches.leaderlessWait && image.partition(topic, partition) !== undefined;
    const waiting = new Map([...partitions].filter(isThere));
    if (waiting.size > 0) {
      this.#unknown.add(this.#statePartitionOf(marker), { ...marker, partitions: waiting });
      this.#sleep(unknownLeaderBackoff);
    }
    if (waiting.size < partitions.size) {
      this.#skip(marker, new Map([...partitions].filter(([name]) => !waiting.has(name))));
    }
  }

  /**
   * A partition without a known leader is taken for one that was deleted and gets no marker, also
   * if it only has no leader at the moment (KAFKA-20734).
   */
  #skip(marker: PendingMarker, partitions: TransactionPartitions): void {
    const { completion } = marker;
    const { metadata, coordinatorEpoch } = completion;
    const found = this.#parts.states.find(metadata.transactionalId);
    if (typeof found !== 'object' || found.coordinatorEpoch !== coordinatorEpoch) {
      this.cancel(completion);
      return;
    }
    for (const name of partitions.keys()) found.metadata.removePartition(name);
    this.completeIfDone(metadata.transactionalId);
  }

  #statePartitionOf({ completion }: PendingMarker): number {
    return this.#parts.states.partitionOf(completion.metadata.transactionalId);
  }

  #queueOf(brokerId: number): MarkerQueue {
    const known = this.#queues.get(brokerId);
    if (known !== undefined) return known;
    const made = new MarkerQueue();
    this.#queues.set(brokerId, made);
    return made;
  }

  #complete(completion: PendingCompletion): void {
    this.#parts.states.append({
      ...completion,
      staysPending: (error) => error === 'COORDINATOR_NOT_AVAILABLE',
      done: (error) => {
        if (error !== 'COORDINATOR_NOT_AVAILABLE') return;
        this.#retries.push(completion);
        this.#sleep(milliseconds(this.#parts.requestTimeoutMs));
      },
    });
  }

  #wakeUp(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    const { context } = this.#parts;
    context.cancelTimer(this.#timer);
    this.#timer = context.setTimer(0, this.#loop);
  }

  /** What could not be written is tried again when there is other work, or after a while. */
  #sleep(span: Duration): void {
    if (this.#timer === noTimer) this.#timer = this.#parts.context.setTimer(span, this.#loop);
  }

  #sendAll(): void {
    const retries = this.#retries;
    this.#retries = [];
    for (const completion of retries) this.#complete(completion);
    for (const marker of this.#unknown.takeAll()) this.enqueue(marker);
    for (const [brokerId, queue] of this.#queues) {
      const markers = queue.takeAll();
      if (markers.length > 0) this.#send(brokerId, markers);
    }
  }

  #send(brokerId: number, markers: readonly PendingMarker[]): void {
    const settle = (errorsOf: (marker: PendingMarker) => MarkerErrors): void => {
      for (const marker of markers) {
        settleMarker(marker, errorsOf(marker), this.#parts, this);
      }
      if (this.#retries.length > 0) this.#wakeUp();
    };
    const call = interBrokerCall(Api.writeTxnMarkers, markersRequest(markers), {
      answered: (response) => {
        if (response.apiKey !== Api.writeTxnMarkers) return;
        const errors = errorsOfProducers(response.body);
        settle(({ producerId }) => errors.get(producerId) ?? []);
      },
      disconnected: () => {
        settle(({ partitions }) => allFailed(partitions));
      },
    });
    this.#parts.sender.send(brokerId, call);
  }
}

/** A stream that broke says nothing: all markers are sent again. */
function allFailed(partitions: TransactionPartitions): MarkerErrors {
  const error: ErrorName = 'NETWORK_EXCEPTION';
  return [...partitions.values()].map((partition) => [nameOf(partition), error]);
}
