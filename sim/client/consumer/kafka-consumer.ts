import { type Connection } from '../../kernel/process.ts';
import { type Frame } from '../../protocol/api.ts';
import { type Offset } from '../../protocol/record-batch.ts';
import { type TopicPartition, topicPartition } from '../topic-partition.ts';
import { CallLoop } from './call-loop.ts';
import { CloseCall } from './close-call.ts';
import {
  type ConsumerParts,
  createConsumerParts,
  type KafkaConsumerOptions,
} from './consumer-parts.ts';
import { noEpoch } from './fetch-position.ts';
import { Fetcher } from './fetcher.ts';
import { CommittedPositions } from './group/committed-positions.ts';
import { earliestTimestamp, latestTimestamp } from './list-offsets.ts';
import { ListOffsetsClient } from './list-offsets-client.ts';
import { type LookupOutcome, OffsetLookupCall } from './offset-lookup-call.ts';
import { OffsetResetter } from './offset-resetter.ts';
import { PartitionsCall, type PartitionsOutcome } from './partitions-call.ts';
import { PollCall, type PollEnded, type PollParts } from './poll-call.ts';
import { PositionValidator } from './position-validator.ts';
import { type SubscriptionState } from './subscription-state.ts';

/**
 * A consumer as `ClassicKafkaConsumer` is when it assigns its partitions itself. With a group it begins
 * at the offsets that the group has committed, but it commits none. Calls that wait in Java give their
 * outcome to a callback here, perhaps before they return; the next call may not be made before.
 */
export class KafkaConsumer {
  readonly #parts: ConsumerParts;
  readonly #loop: CallLoop;
  readonly #fetcher: Fetcher;
  readonly #offsets: ListOffsetsClient;
  readonly #poll: PollParts;

  constructor(options: KafkaConsumerOptions) {
    const parts = createConsumerParts(options);
    const { groupId } = options.config;
    this.#parts = parts;
    this.#loop = new CallLoop(parts, undefined);
    this.#fetcher = new Fetcher(parts);
    this.#offsets = new ListOffsetsClient(parts);
    this.#poll = {
      ...parts,
      fetcher: this.#fetcher,
      validator: new PositionValidator(parts),
      resetter: new OffsetResetter(parts, this.#offsets),
      committed: groupId === undefined ? undefined : new CommittedPositions(parts, groupId),
    };
  }

  get subscriptions(): SubscriptionState {
    return this.#parts.subscriptions;
  }

  // What the process hears.

  connected(connection: Connection): void {
    this.#loop.connected(connection);
  }

  received(connection: Connection, frame: Frame): void {
    this.#loop.received(connection, frame);
  }

  disconnected(connection: Connection): void {
    this.#loop.disconnected(connection);
  }

  // Calls that do not wait.

  /** Takes over these partitions, instead of those that it had; there must be one at least. */
  assign(partitions: readonly TopicPartition[]): void {
    const { metadata, subscriptions } = this.#parts;
    this.#fetcher.retain(new Set(partitions.map(({ name }) => name)));
    if (subscriptions.assignFromUser(partitions)) metadata.requestUpdateForNewTopics();
  }

  unsubscribe(): void {
    this.#fetcher.retain(new Set());
    this.subscriptions.unsubscribe();
  }

  /** `leaderEpoch`: that of the record before, if it is known, so that the position is validated. */
  seek(partition: TopicPartition, offset: Offset, leaderEpoch = noEpoch): void {
    const { metadata, subscriptions } = this.#parts;
    const { topic, partition: number } = partition;
    const currentLeader = metadata.currentLeader(topic, number);
    if (leaderEpoch >= 0) metadata.updateLastSeenEpochIfNewer(topic, number, leaderEpoch);
    subscriptions.seek(partition, { offset, offsetEpoch: leaderEpoch, currentLeader });
  }

  seekToBeginning(partition: TopicPartition): void {
    this.subscriptions.seekByReset(partition, { kind: 'earliest' });
  }

  seekToEnd(partition: TopicPartition): void {
    this.subscriptions.seekByReset(partition, { kind: 'latest' });
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.subscriptions.pause(partitions);
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.subscriptions.resume(partitions);
  }

  /** Lets the call that waits, or else the next one, throw `WakeupException`. */
  wakeUp(): void {
    this.#loop.wakeUp();
  }

  // Calls that wait.

  /** `timeoutMs` may be Infinity. Partitions must have been assigned. */
  poll(timeoutMs: number, ended: PollEnded): void {
    this.#loop.start(new PollCall(this.#poll, timeoutMs, ended));
  }

  beginningOffsets(
    partitions: readonly TopicPartition[],
    ended: (outcome: LookupOutcome) => void,
  ): void {
    this.#lookUp(partitions, earliestTimestamp, ended);
  }

  endOffsets(partitions: readonly TopicPartition[], ended: (outcome: LookupOutcome) => void): void {
    this.#lookUp(partitions, latestTimestamp, ended);
  }

  /** For each partition its first record that is not older than `timestamp`, in ms since 1970. */
  offsetsForTimes(
    partitions: readonly TopicPartition[],
    timestamp: number,
    ended: (outcome: LookupOutcome) => void,
  ): void {
    this.#lookUp(partitions, timestamp, ended);
  }

  partitionsFor(topic: string, ended: (outcome: PartitionsOutcome) => void): void {
    const known = this.#parts.metadata.snapshot.topic(topic);
    if (known !== undefined) {
      const numbers = [...known.byNumber.keys()].sort((one, other) => one - other);
      const partitions = numbers.map((number) => topicPartition(topic, number));
      ended({ partitions, exception: undefined });
      return;
    }
    this.#loop.start(new PartitionsCall(this.#parts, topic, ended));
  }

  /** For good: no other call may follow. */
  close(ended: () => void): void {
    this.unsubscribe();
    this.#loop.start(new CloseCall(this.#parts, this.#fetcher, ended));
  }

  #lookUp(
    partitions: readonly TopicPartition[],
    timestamp: number,
    ended: (outcome: LookupOutcome) => void,
  ): void {
    const targets = partitions.map((partition) => ({ partition, timestamp }));
    this.#loop.start(new OffsetLookupCall(this.#parts, this.#offsets, targets, ended));
  }
}
