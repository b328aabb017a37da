import { type DeleteTopicsRequest } from '../protocol/messages/delete-topics-request.ts';
import {
  type DeletableTopicResult,
  type DeleteTopicsResponse,
} from '../protocol/messages/delete-topics-response.ts';
import { type MetadataRecord } from '../protocol/metadata-record.ts';
import { type Uuid, zeroUuid } from '../protocol/uuid.ts';
import {
  type ApiError,
  apiError,
  type ControllerResult,
  decided,
  errorWithDefaultText,
  noError,
  immediate,
} from './controller-result.ts';
import { type ControllerState } from './controller-state.ts';
import { deleteTopicsError } from './error-answers.ts';
import { type StableTopics } from './stable-topics.ts';

/**
 * Deletes topics by name or id (`ControllerApis.deleteTopics`). Names and ids are looked up among
 * the committed topics, the deletion then meets the newest state. Kafka shuffles the answers.
 */
export function deleteTopics(
  state: ControllerState,
  stableTopics: StableTopics,
  request: DeleteTopicsRequest,
): ControllerResult<DeleteTopicsResponse> {
  if (!state.setup.config.deleteTopicEnable) {
    return immediate(deleteTopicsError(request, apiError('TOPIC_DELETION_DISABLED')));
  }
  const responses: DeletableTopicResult[] = [];
  const answer = (name: string | null, topicId: Uuid, { error, message }: ApiError): void => {
    responses.push({ name, topicId, errorCode: error, errorMessage: message });
  };
  const toDelete = resolveTopics(stableTopics, request, answer);

  const records: MetadataRecord[] = [];
  for (const [topicId, name] of toDelete) {
    if (state.topics.withId(topicId) === undefined) {
      answer(name, topicId, apiError('UNKNOWN_TOPIC_ID'));
    } else {
      records.push({ type: 'RemoveTopicRecord', topicId });
      answer(name, topicId, noError);
    }
  }
  const body: DeleteTopicsResponse = { throttleTimeMs: 0, responses };
  // With nothing left to delete Kafka has made no write operation, so it waits for nothing.
  return toDelete.size === 0 ? immediate(body) : decided(records, body, { isAtomic: true });
}

type Answer = (name: string | null, topicId: Uuid, error: ApiError) => void;

function invalid(text: string): ApiError {
  return apiError('INVALID_REQUEST', text);
}

/** Names of the topics to delete, by id; the others are answered. */
function resolveTopics(
  stableTopics: StableTopics,
  request: DeleteTopicsRequest,
  answer: Answer,
): ReadonlyMap<Uuid, string> {
  const names = new Mentions();
  const ids = new Mentions();
  for (const name of request.topicNames) names.add(name);
  for (const { name, topicId } of request.topics) {
    if (name !== null && topicId === zeroUuid) names.add(name);
    else if (name === null && topicId !== zeroUuid) ids.add(topicId);
    else if (name === null) {
      answer(null, zeroUuid, invalid('Neither topic name nor id were specified.'));
    } else answer(name, topicId, invalid('You may not specify both topic name and topic id.'));
  }
  for (const name of names.repeated) answer(name, zeroUuid, invalid('Duplicate topic name.'));
  for (const id of ids.repeated) answer(null, id, invalid('Duplicate topic id.'));

  const found = new Map<Uuid, string>();
  for (const id of ids.single) {
    const name = stableTopics.nameOf(id);
    if (name === undefined) answer(null, id, errorWithDefaultText('UNKNOWN_TOPIC_ID'));
    else found.set(id, name);
  }
  for (const name of names.single) {
    const id = stableTopics.idOf(name);
    if (id === undefined) {
      answer(name, zeroUuid, errorWithDefaultText('UNKNOWN_TOPIC_OR_PARTITION'));
    } else if (ids.repeated.has(id) || found.has(id)) {
      found.delete(id);
      ids.repeated.add(id);
      const text = 'The provided topic name maps to an ID that was already supplied.';
      answer(name, id, invalid(text));
    } else {
      found.set(id, name);
    }
  }
  return found;
}

/** What is named once, and what more often. */
class Mentions {
  readonly single = new Set<string>();
  readonly repeated = new Set<string>();

  add(item: string): void {
    if (this.repeated.has(item)) return;
    if (!this.single.delete(item)) this.single.add(item);
    else this.repeated.add(item);
  }
}
