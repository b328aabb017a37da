import { type GroupParts } from './group-parts.ts';

/** The racks of the replicas of each partition, by topic; without `client.rack` only their number counts. */
type PartitionsByTopic = ReadonlyMap<string, readonly string[]>;

interface WatchedMetadata {
  readonly version: number;
  readonly partitions: PartitionsByTopic;
}

/**
 * Notes which partitions the topics of a member have, so that a leader sees when they are others than
 * those that it has assigned (`ConsumerCoordinator.MetadataSnapshot`).
 */
export class TopicWatch {
  readonly #parts: GroupParts;
  #latest: WatchedMetadata;
  /** What was assigned by; undefined while this member is not the leader. */
  #assigned: WatchedMetadata | undefined = undefined;

  constructor(parts: GroupParts) {
    this.#parts = parts;
    this.#latest = { version: parts.metadata.updateVersion, partitions: new Map() };
  }

  /** To be called when metadata may have come. */
  update(): void {
    const { metadata, subscriptions } = this.#parts;
    const version = metadata.updateVersion;
    if (version <= this.#latest.version) return;
    if (subscriptions.type === 'pattern') this.matchPattern();
    const partitions = new Map<string, readonly string[]>();
    for (const topic of subscriptions.metadataTopics) partitions.set(topic, this.#racksOf(topic));
    this.#latest = { version, partitions };
  }

  /** Subscribes to the topics that are known and match (`ConsumerCoordinator.updatePatternSubscription`). */
  matchPattern(): void {
    const { metadata, subscriptions } = this.#parts;
    const isOther = subscriptions.matchPattern(metadata.snapshot.topicNames());
    if (isOther) metadata.requestUpdateForNewTopics();
  }

  /** The partitions that are known now are being assigned. */
  assign(): void {
    this.#assigned = this.#latest;
  }

  /** Another member is the leader. */
  forget(): void {
    this.#assigned = undefined;
  }

  /** Whether the topics have other partitions than those that this leader has assigned. */
  get hasChanged(): boolean {
    const assigned = this.#assigned;
    if (assigned === undefined || assigned.version === this.#latest.version) return false;
    return !isSame(assigned.partitions, this.#latest.partitions);
  }

  #racksOf(topic: string): readonly string[] {
    const { metadata, config } = this.#parts;
    const partitions = [...(metadata.snapshot.topic(topic)?.byNumber.values() ?? [])];
    if (config.clientRack === '') return partitions.map(() => '');
    return partitions.map((partition) => {
      const nodes = partition.metadata.replicas.map((id) => metadata.snapshot.nodeById(id));
      const racks = new Set(nodes.flatMap((node) => node?.rack ?? []));
      return [...racks].sort((one, other) => (one < other ? -1 : 1)).join(' ');
    });
  }
}

function isSame(one: PartitionsByTopic, other: PartitionsByTopic): boolean {
  if (one.size !== other.size) return false;
  for (const [topic, racks] of one) {
    const others = other.get(topic);
    if (others?.length !== racks.length) return false;
    if (racks.some((rack, index) => rack !== others[index])) return false;
  }
  return true;
}
