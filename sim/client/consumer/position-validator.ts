import { Api, type Response } from '../../protocol/api.ts';
import { type EpochEndOffset } from '../../protocol/messages/offset-for-leader-epoch-response.ts';
import { type PartitionName } from '../../trace.ts';
import { type ClusterNode } from '../metadata-snapshot.ts';
import { type ConsumerException } from './consumer-exception.ts';
import { type ReaderParts } from './consumer-parts.ts';
import { isSamePosition } from './fetch-position.ts';
import { epochEndRequest, type PositionQuestion, readEpochEnds } from './leader-epoch-end.ts';
import { QuestionRetries } from './question-retries.ts';

/**
 * Finds out, whenever a partition has a new leader or leader epoch, whether the log before the position
 * is still the one that was read (KIP-320; `PositionsValidator`, `OffsetFetcher`).
 */
export class PositionValidator {
  readonly #parts: ReaderParts;
  readonly #retries: QuestionRetries;
  #metadataVersion = -1;
  /** Is told at the next call, once. */
  #exception: ConsumerException | undefined = undefined;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
    this.#retries = new QuestionRetries(parts);
  }

  /** Whether all positions have been compared with the metadata that there are. */
  get isUpToDate(): boolean {
    return this.#parts.metadata.updateVersion === this.#metadataVersion;
  }

  /** What went wrong since the last call; told once. */
  takeException(): ConsumerException | undefined {
    const exception = this.#exception;
    this.#exception = undefined;
    return exception;
  }

  /** Compares all positions with new metadata. */
  compareWithMetadata(): void {
    if (this.isUpToDate) return;
    const { metadata, subscriptions } = this.#parts;
    this.#metadataVersion = metadata.updateVersion;
    for (const partition of subscriptions.partitions()) {
      partition.validateFor(metadata.currentLeader(partition.topic, partition.partition));
    }
  }

  /** Asks the leaders of all partitions that await it. @returns What went wrong before. */
  validateIfNeeded(): ConsumerException | undefined {
    const exception = this.takeException();
    if (exception !== undefined) return exception;
    this.compareWithMetadata();
    const { subscriptions, context } = this.#parts;
    const waiting = subscriptions.needingValidation(context.wallClockMs());
    if (waiting.length === 0) return undefined;

    const byLeader = new Map<number, { node: ClusterNode; questions: PositionQuestion[] }>();
    for (const partition of waiting) {
      const node = partition.position?.currentLeader.leader;
      if (node === undefined || partition.position === null) continue;
      const question = { partition, position: partition.position };
      const asked = byLeader.get(node.nodeId);
      if (asked === undefined) byLeader.set(node.nodeId, { node, questions: [question] });
      else asked.questions.push(question);
    }
    for (const { node, questions } of byLeader.values()) this.#ask(node, questions);
    return undefined;
  }

  #ask(node: ClusterNode, questions: readonly PositionQuestion[]): void {
    const { network } = this.#parts;
    // Whether the broker can answer is known when it has said which requests it has.
    if (!network.knowsVersionsOf(node)) {
      network.tryConnect(node);
      return;
    }
    this.#retries.asked(questions);
    network.send(node, Api.offsetForLeaderEpoch, epochEndRequest(questions), {
      answered: (response) => {
        this.#answered(questions, response);
      },
      failed: () => {
        this.#retries.failed(questions);
      },
    });
  }

  #answered(questions: readonly PositionQuestion[], response: Response): void {
    if (response.apiKey !== Api.offsetForLeaderEpoch) return;
    const { ends, toRetry, unauthorized } = readEpochEnds(questions, response.body);
    if (unauthorized.length > 0) {
      this.#retries.failed(questions);
      this.#exception ??= { name: 'TopicAuthorizationException', partitions: unauthorized };
      return;
    }
    if (toRetry.length > 0) this.#retries.failedFor(toRetry);
    const truncated: PartitionName[] = [];
    for (const question of questions) {
      const end = ends.get(question.partition.name);
      if (end !== undefined && this.#isLost(question, end)) truncated.push(question.partition.name);
    }
    if (truncated.length === 0) return;
    this.#exception ??= { name: 'LogTruncationException', partitions: truncated };
  }

  /**
   * Takes in where the epoch of the position ends (`SubscriptionState.maybeCompleteValidation`).
   * @returns Whether what was read is gone and no policy says where to go on.
   */
  #isLost(
    { partition: { name }, position: asked }: PositionQuestion,
    end: EpochEndOffset,
  ): boolean {
    const { subscriptions } = this.#parts;
    const partition = subscriptions.get(name);
    const position = partition?.position ?? null;
    if (partition?.state !== 'awaitValidation' || position === null) return false;
    if (!isSamePosition(position, asked)) return false;

    const isUnknown = end.endOffset < 0 || end.leaderEpoch < 0;
    if (!isUnknown && end.endOffset >= position.offset) {
      partition.completeValidation();
      return false;
    }
    if (!subscriptions.hasResetPolicy) return true;
    if (isUnknown) subscriptions.requestReset(partition);
    else {
      subscriptions.truncate(partition, {
        offset: end.endOffset,
        offsetEpoch: end.leaderEpoch,
        currentLeader: position.currentLeader,
      });
    }
    return false;
  }
}
