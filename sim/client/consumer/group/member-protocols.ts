import { assert, present } from '../../../kernel/assert.ts';
import { type Switches } from '../../../switches/switches.ts';
import { type TopicPartition } from '../../topic-partition.ts';
import {
  type LastAssignment,
  type PartitionAssignor,
  partitionAssignors,
  type RebalanceProtocol,
} from '../assignors/partition-assignor.ts';
import {
  assignCooperativeStickyByClaims,
  assignInOneStep,
  assignStickyByClaims,
} from '../assignors/sticky-assignors.ts';
import { metadataOf } from '../assignors/subscription-metadata.ts';
import { type GroupParts } from './group-parts.ts';
import { type JoinProtocols } from './join-attempt.ts';

/** What a member tells its group when it joins (`ConsumerCoordinator.metadata`). */
export class MemberProtocols {
  /** The most wanted first. */
  readonly assignors: readonly PartitionAssignor[];
  /** The most cooperative one that all assignors have. */
  readonly rebalanceProtocol: RebalanceProtocol;
  readonly #parts: GroupParts;
  /** What each assignor has given to this member last, by its name. */
  readonly #last = new Map<string, LastAssignment>();
  #joined: ReadonlySet<string> | undefined = undefined;

  constructor(parts: GroupParts) {
    this.#parts = parts;
    this.assignors = parts.config.partitionAssignmentStrategy.map((name) =>
      withBugs(present(partitionAssignors.get(name), name), parts.switches),
    );
    const common = (protocol: RebalanceProtocol): boolean =>
      this.assignors.every(({ protocols }) => protocols.includes(protocol));
    assert(common('eager') || common('cooperative'), 'assignors have a protocol in common');
    this.rebalanceProtocol = common('cooperative') ? 'cooperative' : 'eager';
  }

  /** Whether the member has subscribed to other topics since it has joined. */
  get isOutdated(): boolean {
    const { subscription } = this.#parts.subscriptions;
    return this.#joined !== undefined && !isSame(this.#joined, subscription);
  }

  /**
   * The leader has assigned topics that match this member's pattern and that it did not know yet: it
   * obeys (`ConsumerCoordinator.maybeUpdateJoinedSubscription`).
   */
  takeAssignedTopics(partitions: readonly TopicPartition[]): void {
    const { subscriptions, metadata } = this.#parts;
    const joined = this.#joined ?? new Set<string>();
    const added = partitions.map(({ topic }) => topic).filter((topic) => !joined.has(topic));
    if (subscriptions.type !== 'pattern' || added.length === 0) return;
    if (subscriptions.subscribeFromPattern([...subscriptions.subscription, ...added])) {
      metadata.requestUpdateForNewTopics();
    }
    this.#joined = new Set([...joined, ...added]);
  }

  /** For the next JoinGroup. */
  join(): JoinProtocols {
    const { subscriptions, membership, config } = this.#parts;
    const topics = subscriptions.subscription;
    this.#joined = topics;
    const subscription = {
      topics: [...topics],
      ownedPartitions: [...subscriptions.partitions()],
      generationId: membership.generation.generationId,
      rackId: config.clientRack === '' ? null : config.clientRack,
    };
    return this.assignors.map(({ name, userData }) => ({
      name,
      metadata: metadataOf({ ...subscription, userData: userData(this.#last.get(name)) }),
    }));
  }

  /** What the assignor that was chosen has given (`ConsumerPartitionAssignor.onAssignment`). */
  assigned(assignor: string, partitions: readonly TopicPartition[], generation: number): void {
    this.#last.set(assignor, { partitions, generation });
  }
}

const assignorsByClaims: ReadonlyMap<string, PartitionAssignor['assign']> = new Map([
  ['sticky', assignStickyByClaims],
  ['cooperative-sticky', assignCooperativeStickyByClaims],
]);

function withBugs(assignor: PartitionAssignor, switches: Switches): PartitionAssignor {
  const isHasty = switches['coop.skipRevokePhase'] === 'on';
  if (isHasty && assignor.protocols.includes('cooperative')) {
    return { ...assignor, assign: assignInOneStep };
  }
  if (switches['sticky.useGeneration'] !== 'off') return assignor;
  const gullible = assignorsByClaims.get(assignor.name);
  return gullible === undefined ? assignor : { ...assignor, assign: gullible };
}

function isSame(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((topic) => other.has(topic));
}
