import { MalformedBytesError } from '../../../protocol/byte-reader.ts';
import { javaSetOrder } from '../../../protocol/java-hash.ts';
import { type JoinGroupResponse } from '../../../protocol/messages/join-group-response.ts';
import { type SyncGroupRequestAssignment } from '../../../protocol/messages/sync-group-request.ts';
import {
  assignableGroup,
  type Assignments,
  type Subscription,
  type TopicRacks,
} from '../assignors/assignable-group.ts';
import { AssignorError } from '../assignors/assignor-error.ts';
import { type PartitionAssignor } from '../assignors/partition-assignor.ts';
import { assignmentOf, subscriptionOf } from '../assignors/subscription-metadata.ts';
import { type ConsumerException } from '../consumer-exception.ts';
import { type GroupParts } from './group-parts.ts';
import { type TopicWatch } from './topic-watch.ts';

/** What each member of the group has subscribed to. */
export interface Election {
  readonly response: JoinGroupResponse;
  readonly members: readonly Subscription[];
}

/** What the leader of a classic group does (`ConsumerCoordinator.onLeaderElected`). */
export class LeaderRole {
  readonly #parts: GroupParts;
  readonly #assignors: readonly PartitionAssignor[];
  readonly #watch: TopicWatch;
  /** Of the generation that this member has joined last. */
  isLeader = false;

  constructor(parts: GroupParts, assignors: readonly PartitionAssignor[], watch: TopicWatch) {
    this.#parts = parts;
    this.#assignors = assignors;
    this.#watch = watch;
  }

  /** Begins to watch all topics of the group. */
  begin(response: JoinGroupResponse): Election | ConsumerException {
    const { subscriptions, metadata } = this.#parts;
    try {
      const members = response.members.map((member) => subscriptionOf(member, member.metadata));
      const topics = new Set(members.flatMap((member) => member.topics));
      if (subscriptions.groupSubscribe(topics)) metadata.requestUpdateForNewTopics();
      return { response, members };
    } catch (error) {
      return exceptionOf(error);
    }
  }

  /** Whether metadata are to be fetched before partitions can be assigned. */
  get needsMetadata(): boolean {
    const { metadata, context } = this.#parts;
    return metadata.isUpdateRequested || metadata.timeToNextUpdate(context.wallClockMs()) === 0;
  }

  /** The assignment of each member; none if that of the last generation stays (KIP-814). */
  assign({
    response,
    members,
  }: Election): readonly SyncGroupRequestAssignment[] | ConsumerException {
    const assignor = this.#assignors.find(({ name }) => name === response.protocolName);
    if (assignor === undefined) return { name: 'IllegalStateException', partitions: [] };
    this.#watch.update();
    this.isLeader = true;
    try {
      const group = assignableGroup(this.#topicRacks(members), members);
      const assignments = response.skipAssignment ? noAssignments : assignor.assign(group);
      this.#watch.assign();
      return javaSetOrder([...assignments.keys()]).map((memberId) => ({
        memberId,
        assignment: assignmentOf(assignments.get(memberId) ?? []),
      }));
    } catch (error) {
      return exceptionOf(error);
    }
  }

  #topicRacks(members: readonly Subscription[]): TopicRacks {
    const { snapshot } = this.#parts.metadata;
    const racks = new Map<string, readonly ReadonlySet<string>[]>();
    for (const topic of new Set(members.flatMap((member) => member.topics))) {
      const known = snapshot.topic(topic)?.byNumber;
      const partitions = Array.from({ length: known?.size ?? 0 }, (_, number) => {
        const replicas = known?.get(number)?.metadata.replicas ?? [];
        return new Set(replicas.flatMap((id) => snapshot.nodeById(id)?.rack ?? []));
      });
      racks.set(topic, partitions);
    }
    return racks;
  }
}

const noAssignments: Assignments = new Map();

/** What the leader's poll throws; a defect of ours goes on. */
function exceptionOf(error: unknown): ConsumerException {
  if (error instanceof AssignorError) return { name: 'IllegalStateException', partitions: [] };
  if (error instanceof MalformedBytesError) return { name: 'SchemaException', partitions: [] };
  throw error;
}
