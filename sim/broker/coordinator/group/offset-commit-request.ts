import { Api } from '../../../protocol/api.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import {
  type OffsetCommitRequest,
  type OffsetCommitRequestTopic,
} from '../../../protocol/messages/offset-commit-request.ts';
import { type OffsetCommitResponseTopic } from '../../../protocol/messages/offset-commit-response.ts';
import { type MetadataImage } from '../../metadata/metadata-image.ts';
import { type Exchange } from '../../server/request-server.ts';
import { nothing } from '../runtime/coordinator-operation.ts';
import { type Group } from './group.ts';
import { type GroupCoordinator } from './group-coordinator.ts';
import { committerIn, noCommitter } from './group-fact-recorder.ts';
import { type GroupMachine } from './group-machine.ts';
import { commitError, committed, refusedCommit } from './offsets/offset-commit.ts';

export interface OffsetCommitParts {
  readonly groups: GroupCoordinator;
  readonly image: MetadataImage;
  readonly wallClockMs: () => number;
  /** `offset.metadata.max.bytes` */
  readonly maxMetadataLength: number;
}

/** From here on topics are named by id (KIP-848). */
const firstVersionWithTopicIds = 10;
/** From here on an unknown group is an error of its own. */
const firstVersionWithUnknownGroup = 9;

/** Answers OffsetCommit, when the offsets are committed (`KafkaApis.handleOffsetCommitRequest`). */
export function offsetCommit(
  exchange: Exchange,
  request: OffsetCommitRequest,
  parts: OffsetCommitParts,
): void {
  const { groups, wallClockMs, maxMetadataLength } = parts;
  const { groupId } = request;
  const { apiVersion } = exchange.request;
  const answers: OffsetCommitResponseTopic[] = [];
  const topics = committableTopics(exchange, request.topics, parts.image, answers);
  // With the names of topics that the request has named by id.
  const valid = { ...request, topics };
  let committer = noCommitter;
  const answer = (coordinators: readonly OffsetCommitResponseTopic[]): void => {
    const merged = mergeTopics(answers, coordinators);
    groups.facts.offsetCommitAnswered(valid, merged, committer);
    exchange.respond(Api.offsetCommit, { throttleTimeMs: 0, topics: merged });
  };
  if (topics.length === 0) {
    answer([]);
    return;
  }
  const error = groups.perform(groupId, (machine) => {
    const group = committingGroup(machine, valid, apiVersion);
    if (typeof group !== 'string') committer = committerIn(group, request.memberId);
    const kind = { apiVersion, isTransactional: false, switches: machine.switches };
    const refusal = typeof group === 'string' ? group : commitError(group, valid, kind);
    if (refusal !== 'NONE' || typeof group === 'string') {
      answer(refusedCommit(valid, refusal));
      return nothing;
    }
    if (group.type === 'classic') machine.rebalance.committing(group, request.memberId);
    const commit = committed(valid, { nowMs: wallClockMs(), maxMetadataLength });
    return {
      records: commit.records,
      replays: true,
      settled: (failure) => {
        answer(failure === 'NONE' ? commit.topics : refusedCommit(valid, failure));
      },
    };
  });
  if (error !== 'NONE') answer(refusedCommit(valid, error));
}

/** Who commits without a generation needs no group. */
function committingGroup(
  machine: GroupMachine,
  request: OffsetCommitRequest,
  apiVersion: number,
): Group | ErrorName {
  const known = machine.groups.get(request.groupId);
  if (known !== undefined) return known;
  if (request.generationIdOrMemberEpoch < 0) return machine.create(request.groupId);
  return apiVersion >= firstVersionWithUnknownGroup ? 'GROUP_ID_NOT_FOUND' : 'ILLEGAL_GENERATION';
}

/** The partitions that there are; of the others is answered at once. */
function committableTopics(
  exchange: Exchange,
  topics: readonly OffsetCommitRequestTopic[],
  image: MetadataImage,
  answers: OffsetCommitResponseTopic[],
): OffsetCommitRequestTopic[] {
  const usesIds = exchange.request.apiVersion >= firstVersionWithTopicIds;
  const valid: OffsetCommitRequestTopic[] = [];
  for (const topic of topics) {
    const { topicId, name, partitions } = topic;
    const known = usesIds ? image.topicsById.get(topicId) : image.topicsByName.get(name);
    const isThere = ({ partitionIndex }: { readonly partitionIndex: number }): boolean =>
      known?.partitions[partitionIndex] !== undefined;
    const errorCode =
      usesIds && known === undefined ? 'UNKNOWN_TOPIC_ID' : 'UNKNOWN_TOPIC_OR_PARTITION';
    const place = { name: known?.name ?? name, topicId: known?.topicId ?? topicId };
    const missing = partitions.filter((partition) => !isThere(partition));
    if (missing.length > 0) {
      const refused = missing.map(({ partitionIndex }) => ({ partitionIndex, errorCode }) as const);
      answers.push({ ...place, partitions: refused });
    }
    const found = partitions.filter(isThere);
    if (found.length > 0) valid.push({ ...place, partitions: found });
  }
  return valid;
}

function mergeTopics(
  refused: readonly OffsetCommitResponseTopic[],
  answered: readonly OffsetCommitResponseTopic[],
): OffsetCommitResponseTopic[] {
  const merged = [...refused];
  for (const topic of answered) {
    const index = merged.findIndex(({ name }) => name === topic.name);
    const known = merged[index];
    if (known === undefined) merged.push(topic);
    else merged[index] = { ...known, partitions: [...known.partitions, ...topic.partitions] };
  }
  return merged;
}
