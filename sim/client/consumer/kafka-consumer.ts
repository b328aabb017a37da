import { type Connection, type Context } from '../../kernel/process.ts';
import { type Endpoint, type Resolve } from '../../protocol/addresses.ts';
import { type Frame } from '../../protocol/api.ts';
import { type ConsumerConfig } from '../../protocol/config/consumer-config.ts';
import { type Offset } from '../../protocol/record-batch.ts';
import { type Switches } from '../../switches.ts';
import { type Fact } from '../../trace.ts';
import { clientBackoff, ExponentialBackoff } from '../exponential-backoff.ts';
import { Metadata } from '../metadata.ts';
import { NetworkClient } from '../network-client.ts';
import { type TopicPartition, topicPartition } from '../topic-partition.ts';
import { CallTimer } from './blocking-call.ts';
import { CallLoop } from './call-loop.ts';
import { CloseCall } from './close-call.ts';
import { ConsumerInterest } from './consumer-interest.ts';
import { ConsumerNetworkClient } from './consumer-network-client.ts';
import { noEpoch } from './fetch-position.ts';
import { Fetcher } from './fetcher.ts';
import { CommittedPositions } from './group/committed-positions.ts';
import { earliestTimestamp, latestTimestamp } from './list-offsets.ts';
import { ListOffsetsClient } from './list-offsets-client.ts';
import { type LookupOutcome, type LookupParts, OffsetLookupCall } from './offset-lookup-call.ts';
import { OffsetResetter } from './offset-resetter.ts';
import { PartitionsCall, type PartitionsOutcome } from './partitions-call.ts';
import { PollCall, type PollEnded, type PollParts } from './poll-call.ts';
import { PositionValidator } from './position-validator.ts';
import { SubscriptionState } from './subscription-state.ts';

export interface KafkaConsumerOptions {
  readonly context: Context<Frame, Fact>;
  readonly config: ConsumerConfig;
  readonly bootstrap: readonly Endpoint[];
  readonly resolve: Resolve;
  readonly switches: Switches;
}

/** Requests in flight on one connection (`ConsumerUtils`). */
const maxInFlightRequestsPerConnection = 100;

const closeTimeoutMs = 30_000;

/**
 * A consumer as `ClassicKafkaConsumer` is when it assigns its partitions itself. With a group it begins at
 * the offsets that the group has committed, but it commits none. Calls that wait in Java give their outcome to a callback here, perhaps before they return; the next call may not
 * be made before.
 */
export class KafkaConsumer {
  readonly subscriptions: SubscriptionState;
  readonly #context: Context<Frame, Fact>;
  readonly #config: ConsumerConfig;
  readonly #metadata: Metadata;
  readonly #network: ConsumerNetworkClient;
  readonly #loop: CallLoop;
  readonly #fetcher: Fetcher;
  readonly #poll: PollParts;
  readonly #lookup: LookupParts;
  readonly #backoff: ExponentialBackoff;

  constructor({ context, config, bootstrap, resolve, switches }: KafkaConsumerOptions) {
    const { retryBackoffMs, retryBackoffMaxMs, metadataMaxAgeMs } = config;
    const validatesPositions = switches['consumer.validatePosition'] !== 'off';
    const random = context.random('client-backoff');
    const subscriptions = new SubscriptionState(
      config.autoOffsetReset,
      validatesPositions,
      (fact) => {
        context.record(fact);
      },
    );
    const interest = new ConsumerInterest(subscriptions, config.allowAutoCreateTopics);
    const metadata = new Metadata({
      retryBackoffMs,
      retryBackoffMaxMs,
      metadataMaxAgeMs,
      random,
      interest,
    });
    metadata.bootstrap(bootstrap);
    const sockets = new NetworkClient({
      context,
      resolve,
      config,
      metadata,
      maxInFlightRequestsPerConnection,
    });
    const network = new ConsumerNetworkClient(context, sockets, metadata, config);
    const shared = { context, network, metadata, subscriptions, config };
    const offsets = new ListOffsetsClient(shared);
    const validator = new PositionValidator(shared);
    const resetter = new OffsetResetter({ ...shared, offsets });
    const fetcher = new Fetcher(shared);
    this.subscriptions = subscriptions;
    this.#context = context;
    this.#config = config;
    this.#metadata = metadata;
    this.#network = network;
    this.#loop = new CallLoop(context, sockets, network);
    this.#fetcher = fetcher;
    const times = { ...clientBackoff, initialMs: retryBackoffMs, maxMs: retryBackoffMaxMs };
    const backoff = new ExponentialBackoff(times, random);
    const { groupId } = config;
    const committed =
      groupId === undefined
        ? undefined
        : new CommittedPositions({ groupId, network, metadata, backoff, subscriptions });
    this.#poll = { network, subscriptions, validator, resetter, fetcher, committed, config };
    this.#lookup = { offsets, metadata, interest, config };
    this.#backoff = backoff;
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
    this.#fetcher.retain(new Set(partitions.map(({ name }) => name)));
    if (this.subscriptions.assignFromUser(partitions)) this.#metadata.requestUpdateForNewTopics();
  }

  unsubscribe(): void {
    this.#fetcher.retain(new Set());
    this.subscriptions.unsubscribe();
  }

  /** `leaderEpoch`: that of the record before, if it is known, so that the position is validated. */
  seek(partition: TopicPartition, offset: Offset, leaderEpoch = noEpoch): void {
    const { topic, partition: number } = partition;
    const currentLeader = this.#metadata.currentLeader(topic, number);
    if (leaderEpoch >= 0) this.#metadata.updateLastSeenEpochIfNewer(topic, number, leaderEpoch);
    this.subscriptions.seek(partition, { offset, offsetEpoch: leaderEpoch, currentLeader });
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
    this.#loop.start(new PollCall(this.#poll, timeoutMs, this.#context.wallClockMs(), ended));
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
    const known = this.#metadata.snapshot.topic(topic);
    if (known !== undefined) {
      const numbers = [...known.byNumber.keys()].sort((one, other) => one - other);
      const partitions = numbers.map((number) => topicPartition(topic, number));
      ended({ partitions, exception: undefined });
      return;
    }
    const parts = { network: this.#network, backoff: this.#backoff, config: this.#config };
    this.#loop.start(new PartitionsCall(parts, topic, this.#context.wallClockMs(), ended));
  }

  /** For good: no other call may follow. */
  close(ended: () => void): void {
    this.unsubscribe();
    const timeoutMs = Math.min(closeTimeoutMs, this.#config.requestTimeoutMs);
    const timer = new CallTimer(timeoutMs, this.#context.wallClockMs());
    this.#loop.start(new CloseCall(this.#network, this.#fetcher, timer, ended));
  }

  #lookUp(
    partitions: readonly TopicPartition[],
    timestamp: number,
    ended: (outcome: LookupOutcome) => void,
  ): void {
    const targets = partitions.map((partition) => ({ partition, timestamp }));
    const call = new OffsetLookupCall(this.#lookup, targets, this.#context.wallClockMs(), ended);
    this.#loop.start(call);
  }
}
