import { type ErrorName } from '../protocol/errors.ts';
import { javaHashCode } from '../protocol/java-hash.ts';
import { type Uuid } from '../protocol/uuid.ts';

/** A broker as metadata names it, or a bootstrap server, which has a negative id. */
export interface ClusterNode {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
}

/** What the cluster has said of one partition (`MetadataResponse.PartitionMetadata`). */
export interface PartitionMetadata {
  readonly topic: string;
  readonly partition: number;
  readonly error: ErrorName;
  /** -1 while there is none. */
  readonly leaderId: number;
  /** -1 while it is not known. */
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  readonly offlineReplicas: readonly number[];
}

/** A partition with the address of its leader. */
export interface PartitionView {
  readonly metadata: PartitionMetadata;
  /** `undefined` if there is none, or its address is not known. */
  readonly leader: ClusterNode | undefined;
}

/** What a snapshot knows of a topic that has partitions. */
export interface TopicView {
  readonly name: string;
  /** In the order of `MetadataSnapshot.partitionsLedBy`. */
  readonly partitions: readonly PartitionView[];
  /** Those with a leader, in the same order. */
  readonly available: readonly PartitionView[];
  readonly byNumber: ReadonlyMap<number, PartitionView>;
}

export interface SnapshotContent {
  readonly clusterId: string | null;
  readonly nodes: readonly ClusterNode[];
  readonly partitions: readonly PartitionMetadata[];
  readonly unauthorizedTopics: ReadonlySet<string>;
  readonly invalidTopics: ReadonlySet<string>;
  readonly internalTopics: ReadonlySet<string>;
  readonly controllerId: number;
  readonly topicIds: ReadonlyMap<string, Uuid>;
}

/** What a client knows of the cluster at one time (`MetadataSnapshot`, `Cluster`). Immutable. */
export class MetadataSnapshot {
  readonly content: SnapshotContent;
  /** In the order of the response; Java shuffles them. */
  readonly nodes: readonly ClusterNode[];
  readonly #nodesById = new Map<number, ClusterNode>();
  readonly #topics = new Map<string, MutableTopicView>();
  readonly #ledBy = new Map<number, PartitionView[]>();
  readonly #topicNames = new Map<Uuid, string>();

  constructor(content: SnapshotContent) {
    this.content = content;
    this.nodes = content.nodes;
    for (const node of content.nodes) this.#nodesById.set(node.nodeId, node);
    for (const [name, id] of content.topicIds) this.#topicNames.set(id, name);
    for (const metadata of inJavaMapOrder(content.partitions)) this.#add(metadata);
  }

  /** What a client knows at first, and again after a rebootstrap: addresses, under ids from -1 down. */
  static bootstrap(addresses: readonly { host: string; port: number }[]): MetadataSnapshot {
    const nodes = addresses.map(({ host, port }, index) => {
      return { nodeId: -1 - index, host, port, rack: null };
    });
    return new MetadataSnapshot({ ...nothing, nodes });
  }

  nodeById(nodeId: number): ClusterNode | undefined {
    return this.#nodesById.get(nodeId);
  }

  /** `undefined` if the topic is not known, or no partition of it is. */
  topic(name: string): TopicView | undefined {
    return this.#topics.get(name);
  }

  partition(topic: string, partition: number): PartitionView | undefined {
    return this.#topics.get(topic)?.byNumber.get(partition);
  }

  /** The topics that have partitions, in the order in which they came. */
  topicNames(): IterableIterator<string> {
    return this.#topics.keys();
  }

  /**
   * The partitions of all topics that the node leads, in the order of the Java hash map that holds
   * them: for few partitions, descending.
   */
  partitionsLedBy(nodeId: number): readonly PartitionView[] {
    return this.#ledBy.get(nodeId) ?? [];
  }

  topicId(name: string): Uuid | undefined {
    return this.content.topicIds.get(name);
  }

  topicNameById(id: Uuid): string | undefined {
    return this.#topicNames.get(id);
  }

  #add(metadata: PartitionMetadata): void {
    const leader = this.#nodesById.get(metadata.leaderId);
    const view = { metadata, leader };
    const topic = this.#topicOf(metadata.topic);
    topic.partitions.push(view);
    topic.byNumber.set(metadata.partition, view);
    if (leader === undefined) return;
    topic.available.push(view);
    const led = this.#ledBy.get(leader.nodeId);
    if (led === undefined) this.#ledBy.set(leader.nodeId, [view]);
    else led.push(view);
  }

  #topicOf(name: string): MutableTopicView {
    const known = this.#topics.get(name);
    if (known !== undefined) return known;
    const made = { name, partitions: [], available: [], byNumber: new Map() };
    this.#topics.set(name, made);
    return made;
  }
}

interface MutableTopicView extends TopicView {
  readonly partitions: PartitionView[];
  readonly available: PartitionView[];
  readonly byNumber: Map<number, PartitionView>;
}

const nothing: SnapshotContent = {
  clusterId: null,
  nodes: [],
  partitions: [],
  unauthorizedTopics: new Set(),
  invalidTopics: new Set(),
  internalTopics: new Set(),
  controllerId: -1,
  topicIds: new Map(),
};

/** What a client knows before it has an address. */
export const emptySnapshot = new MetadataSnapshot(nothing);

/**
 * The order in which a Java `HashMap` with a `TopicPartition` as key iterates. It decides in which order
 * a node's partitions are drained, and which partition a random number means.
 */
function inJavaMapOrder(partitions: readonly PartitionMetadata[]): readonly PartitionMetadata[] {
  let size = 1;
  while (size < partitions.length) size *= 2;
  if (partitions.length > size * 0.75) size *= 2;
  const buckets: PartitionMetadata[][] = Array.from({ length: size }, () => []);
  for (const metadata of partitions) {
    const hash = (Math.imul(31, 31 + metadata.partition) + javaHashCode(metadata.topic)) | 0;
    buckets[(hash ^ (hash >>> 16)) & (size - 1)]?.push(metadata);
  }
  return buckets.flat();
}
