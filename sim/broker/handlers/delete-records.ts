import { type Context } from '../../kernel/process.ts';
import { milliseconds } from '../../kernel/time.ts';
import { Api, type Frame } from '../../protocol/api.ts';
import { type ErrorName } from '../../protocol/errors.ts';
import { type DeleteRecordsRequest } from '../../protocol/messages/delete-records-request.ts';
import { type DeleteRecordsResponse } from '../../protocol/messages/delete-records-response.ts';
import { type Offset } from '../../protocol/record-batch.ts';
import { isInternalTopic } from '../../protocol/topic-name.ts';
import { type Fact } from '../../trace.ts';
import { recordLogStart } from '../fetcher/follower-log.ts';
import { DelayedOperation } from '../purgatory/delayed-operation.ts';
import { lowWatermark } from '../replica/follower-progress.ts';
import { type HostedPartitions } from '../replica/hosted-partitions.ts';
import { type Partition } from '../replica/partition.ts';
import { type Exchange } from '../server/request-server.ts';

/** Asks for the end of what is replicated. */
const upToHighWatermark = -1;
const unknownLowWatermark = -1;

/** One partition of a request, until it is answered. */
class Deletion {
  readonly topic: string;
  readonly index: number;
  partition: Partition | undefined = undefined;
  requiredOffset: Offset = -1;
  lowWatermark: Offset = unknownLowWatermark;
  error: ErrorName = 'NONE';
  isWaiting = false;

  constructor(topic: string, index: number) {
    this.topic = topic;
    this.index = index;
  }

  settle(error: ErrorName, lowWatermark: Offset): void {
    this.isWaiting = false;
    this.error = error;
    this.lowWatermark = lowWatermark;
  }
}

/** Answers DeleteRecords when all replicas that are alive have moved their log start (`deleteRecords`). */
export function deleteRecords(
  exchange: Exchange,
  request: DeleteRecordsRequest,
  hosted: HostedPartitions,
  context: Context<Frame, Fact>,
): void {
  const deletions: Deletion[] = [];
  for (const { name, partitions } of request.topics) {
    for (const { partitionIndex, offset } of partitions) {
      const deletion = new Deletion(name, partitionIndex);
      deletions.push(deletion);
      start(deletion, hosted.find(name, partitionIndex), offset);
    }
  }
  const respond = (): void => {
    exchange.respond(Api.deleteRecords, toResponse(deletions));
  };
  const mustWait = deletions.some(
    ({ error, lowWatermark: low, requiredOffset }) => error === 'NONE' && low < requiredOffset,
  );
  if (!mustWait) {
    respond();
    return;
  }
  const delayed = new DelayedDeleteRecords(deletions, hosted, respond);
  const lists = deletions.flatMap(({ partition }) =>
    partition === undefined ? [] : [partition.waitingDeletes],
  );
  delayed.completeOrWatch(context, milliseconds(request.timeoutMs), lists);
}

/** Moves the leader's log start at once, whatever becomes of the request. */
function start(deletion: Deletion, found: Partition | ErrorName, offset: Offset): void {
  const error = typeof found === 'string' ? found : refusal(deletion.topic, found);
  const log = typeof found === 'string' ? undefined : found.leaderLog;
  if (typeof found === 'string' || log === undefined || error !== 'NONE') {
    deletion.error = error;
    return;
  }
  const requiredOffset = offset === upToHighWatermark ? log.highWatermark : offset;
  const moved = requiredOffset < 0 ? 'OFFSET_OUT_OF_RANGE' : log.incrementLogStart(requiredOffset);
  if (moved === 'OFFSET_OUT_OF_RANGE') {
    deletion.error = moved;
    return;
  }
  if (moved === 'moved') recordLogStart(found, log.logStartOffset, 'deleteRecords');
  deletion.partition = found;
  deletion.requiredOffset = requiredOffset;
  deletion.lowWatermark = lowWatermark(found);
}

function refusal(topic: string, { leaderLog: log }: Partition): ErrorName {
  if (isInternalTopic(topic)) return 'INVALID_TOPIC_EXCEPTION';
  if (log === undefined) return 'NOT_LEADER_OR_FOLLOWER';
  return log.config.isCompacted && !log.config.isDeleted ? 'POLICY_VIOLATION' : 'NONE';
}

class DelayedDeleteRecords extends DelayedOperation {
  readonly taskName = 'delete-records-expired';
  readonly #deletions: readonly Deletion[];
  readonly #hosted: HostedPartitions;
  readonly #answer: () => void;

  constructor(deletions: readonly Deletion[], hosted: HostedPartitions, answer: () => void) {
    super();
    this.#deletions = deletions;
    this.#hosted = hosted;
    this.#answer = answer;
    for (const deletion of deletions) {
      if (deletion.error !== 'NONE') continue;
      deletion.isWaiting = true;
      deletion.error = 'REQUEST_TIMED_OUT';
    }
  }

  canComplete(): boolean {
    let isAnyWaiting = false;
    for (const deletion of this.#deletions) {
      if (deletion.isWaiting && !this.#settle(deletion)) isAnyWaiting = true;
    }
    return !isAnyWaiting;
  }

  protected complete(): void {
    this.#answer();
  }

  #settle(deletion: Deletion): boolean {
    const found = this.#hosted.find(deletion.topic, deletion.index);
    if (typeof found === 'string') {
      deletion.settle(found, unknownLowWatermark);
    } else if (found.leaderLog === undefined) {
      deletion.settle('NOT_LEADER_OR_FOLLOWER', unknownLowWatermark);
    } else {
      const low = lowWatermark(found);
      if (low < deletion.requiredOffset) return false;
      deletion.settle('NONE', low);
    }
    return true;
  }
}

function toResponse(deletions: readonly Deletion[]): DeleteRecordsResponse {
  const topics = new Map<string, DeleteRecordsResponse['topics'][number]['partitions'][number][]>();
  for (const { topic, index, lowWatermark: low, error } of deletions) {
    const partitions = topics.get(topic) ?? [];
    topics.set(topic, partitions);
    partitions.push({ partitionIndex: index, lowWatermark: low, errorCode: error });
  }
  return {
    throttleTimeMs: 0,
    topics: [...topics].map(([name, partitions]) => ({ name, partitions })),
  };
}
