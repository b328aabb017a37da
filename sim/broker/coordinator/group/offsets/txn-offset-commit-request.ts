import { Api } from '../../../../protocol/api.ts';
import { type ErrorName } from '../../../../protocol/errors.ts';
import {
  type OffsetCommitRequest,
  type OffsetCommitRequestTopic,
} from '../../../../protocol/messages/offset-commit-request.ts';
import { type OffsetCommitResponseTopic } from '../../../../protocol/messages/offset-commit-response.ts';
import { type TxnOffsetCommitRequest } from '../../../../protocol/messages/txn-offset-commit-request.ts';
import { type TxnOffsetCommitResponseTopic } from '../../../../protocol/messages/txn-offset-commit-response.ts';
import { noTxnUid } from '../../../../protocol/record-batch.ts';
import { offsetsTopic } from '../../../../protocol/topic-name.ts';
import { zeroUuid } from '../../../../protocol/uuid.ts';
import { noGuard, type VerificationGuard } from '../../../log/transaction-verification.ts';
import { type MetadataImage } from '../../../metadata/metadata-image.ts';
import { type TransactionOperation } from '../../../produce/add-partitions-sender.ts';
import { type TransactionVerifier } from '../../../produce/transaction-verifier.ts';
import { type PurgatoryChecks } from '../../../replica/purgatory-checks.ts';
import { type Exchange } from '../../../server/request-server.ts';
import { answeredError, nothing } from '../../runtime/coordinator-operation.ts';
import { type Group } from '../group.ts';
import { type GroupCoordinator } from '../group-coordinator.ts';
import { committerIn, noCommitter } from '../group-fact-recorder.ts';
import { type GroupMachine } from '../group-machine.ts';
import { commitError, committed, refusedCommit } from './offset-commit.ts';

export interface TxnOffsetCommitParts {
  readonly groups: GroupCoordinator;
  readonly image: MetadataImage;
  readonly verifier: TransactionVerifier;
  readonly checks: PurgatoryChecks;
  readonly wallClockMs: () => number;
  /** `offset.metadata.max.bytes` */
  readonly maxMetadataLength: number;
}

/** From here on clients know that a coordinator may be loading. */
const firstVersionWithLoading = 2;
/** From here on clients understand TRANSACTION_ABORTABLE. */
const firstVersionWithAbortable = 4;
/** From here on the coordinator itself adds the partition of the offsets to the transaction. */
const firstVersionThatAdds = 5;

/**
 * Answers TxnOffsetCommit, when the offsets are in the log: they count when the transaction is committed
 * (`KafkaApis.handleTxnOffsetCommitRequest`).
 */
export function txnOffsetCommit(
  exchange: Exchange,
  request: TxnOffsetCommitRequest,
  parts: TxnOffsetCommitParts,
): void {
  const { groups, verifier, checks } = parts;
  const { transactionalId, groupId, producerId, producerEpoch, txnUid = noTxnUid } = request;
  const answering = new TxnOffsetCommitAnswer(exchange, request, parts);
  if (answering.commit.topics.length === 0) {
    answering.answer([]);
    return;
  }
  if (groupId === '') {
    answering.refuse('INVALID_GROUP_ID');
    return;
  }
  const partition = groups.partitionOf(groupId);
  const name = `${offsetsTopic}-${partition}`;
  const operation = operationOf(exchange.request.apiVersion);
  const places = [{ topic: offsetsTopic, partition, baseSequence: -1 }];
  const producer = { transactionalId, producerId, producerEpoch, txnUid };
  let isAtOnce = true;
  verifier.verify({ ...producer, places, operation }, ({ errors, guards }) => {
    const error = errors.get(name);
    if (error === undefined) answering.write(guards.get(name) ?? noGuard);
    else answering.refuse(answeredError(error));
    if (!isAtOnce) checks.run();
  });
  isAtOnce = false;
}

function operationOf(apiVersion: number): TransactionOperation {
  if (apiVersion >= firstVersionThatAdds) return 'addPartition';
  return apiVersion >= firstVersionWithAbortable ? 'genericErrorSupported' : 'defaultError';
}

/** One TxnOffsetCommit on its way to its answer. */
class TxnOffsetCommitAnswer {
  /** What there is to commit, in the form of a plain commit. */
  readonly commit: OffsetCommitRequest;
  readonly #exchange: Exchange;
  readonly #request: TxnOffsetCommitRequest;
  readonly #parts: TxnOffsetCommitParts;
  /** Of partitions that are not there. */
  readonly #unknown: OffsetCommitResponseTopic[] = [];
  #committer = noCommitter;

