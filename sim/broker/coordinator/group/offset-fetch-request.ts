import { Api } from '../../../protocol/api.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import {
  type OffsetFetchRequest,
  type OffsetFetchRequestGroup,
  type OffsetFetchRequestTopics,
} from '../../../protocol/messages/offset-fetch-request.ts';
import {
  type OffsetFetchResponseGroup,
  type OffsetFetchResponseTopics,
} from '../../../protocol/messages/offset-fetch-response.ts';
import { zeroUuid } from '../../../protocol/uuid.ts';
import { type MetadataImage } from '../../metadata/metadata-image.ts';
import { type Exchange } from '../../server/request-server.ts';
import { nothing, withoutRecords } from '../runtime/coordinator-operation.ts';
import { type ConsumerGroup } from './consumer/consumer-group.ts';
import { usesClassicProtocol } from './consumer/consumer-member.ts';
import { type GroupCoordinator } from './group-coordinator.ts';
import { type GroupMachine } from './group-machine.ts';
import { fetchedOffsets, noOffsets, type OffsetView } from './offsets/offset-fetch.ts';

interface OffsetFetchParts {
  readonly groups: GroupCoordinator;
  readonly image: MetadataImage;
}

/** From here on several groups are asked for at once. */
const firstVersionWithGroups = 8;
/** From here on topics are named by id (KIP-848). */
const firstVersionWithTopicIds = 10;

/** Answers OffsetFetch: the committed state, or the newest when that is committed (KIP-447). */
export function offsetFetch(
  exchange: Exchange,
  request: OffsetFetchRequest,
  parts: OffsetFetchParts,
): void {
  const isBatched = exchange.request.apiVersion >= firstVersionWithGroups;
  const asked = isBatched ? request.groups : [onlyGroup(request)];
  const answers: OffsetFetchResponseGroup[] = [];
  let left = asked.length;
  const respond = (): void => {
    const [only] = answers;
    exchange.respond(Api.offsetFetch, {
      throttleTimeMs: 0,
      errorCode: isBatched ? 'NONE' : (only?.errorCode ?? 'NONE'),
      topics: isBatched ? [] : (only?.topics ?? []),
      groups: isBatched ? answers : [],
    });
  };
  if (left === 0) respond();
  for (const [index, group] of asked.entries()) {
    fetchGroup(exchange, group, { ...parts, requireStable: request.requireStable }, (answer) => {
      answers[index] = answer;
      left -= 1;
      if (left === 0) respond();
    });
  }
}

function onlyGroup({ groupId, topics }: OffsetFetchRequest): OffsetFetchRequestGroup {
  const named = topics?.map(({ name, partitionIndexes }) => {
    return { name, topicId: zeroUuid, partitionIndexes };
  });
  return { groupId, memberId: null, memberEpoch: -1, topics: named ?? null };
}

function fetchGroup(
  exchange: Exchange,
  asked: OffsetFetchRequestGroup,
  parts: OffsetFetchParts & { readonly requireStable: boolean },
  answer: (group: OffsetFetchResponseGroup) => void,
): void {
  const { groups, image, requireStable } = parts;
  const { groupId } = asked;
  const usesIds = exchange.request.apiVersion >= firstVersionWithTopicIds;
  const unknown: OffsetFetchResponseTopics[] = [];
  const topics = asked.topics === null ? null : knownTopics(asked.topics, image, usesIds, unknown);
  const tell = (group: OffsetFetchResponseGroup): void => {
    groups.facts.offsetFetchAnswered(group, requireStable);
    answer(group);
  };
  const fail = (errorCode: ErrorName): void => {
    tell({ groupId, topics: [], errorCode });
  };
  const fetch = (machine: GroupMachine, view: OffsetView): OffsetFetchResponseGroup => {
    const group =
      view === 'newest' ? machine.groups.get(groupId) : machine.groups.getCommitted(groupId);
    const errorCode = group?.type === 'consumer' ? fetchError(group, asked) : 'NONE';
    if (errorCode !== 'NONE') return { groupId, topics: [], errorCode };
    const isKnown = group !== undefined && group.state !== 'Dead';
    const found = isKnown
      ? fetchedOffsets(machine.offsets, { ...asked, topics }, view, machine.switches)
      : noOffsets(topics ?? []);
    const named = usesIds && topics === null ? withIds(found, image) : found;
    return { groupId, topics: [...named, ...unknown], errorCode };
  };
  if (!requireStable) {
    const machine = groups.machineOf(groupId);
    if (typeof machine === 'string') fail(machine);
    else tell(fetch(machine, 'committed'));
    return;
  }
  const error = groups.perform(groupId, (machine) => {
    const found = fetch(machine, 'newest');
    if (found.errorCode !== 'NONE') {
      tell(found);
      return nothing;
    }
    return withoutRecords((failure) => {
      if (failure === 'NONE') tell(found);
      // A client looks for the coordinator again.
      else fail(failure === 'COORDINATOR_NOT_AVAILABLE' ? 'NOT_COORDINATOR' : failure);
    });
  });
  if (error !== 'NONE') fail(error);
}

/** A member has to be in the group, and to know its epoch (`ConsumerGroup.validateOffsetFetch`). */
function fetchError(
  group: ConsumerGroup,
  { memberId, memberEpoch }: OffsetFetchRequestGroup,
): ErrorName {
  if (memberId === null && memberEpoch < 0) return 'NONE';
  const member = group.members.get(memberId ?? '');
  if (member === undefined) return 'UNKNOWN_MEMBER_ID';
  if (memberEpoch === member.memberEpoch) return 'NONE';
  return usesClassicProtocol(member) ? 'ILLEGAL_GENERATION' : 'STALE_MEMBER_EPOCH';
}

function knownTopics(
  topics: readonly OffsetFetchRequestTopics[],
  image: MetadataImage,
  usesIds: boolean,
  unknown: OffsetFetchResponseTopics[],
): OffsetFetchRequestTopics[] {
  if (!usesIds) return [...topics];
  const known: OffsetFetchRequestTopics[] = [];
  for (const topic of topics) {
    const name = image.topicsById.get(topic.topicId)?.name;
    if (name !== undefined) {
      known.push({ ...topic, name });
      continue;
    }
    const partitions = topic.partitionIndexes.map(
      (partitionIndex) =>
        ({
          partitionIndex,
          committedOffset: -1,
          committedLeaderEpoch: -1,
          metadata: '',
          errorCode: 'UNKNOWN_TOPIC_ID',
        }) as const,
    );
    unknown.push({ ...topic, partitions });
  }
  return known;
}

/** Topics that are no more cannot be told by an id. */
function withIds(
  topics: readonly OffsetFetchResponseTopics[],
  image: MetadataImage,
): OffsetFetchResponseTopics[] {
  return topics.flatMap((topic) => {
    const topicId = image.topicsByName.get(topic.name)?.topicId;
    return topicId === undefined ? [] : [{ ...topic, topicId }];
  });
}
