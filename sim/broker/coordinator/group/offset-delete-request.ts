import { Api } from '../../../protocol/api.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { type OffsetDeleteRequest } from '../../../protocol/messages/offset-delete-request.ts';
import {
  type OffsetDeleteResponsePartition,
  type OffsetDeleteResponseTopic,
} from '../../../protocol/messages/offset-delete-response.ts';
import { type MetadataImage } from '../../metadata/metadata-image.ts';
import { type Exchange } from '../../server/request-server.ts';
import { type CoordinatorRecord, nothing } from '../runtime/coordinator-operation.ts';
import { type Group } from './group.ts';
import { type GroupCoordinator } from './group-coordinator.ts';
import { type GroupMachine } from './group-machine.ts';
import { offsetCommitRecord } from './group-records.ts';

/** Answers OffsetDelete, when the offsets are gone (`KafkaApis.handleOffsetDeleteRequest`). */
export function offsetDelete(
  exchange: Exchange,
  request: OffsetDeleteRequest,
  { groups, image }: { readonly groups: GroupCoordinator; readonly image: MetadataImage },
): void {
  const { groupId } = request;
  const answer = (errorCode: ErrorName, topics: readonly OffsetDeleteResponseTopic[]): void => {
    exchange.respond(Api.offsetDelete, { errorCode, throttleTimeMs: 0, topics });
  };
  if (groupId === '') {
    answer('INVALID_GROUP_ID', []);
    return;
  }
  const error = groups.perform(groupId, (machine) => {
    const group = machine.groups.get(groupId);
    const refusal = group === undefined ? 'GROUP_ID_NOT_FOUND' : deleteError(group);
    if (group === undefined || refusal !== 'NONE') {
      answer(refusal, []);
      return nothing;
    }
    const records: CoordinatorRecord[] = [];
    const topics = answeredTopics(request, image, (topic, partition) =>
      deleteOffset({ machine, group }, { topic, partition }, records),
    );
    return {
      ...nothing,
      records,
      settled: (failure) => {
        answer(failure, failure === 'NONE' ? topics : []);
      },
    };
  });
  if (error !== 'NONE') answer(error, []);
}

/** Of a group with members only a consumer group can tell what it needs no more. */
function deleteError(group: Group): ErrorName {
  if (group.type === 'consumer') return 'NONE';
  if (group.state === 'Dead') return 'GROUP_ID_NOT_FOUND';
  return group.state === 'Empty' || group.usesConsumerProtocol ? 'NONE' : 'NON_EMPTY_GROUP';
}

/** Partitions that are not there come first. */
function answeredTopics(
  { topics }: OffsetDeleteRequest,
  image: MetadataImage,
  deletePartition: (topic: string, partition: number) => ErrorName,
): OffsetDeleteResponseTopic[] {
  const answered = new Map<string, OffsetDeleteResponsePartition[]>();
  const add = (name: string, partitionIndex: number, errorCode: ErrorName): void => {
    const answers = answered.get(name) ?? [];
    answered.set(name, answers);
    answers.push({ partitionIndex, errorCode });
  };
  const places = topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex }) => ({ name, partitionIndex })),
  );
  const isThere = ({ name, partitionIndex }: (typeof places)[number]): boolean =>
    image.partition(name, partitionIndex) !== undefined;
  for (const place of places) {
    if (!isThere(place)) add(place.name, place.partitionIndex, 'UNKNOWN_TOPIC_OR_PARTITION');
  }
  for (const place of places.filter(isThere)) {
    const { name, partitionIndex } = place;
    add(name, partitionIndex, deletePartition(name, partitionIndex));
  }
  return [...answered].map(([name, partitions]) => ({ name, partitions }));
}

function deleteOffset(
  { machine, group }: { readonly machine: GroupMachine; readonly group: Group },
  place: { readonly topic: string; readonly partition: number },
  records: CoordinatorRecord[],
): ErrorName {
  if (group.isSubscribedTo(place.topic)) return 'GROUP_SUBSCRIBED_TO_TOPIC';
  const { groupId } = group;
  const { offsets } = machine;
  if (offsets.get(groupId, place) !== undefined || offsets.isUnstable(groupId, place)) {
    records.push(offsetCommitRecord(groupId, place, null));
  }
  return 'NONE';
}