  constructor(exchange: Exchange, request: TxnOffsetCommitRequest, parts: TxnOffsetCommitParts) {
    this.#exchange = exchange;
    this.#request = request;
    this.#parts = parts;
    this.commit = {
      groupId: request.groupId,
      generationIdOrMemberEpoch: request.generationId,
      memberId: request.memberId,
      groupInstanceId: request.groupInstanceId,
      retentionTimeMs: -1,
      topics: this.#committableTopics(),
    };
  }

  /** Validates the member and writes the offsets, both at once. */
  write(guard: VerificationGuard): void {
    const { groups, wallClockMs, maxMetadataLength } = this.#parts;
    const { producerId, producerEpoch, txnUid = noTxnUid } = this.#request;
    const error = groups.perform(this.commit.groupId, (machine) => {
      const group = this.#committingGroup(machine);
      const refusal = typeof group === 'string' ? group : this.#memberError(group, machine);
      if (refusal !== 'NONE') {
        this.refuse(refusal);
        return nothing;
      }
      // Such an offset is of whatever topic has the name when it is asked for.
      const topics = this.commit.topics.map((topic) => ({ ...topic, topicId: zeroUuid }));
      const time = { nowMs: wallClockMs(), maxMetadataLength };
      const { records, topics: answers } = committed({ ...this.commit, topics }, time);
      return {
        records,
        replays: true,
        transaction: { producerId, producerEpoch, guard, txnUid },
        settled: (failure) => {
          if (failure === 'NONE') this.answer(answers);
          else this.refuse(failure);
        },
      };
    });
    if (error !== 'NONE') this.refuse(error);
  }

  refuse(error: ErrorName): void {
    const isOld = this.#exchange.request.apiVersion < firstVersionWithLoading;
    const isUnknown = error === 'COORDINATOR_LOAD_IN_PROGRESS' && isOld;
    this.answer(refusedCommit(this.commit, isUnknown ? 'COORDINATOR_NOT_AVAILABLE' : error));
  }

  answer(answers: readonly OffsetCommitResponseTopic[]): void {
    const { groups } = this.#parts;
    const { txnUid = noTxnUid } = this.#request;
    const all = [...this.#unknown, ...answers];
    groups.facts.offsetCommitAnswered(this.commit, all, this.#committer, txnUid);
    this.#exchange.respond(Api.txnOffsetCommit, { throttleTimeMs: 0, topics: mergedByName(all) });
  }

  /** Who commits without a generation needs no group. */
  #committingGroup(machine: GroupMachine): Group | ErrorName {
    const { groupId, generationIdOrMemberEpoch } = this.commit;
    const known = machine.groups.get(groupId);
    if (known === undefined && generationIdOrMemberEpoch >= 0) return 'ILLEGAL_GENERATION';
    return known ?? machine.create(groupId);
  }

  #memberError(group: Group, { switches }: GroupMachine): ErrorName {
    this.#committer = committerIn(group, this.commit.memberId);
    const { apiVersion } = this.#exchange.request;
    const error = commitError(group, this.commit, {
      apiVersion,
      isTransactional: true,
      switches,
    });
    return error === 'STALE_MEMBER_EPOCH' ? 'ILLEGAL_GENERATION' : error;
  }

  #committableTopics(): OffsetCommitRequestTopic[] {
    const { image } = this.#parts;
    const valid: OffsetCommitRequestTopic[] = [];
    for (const { name, partitions } of this.#request.topics) {
      const known = image.topicsByName.get(name);
      const topicId = known?.topicId ?? zeroUuid;
      const isThere = ({ partitionIndex }: { readonly partitionIndex: number }): boolean =>
        known?.partitions[partitionIndex] !== undefined;
      const found = partitions.filter(isThere);
      if (found.length > 0) valid.push({ name, topicId, partitions: found });
      const errorCode = 'UNKNOWN_TOPIC_OR_PARTITION';
      const missing = partitions
        .filter((partition) => !isThere(partition))
        .map(({ partitionIndex }) => ({ partitionIndex, errorCode }) as const);
      if (missing.length > 0) this.#unknown.push({ name, topicId, partitions: missing });
    }
    return valid;
  }
}

function mergedByName(
  answers: readonly OffsetCommitResponseTopic[],
): TxnOffsetCommitResponseTopic[] {
  const topics = new Map<string, TxnOffsetCommitResponseTopic>();
  for (const { name, partitions } of answers) {
    const known = topics.get(name)?.partitions ?? [];
    topics.set(name, { name, partitions: [...known, ...partitions] });
  }
  return [...topics.values()];
}
