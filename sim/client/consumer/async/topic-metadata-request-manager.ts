import { Api, type Response } from '../../../protocol/api.ts';
import { errorProperties } from '../../../protocol/errors.ts';
import { type MetadataResponse } from '../../../protocol/messages/metadata-response.ts';
import { zeroUuid } from '../../../protocol/uuid.ts';
import { type TopicPartition, topicPartition } from '../../topic-partition.ts';
import { type AsyncParts } from './async-parts.ts';
import { failureOfError, timeoutFailure } from './failure.ts';
import { Future } from './future.ts';
import { type BackgroundHandler } from './network-client-delegate.ts';
import { type RequestManager } from './request-manager.ts';
import { RequestState } from './request-state.ts';

/** Asks for topics of which the consumer's own metadata know nothing (`TopicMetadataRequestManager`). */
export class TopicMetadataRequestManager implements RequestManager {
  readonly #parts: AsyncParts;
  #open: TopicQuestion[] = [];

  constructor(parts: AsyncParts) {
    this.#parts = parts;
  }

  /** @returns The partitions in the order of their numbers; none if there is no such topic. */
  partitionsOf(topic: string, deadlineMs: number): Future<readonly TopicPartition[]> {
    const question = new TopicQuestion(topic, deadlineMs, new RequestState(this.#parts.backoff));
    this.#open.push(question);
    return question.result;
  }

  poll(nowMs: number): number {
    if (this.#open.length === 0) return Infinity;
    for (const question of this.#open) question.expire(nowMs);
    this.#open = this.#open.filter(({ result }) => !result.isDone);
    let waitMs = Infinity;
    for (const question of this.#open) {
      if (question.state.canSend(nowMs)) this.#send(question);
      else if (!question.state.isInFlight) {
        waitMs = Math.min(waitMs, question.state.remainingBackoffMs(nowMs));
      }
    }
    return waitMs;
  }

  #send(question: TopicQuestion): void {
    const { network, config } = this.#parts;
    question.state.sent();
    const request = {
      topics: [{ topicId: zeroUuid, name: question.topic }],
      allowAutoTopicCreation: config.allowAutoCreateTopics,
      includeClusterAuthorizedOperations: false,
      includeTopicAuthorizedOperations: false,
    };
    network.sendToAny(Api.metadata, request, question);
  }
}

class TopicQuestion implements BackgroundHandler {
  readonly topic: string;
  readonly state: RequestState;
  readonly result = new Future<readonly TopicPartition[]>();
  readonly #deadlineMs: number;

  constructor(topic: string, deadlineMs: number, state: RequestState) {
    this.topic = topic;
    this.state = state;
    this.#deadlineMs = deadlineMs;
  }

  expire(nowMs: number): void {
    if (nowMs >= this.#deadlineMs) this.result.fail(timeoutFailure);
  }

  answered(response: Response, nowMs: number): void {
    if (response.apiKey !== Api.metadata) return;
    const partitions = this.#partitionsIn(response.body);
    if (partitions === undefined) this.state.failed(nowMs);
    else this.result.complete(partitions);
  }

  failed(_failure: unknown, nowMs: number): void {
    this.state.failed(nowMs);
  }

  /** Undefined: the question is to be asked again. */
  #partitionsIn({ topics }: MetadataResponse): readonly TopicPartition[] | undefined {
    const answer = topics.find(({ name }) => name === this.topic);
    const error = answer?.errorCode ?? 'UNKNOWN_TOPIC_OR_PARTITION';
    if (error === 'UNKNOWN_TOPIC_OR_PARTITION') return [];
    if (answer === undefined || error !== 'NONE') {
      if (!errorProperties(error).retriable) this.result.fail(failureOfError(error));
      return undefined;
    }
    return answer.partitions
      .map(({ partitionIndex }) => partitionIndex)
      .sort((one, other) => one - other)
      .map((number) => topicPartition(this.topic, number));
  }
}
