import { type Context } from '../../../kernel/process.ts';
import { type Frame } from '../../../protocol/api.ts';
import { type BrokerConfig } from '../../../protocol/config/broker-config.ts';
import { type EndTransactionMarker } from '../../../protocol/control-batch.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { featureName } from '../../../protocol/features.ts';
import { coordinatorPartition } from '../../../protocol/java-hash.ts';
import { type CompressionType } from '../../../protocol/record-batch.ts';
import { offsetsTopic } from '../../../protocol/topic-name.ts';
import { type Switches } from '../../../switches/switches.ts';
import { type Fact } from '../../../trace.ts';
import { type MetadataDelta } from '../../metadata/metadata-delta.ts';
import { type MetadataImage } from '../../metadata/metadata-image.ts';
import { type HostedPartitions } from '../../replica/hosted-partitions.ts';
import { type Partition } from '../../replica/partition.ts';
import { type PurgatoryChecks } from '../../replica/purgatory-checks.ts';
import { type Operation } from '../runtime/coordinator-operation.ts';
import { CoordinatorShard, type ShardHost } from '../runtime/coordinator-shard.ts';
import { GroupConfigs } from './group-configs.ts';
import { GroupFactRecorder } from './group-fact-recorder.ts';
import { GroupMachine } from './group-machine.ts';
import { groupSwitches } from './group-switches.ts';
import { GroupTopics } from './group-topics.ts';

export interface GroupCoordinatorParts {
  readonly context: Context<Frame, Fact>;
  readonly brokerId: number;
  readonly config: BrokerConfig;
  readonly image: MetadataImage;
  readonly hosted: HostedPartitions;
  readonly checks: PurgatoryChecks;
  readonly switches: Switches;
}

/** By the number in `offsets.topic.compression.codec`. */
const codecs: readonly CompressionType[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
const msPerMinute = 60_000;

/**
 * The groups that this broker coordinates: those of the partitions of `__consumer_offsets` that it
 * leads (`GroupCoordinatorService`).
 */
export class GroupCoordinator {
  readonly facts: GroupFactRecorder;
  readonly #parts: GroupCoordinatorParts;
  readonly #host: ShardHost<GroupMachine>;
  /** By partition number. */
  readonly #shards = new Map<number, CoordinatorShard<GroupMachine>>();

  constructor(parts: GroupCoordinatorParts) {
    const { context, config, checks, image, brokerId } = parts;
    const { configOf } = new GroupConfigs(image, config);
    const record = (fact: Fact): void => {
      context.record(fact);
    };
    this.facts = new GroupFactRecorder(record, brokerId);
    this.#parts = parts;
    this.#host = {
      context,
      checks,
      writeTimeoutMs: config.offsetsCommitTimeoutMs,
      endsTransactionsLate: parts.switches['txn.markerReplyBeforeGc'] === 'on',
      compressionType: codecs[config.offsetsTopicCompressionCodec] ?? 'none',
      createMachine: (shard) =>
        new GroupMachine(shard, {
          random: context.random('group-coordinator'),
          wallClockMs: () => context.wallClockMs(),
          topics: new GroupTopics(image),
          facts: this.facts,
          consumer: {
            assignors: config.groupConsumerAssignors,
            maxSize: config.groupConsumerMaxSize,
            classicMaxSize: config.groupMaxSize,
            migrationPolicy: config.groupConsumerMigrationPolicy,
            regexRefreshIntervalMs: config.groupConsumerRegexRefreshIntervalMs,
            configOf,
          },
          switches: groupSwitches(parts.switches),
          initialDelayMs: config.groupInitialRebalanceDelayMs,
          maxSize: config.groupMaxSize,
          offsetsRetentionMs: config.offsetsRetentionMinutes * msPerMinute,
          retentionCheckIntervalMs: config.offsetsRetentionCheckIntervalMs,
        }),
    };
  }

  /** Whether members may use the consumer protocol (`KafkaApis.isConsumerGroupProtocolEnabled`). */
  get servesConsumerGroups(): boolean {
    const { config, image } = this.#parts;
    const groupVersion = image.features.get(featureName.groupVersion) ?? 0;
    return config.groupCoordinatorRebalanceProtocols.includes('consumer') && groupVersion > 0;
  }

  /** Names of the assignors that members may ask for. */
  get assignors(): readonly string[] {
    return this.#parts.config.groupConsumerAssignors;
  }

  /** All machines that can be asked; the error of one that is loading. */
  get machines(): readonly GroupMachine[] | ErrorName {
    const active: GroupMachine[] = [];
    for (const { machine } of this.#shards.values()) {
      if (machine === 'COORDINATOR_LOAD_IN_PROGRESS') return machine;
      if (typeof machine !== 'string') active.push(machine);
    }
    return active;
  }

  /** Where the group's state is kept, or why it is not here. */
  machineOf(groupId: string): GroupMachine | ErrorName {
    return this.#shards.get(this.partitionOf(groupId))?.machine ?? 'NOT_COORDINATOR';
  }

  /** Runs an operation on the newest state of the group, or says why that cannot be. */
  perform(groupId: string, operate: (machine: GroupMachine) => Operation): ErrorName {
    const shard = this.#shards.get(this.partitionOf(groupId));
    if (shard === undefined) return 'NOT_COORDINATOR';
    const { machine } = shard;
    if (typeof machine === 'string') return machine;
    shard.perform(operate(machine));
    return 'NONE';
  }

  /** Ends a producer's transaction in a partition of `__consumer_offsets`: see `CoordinatorShard`. */
  completeTransaction(
    partition: number,
    marker: EndTransactionMarker,
    transactionVersion: number,
    settled: (error: ErrorName) => void,
  ): void {
    const shard = this.#shards.get(partition);
    if (shard === undefined) settled('NOT_COORDINATOR');
    else shard.completeTransaction(marker, transactionVersion, settled);
  }

  /** The partition of `__consumer_offsets` that a group belongs to. */
  partitionOf(groupId: string): number {
    const { image, config } = this.#parts;
    const count = image.topicsByName.get(offsetsTopic)?.partitions.length;
    return coordinatorPartition(groupId, count ?? config.offsetsTopicNumPartitions);
  }

  /** Follows who leads the partitions, and forgets offsets of topics that are gone. */
  metadataChanged(delta: MetadataDelta): void {
    for (const [partition, shard] of this.#shards) {
      if (this.#led(partition) !== undefined) continue;
      shard.close();
      this.#shards.delete(partition);
    }
    for (const partition of delta.changedPartitionsOf(offsetsTopic)) {
      const led = this.#led(partition);
      if (led === undefined || this.#shards.has(partition)) continue;
      this.#shards.set(partition, new CoordinatorShard(this.#host, led));
    }
    const { deletedTopics, changedTopics, hasCreatedTopics } = delta;
    for (const { machine } of this.#shards.values()) {
      if (typeof machine !== 'string') machine.topicsChanged(changedTopics, hasCreatedTopics);
    }
    if (deletedTopics.size > 0) this.#topicsDeleted(deletedTopics);
  }

  /** The partition of that number, if this broker leads it. */
  #led(index: number): Partition | undefined {
    const partition = this.#parts.hosted.get(offsetsTopic, index);
    return partition?.isLeader === true ? partition : undefined;
  }

  #topicsDeleted(topicIds: ReadonlyMap<string, string>): void {
    for (const shard of this.#shards.values()) {
      const { machine } = shard;
      if (typeof machine === 'string') continue;
      const operation = machine.topicsDeleted(topicIds);
      if (operation.records.length > 0) shard.perform(operation);
    }
    this.#parts.checks.run();
  }
}
