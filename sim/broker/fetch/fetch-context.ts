import { type ErrorName } from '../../protocol/errors.ts';
import { type FetchRequest } from '../../protocol/messages/fetch-request.ts';
import { type MetadataImage } from '../metadata/metadata-image.ts';
import {
  type FetchSession,
  type FetchSessionCache,
  finalSessionEpoch,
  initialSessionEpoch,
  nextSessionEpoch,
  noSessionId,
} from './fetch-session-cache.ts';
import { FetchedPartition, SessionPartitions } from './fetched-partition.ts';

/**
 * What a request means together with the requests before it.
 * - full: names all its partitions and may get a new session
 * - sessionless: names all its partitions and gets no session
 * - incremental: names only what is different from the request before
 */
export interface FetchContext {
  readonly kind: 'full' | 'sessionless' | 'incremental';
  readonly partitions: SessionPartitions;
  /** Of an incremental one. */
  readonly session: FetchSession | undefined;
  /** What the session must still expect when the answer leaves, or another request has come between. */
  readonly epochAtAnswer: number;
  readonly usesTopicIds: boolean;
}

/** Topics are named by id from this version on. */
const firstVersionWithTopicIds = 13;

/**
 * Finds the context of a request and brings its session up to date; an error is one of the whole request
 * (`FetchManager.newContext`).
 */
export function fetchContext(
  sessions: FetchSessionCache,
  image: MetadataImage,
  request: FetchRequest,
  version: number,
  options: { readonly nowMs: number; readonly forgetsEpochs: boolean },
): FetchContext | ErrorName {
  const { sessionId, sessionEpoch } = request;
  const usesTopicIds = version >= firstVersionWithTopicIds;
  const isFull = sessionEpoch === initialSessionEpoch || sessionEpoch === finalSessionEpoch;
  if (isFull) {
    // It closes the session that it names.
    if (sessionId !== noSessionId) sessions.remove(sessionId);
    if (sessionEpoch === finalSessionEpoch) return sessionlessContext(image, request, usesTopicIds);
    const partitions = new SessionPartitions();
    take(partitions, image, request, usesTopicIds);
    return { kind: 'full', partitions, session: undefined, epochAtAnswer: 0, usesTopicIds };
  }
  const session = sessions.get(sessionId);
  if (session === undefined) return 'FETCH_SESSION_ID_NOT_FOUND';
  if (session.epoch !== sessionEpoch) return 'INVALID_FETCH_SESSION_EPOCH';
  if (session.usesTopicIds !== usesTopicIds) return 'FETCH_SESSION_TOPIC_ID_ERROR';

  const { partitions } = session;
  take(partitions, image, request, usesTopicIds);
  forget(partitions, request, usesTopicIds);
  if (options.forgetsEpochs) forgetEpochs(partitions);
  if (partitions.size === 0) {
    sessions.remove(sessionId);
    return sessionlessContext(image, request, usesTopicIds);
  }
  session.lastUsedMs = options.nowMs;
  session.epoch = nextSessionEpoch(sessionEpoch);
  return { kind: 'incremental', partitions, session, epochAtAnswer: session.epoch, usesTopicIds };
}

/** Of all that the request names, be it to be forgotten. */
function sessionlessContext(
  image: MetadataImage,
  request: FetchRequest,
  usesTopicIds: boolean,
): FetchContext {
  const partitions = new SessionPartitions();
  take(partitions, image, request, usesTopicIds);
  return { kind: 'sessionless', partitions, session: undefined, epochAtAnswer: 0, usesTopicIds };
}

/** KAFKA-9338: a session did not know them, and so nothing of its later fetches was fenced. */
function forgetEpochs({ first }: SessionPartitions): void {
  for (let asked = first; asked !== undefined; asked = asked.next) asked.leaderEpoch = -1;
}

/** Adds what the request names, or takes over what it says now. */
function take(
  partitions: SessionPartitions,
  image: MetadataImage,
  request: FetchRequest,
  usesTopicIds: boolean,
): void {
  for (const { topic, topicId, partitions: asked } of request.topics) {
    const key = usesTopicIds ? topicId : topic;
    for (const partition of asked) {
      const known = partitions.find(key, partition.partition);
      if (known !== undefined) {
        known.ask(partition);
        continue;
      }
      const name = usesTopicIds ? (image.topicsById.get(topicId)?.name ?? null) : topic;
      partitions.add(key, new FetchedPartition(name, topicId, partition));
    }
  }
}

function forget(partitions: SessionPartitions, request: FetchRequest, usesTopicIds: boolean): void {
  for (const { topic, topicId, partitions: forgotten } of request.forgottenTopicsData) {
    const key = usesTopicIds ? topicId : topic;
    for (const index of forgotten) partitions.remove(key, index);
  }
}
