import { type Context } from '../../../kernel/process.ts';
import { type Frame } from '../../../protocol/api.ts';
import { type BrokerConfig } from '../../../protocol/config/broker-config.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { javaHashCode } from '../../../protocol/java-hash.ts';
import { type CompressionType } from '../../../protocol/record-batch.ts';
import { offsetsTopic } from '../../../protocol/topic-name.ts';
import { zeroUuid } from '../../../protocol/uuid.ts';
import { type Fact } from '../../../trace.ts';
import { type MetadataDelta } from '../../metadata/metadata-delta.ts';
import { type MetadataImage } from '../../metadata/metadata-image.ts';
import { type HostedPartitions } from '../../replica/hosted-partitions.ts';
import { type PurgatoryChecks } from '../../replica/purgatory-checks.ts';
import { type Operation } from '../runtime/coordinator-operation.ts';
import { CoordinatorShard, type ShardHost } from '../runtime/coordinator-shard.ts';
import { GroupMachine } from './group-machine.ts';

export interface GroupCoordinatorParts {
  readonly context: Context<Frame, Fact>;
  readonly brokerId: number;
  readonly config: BrokerConfig;
  readonly image: MetadataImage;
  readonly hosted: HostedPartitions;
  readonly checks: PurgatoryChecks;
}

/** By the number in `offsets.topic.compression.codec`. */
const codecs: readonly CompressionType[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
const msPerMinute = 60_000;

/**
 * The groups that this broker coordinates: those of the partitions of `__consumer_offsets` that it
 * leads (`GroupCoordinatorService`).
 */
export class GroupCoordinator {
  readonly #parts: GroupCoordinatorParts;
  readonly #host: ShardHost<GroupMachine>;
  /** By partition number. */
  readonly #shards = new Map<number, CoordinatorShard<GroupMachine>>();

  constructor(parts: GroupCoordinatorParts) {
    const { context, config, checks } = parts;
    this.#parts = parts;
    this.#host = {
      context,
      checks,
      writeTimeoutMs: config.offsetsCommitTimeoutMs,
      compressionType: codecs[config.offsetsTopicCompressionCodec] ?? 'none',
      createMachine: (shard) =>
        new GroupMachine(shard, {
          random: context.random('group-coordinator'),
          wallClockMs: () => context.wallClockMs(),
          initialDelayMs: config.groupInitialRebalanceDelayMs,
          maxSize: config.groupMaxSize,
          offsetsRetentionMs: config.offsetsRetentionMinutes * msPerMinute,
          retentionCheckIntervalMs: config.offsetsRetentionCheckIntervalMs,
        }),
    };
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

  /** The partition of `__consumer_offsets` that a group belongs to. */
  partitionOf(groupId: string): number {
    const { image, config } = this.#parts;
    const count = image.topicsByName.get(offsetsTopic)?.partitions.length;
    const hash = javaHashCode(groupId);
    // Of the smallest number Java's Utils.abs makes 0.
    const positive = hash === -2_147_483_648 ? 0 : Math.abs(hash);
    return positive % (count ?? config.offsetsTopicNumPartitions);
  }

  /** Follows who leads the partitions, and forgets offsets of topics that are gone. */
  metadataChanged(delta: MetadataDelta): void {
    for (const [partition, shard] of this.#shards) {
      if (this.#leads(partition)) continue;
      shard.close();
      this.#shards.delete(partition);
    }
    for (const partition of delta.changedPartitionsOf(offsetsTopic)) {
      if (this.#leads(partition) && !this.#shards.has(partition)) this.#elected(partition);
    }
    if (delta.deletedTopics.size > 0) this.#topicsDeleted(delta.deletedTopics);
  }

  #leads(partition: number): boolean {
    return this.#parts.hosted.get(offsetsTopic, partition)?.isLeader === true;
  }

  #elected(index: number): void {
    const partition = this.#parts.hosted.get(offsetsTopic, index);
    if (partition === undefined) return;
    this.#shards.set(index, new CoordinatorShard(this.#host, partition));
  }

  #topicsDeleted(topicIds: ReadonlyMap<string, string>): void {
    for (const shard of this.#shards.values()) {
      const { machine } = shard;
      if (typeof machine === 'string') continue;
      const operation = machine.topicsDeleted(topicIds, zeroUuid);
      if (operation.records.length > 0) shard.perform(operation);
    }
    this.#parts.checks.run();
  }
}
