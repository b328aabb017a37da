import { type ClusterNode, emptySnapshot, type MetadataSnapshot } from '../metadata-snapshot.ts';
import { type BacklogTimes, isReady, LeaderBacklog } from './leader-backlog.ts';
import { type PartitionQueue } from './partition-queue.ts';
import { type TopicQueues } from './topic-queues.ts';

const noTopics: ReadonlySet<string> = new Set();

/** All queues, by the node that leads their partition (`RecordAccumulator.ready`). */
export class LeaderBacklogs {
  /** What the last look has found ready, in the order of the node ids. */
  ready: LeaderBacklog[] = [];
  /** Milliseconds from the last look until one more leader may be ready; or Infinity. */
  nextLookMs = Infinity;
  readonly #times: BacklogTimes;
  readonly #byNode = new Map<number, LeaderBacklog>();
  /** By node id, as requests leave. */
  readonly #inOrder: LeaderBacklog[] = [];
  #snapshot: MetadataSnapshot = emptySnapshot;
  #leaderless: PartitionQueue[] = [];

  constructor(times: BacklogTimes) {
    this.#times = times;
  }

  /** Moves the queues to the leaders that the snapshot names, if it is a new one. */
  follow(snapshot: MetadataSnapshot, topics: ReadonlyMap<string, TopicQueues>): void {
    if (this.#snapshot === snapshot) return;
    this.#snapshot = snapshot;
    for (const topic of topics.values()) {
      for (const queue of topic.all()) queue.leader = undefined;
    }
    for (const backlog of this.#inOrder) backlog.reset(backlog.node, []);
    for (const node of snapshot.nodes) this.#fill(node, topics);
    this.#leaderless = [];
    for (const topic of topics.values()) {
      for (const queue of topic.all()) if (queue.leader === undefined) this.#leaderless.push(queue);
    }
  }

  /** Takes in a queue that is new. */
  add(queue: PartitionQueue): void {
    const { topic, partition } = queue.partition;
    const view = this.#snapshot.partition(topic, partition);
    if (view?.leader === undefined) {
      this.#leaderless.push(queue);
      return;
    }
    const backlog = this.#backlogOf(view.leader);
    backlog.link(queue, backlog.partitions.indexOf(view));
  }

  /** Finds out which leaders can be sent to, see `LeaderBacklog.look`. */
  look(nowMs: number, isHurried: boolean): void {
    if (this.ready.length > 0) this.ready = [];
    this.nextLookMs = Infinity;
    for (const backlog of this.#inOrder) {
      if (!backlog.hasBatches) continue;
      const delayMs = backlog.look(nowMs, isHurried);
      if (delayMs === isReady) this.ready.push(backlog);
      else if (delayMs < this.nextLookMs) this.nextLookMs = delayMs;
    }
  }

  /** Topics with batches for which no leader is known. */
  leaderlessTopics(): ReadonlySet<string> {
    if (this.#leaderless.length === 0) return noTopics;
    const topics = new Set<string>();
    for (const { first, partition } of this.#leaderless) {
      if (first !== undefined) topics.add(partition.topic);
    }
    return topics;
  }

  #fill(node: ClusterNode, topics: ReadonlyMap<string, TopicQueues>): void {
    const led = this.#snapshot.partitionsLedBy(node.nodeId);
    if (led.length === 0) return;
    const backlog = this.#backlogOf(node);
    backlog.reset(node, led);
    for (const [position, { metadata }] of led.entries()) {
      const queue = topics.get(metadata.topic)?.get(metadata.partition);
      if (queue !== undefined) backlog.link(queue, position);
    }
  }

  #backlogOf(node: ClusterNode): LeaderBacklog {
    const known = this.#byNode.get(node.nodeId);
    if (known !== undefined) return known;
    const made = new LeaderBacklog(node, this.#times);
    this.#byNode.set(node.nodeId, made);
    this.#inOrder.push(made);
    this.#inOrder.sort((one, other) => one.node.nodeId - other.node.nodeId);
    return made;
  }
}
