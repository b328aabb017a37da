import { type Context, type Task } from '../../kernel/process.ts';
import { Api, type Frame, type Response } from '../../protocol/api.ts';
import { type ErrorName } from '../../protocol/errors.ts';
import {
  type AddPartitionsToTxnTopic,
  type AddPartitionsToTxnTransaction,
} from '../../protocol/messages/add-partitions-to-txn-request.ts';
import { type AddPartitionsToTxnResult } from '../../protocol/messages/add-partitions-to-txn-response.ts';
import { type TxnUid } from '../../protocol/record-batch.ts';
import { transactionStateTopic } from '../../protocol/topic-name.ts';
import { type Fact, type PartitionName } from '../../trace.ts';
import { type MetadataImage } from '../metadata/metadata-image.ts';
import { type InterBrokerSender, interBrokerCall } from '../outgoing/inter-broker-sender.ts';

/**
 * What a leader asks of a transaction's coordinator, by what the client understands: whether the
 * partitions belong to the transaction, or that they do from now on (KIP-890).
 */
export type TransactionOperation = 'defaultError' | 'genericErrorSupported' | 'addPartition';

/** Partitions of one transaction that this broker leads. */
export interface TransactionQuestion {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly partitions: readonly { readonly topic: string; readonly partition: number }[];
  readonly operation: TransactionOperation;
  readonly txnUid: TxnUid;
  /** Called once: with the partitions that may not be appended to, and why. */
  readonly done: (errors: ReadonlyMap<PartitionName, ErrorName>) => void;
}

export interface AddPartitionsParts {
  readonly context: Context<Frame, Fact>;
  readonly image: MetadataImage;
  readonly sender: InterBrokerSender;
  /** The partition of `__transaction_state` that an id belongs to. */
  readonly statePartitionOf: (transactionalId: string) => number;
}

/** Questions that go to one broker as one request. */
interface QuestionBatch {
  readonly byId: Map<string, TransactionQuestion>;
  /** As the first of them understands errors. */
  readonly operation: TransactionOperation;
}

/** Asks coordinators about transactions, one request to each at a time (`AddPartitionsToTxnManager`). */
export class AddPartitionsSender {
  readonly #parts: AddPartitionsParts;
  readonly #batches = new Map<number, QuestionBatch>();
  readonly #inFlight = new Set<number>();
  readonly #sendLater: Task;
  #isSendingLater = false;

  constructor(parts: AddPartitionsParts) {
    this.#parts = parts;
    this.#sendLater = {
      taskName: 'send-add-partitions-to-txn',
      run: () => {
        this.#isSendingLater = false;
        this.#sendAll();
      },
    };
  }

  ask(question: TransactionQuestion): void {
    const coordinator = this.#coordinatorOf(question.transactionalId);
    if (coordinator === undefined) {
      question.done(allWith(question, 'COORDINATOR_NOT_AVAILABLE'));
      return;
    }
    this.#add(coordinator, question);
  }

  #coordinatorOf(transactionalId: string): number | undefined {
    const { image, statePartitionOf } = this.#parts;
    const leader = image.partition(
      transactionStateTopic,
      statePartitionOf(transactionalId),
    )?.leader;
    return leader === undefined || image.aliveBrokerEpoch(leader) < 0 ? undefined : leader;
  }

  /**
   * Of one transaction only the newest question waits: one with a later epoch has fenced the producer
   * of the other, one with the same epoch is taken for a retry.
   */
  #add(coordinator: number, question: TransactionQuestion): void {
    const { transactionalId, producerEpoch, operation } = question;
    const batch: QuestionBatch = this.#batches.get(coordinator) ?? { byId: new Map(), operation };
    this.#batches.set(coordinator, batch);
    const known = batch.byId.get(transactionalId);
    if (known !== undefined && known.producerEpoch > producerEpoch) {
      question.done(allWith(question, 'INVALID_PRODUCER_EPOCH'));
      return;
    }
    batch.byId.set(transactionalId, question);
    if (known !== undefined) {
      const isOlder = known.producerEpoch < producerEpoch;
      known.done(allWith(known, isOlder ? 'INVALID_PRODUCER_EPOCH' : 'NETWORK_EXCEPTION'));
    }
    this.#wakeUp();
  }

  #wakeUp(): void {
    if (this.#isSendingLater) return;
    this.#isSendingLater = true;
    this.#parts.context.setTimer(0, this.#sendLater);
  }

  #sendAll(): void {
    for (const [coordinator, batch] of this.#batches) {
      if (this.#inFlight.has(coordinator)) continue;
      this.#batches.delete(coordinator);
      this.#inFlight.add(coordinator);
      this.#send(coordinator, batch);
    }
  }

  #send(coordinator: number, batch: QuestionBatch): void {
    const transactions = [...batch.byId.values()].map(transactionOf);
    const body = {
      transactions,
      v3AndBelowTransactionalId: '',
      v3AndBelowProducerId: 0,
      v3AndBelowProducerEpoch: 0,
      v3AndBelowTopics: [],
    };
    const over = (): void => {
      this.#inFlight.delete(coordinator);
      if (this.#batches.has(coordinator)) this.#wakeUp();
    };
    const call = interBrokerCall(Api.addPartitionsToTxn, body, {
      answered: (response) => {
        settleAll(batch, response);
        over();
      },
      disconnected: () => {
        failAll(batch, 'NETWORK_EXCEPTION');
        over();
      },
    });
    this.#parts.sender.send(coordinator, call);
  }
}

function transactionOf(question: TransactionQuestion): AddPartitionsToTxnTransaction {
  const { transactionalId, producerId, producerEpoch, operation, txnUid } = question;
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of question.partitions) {
    const known = topics.get(topic);
    if (known === undefined) topics.set(topic, [partition]);
    else known.push(partition);
  }
  const named = [...topics].map(([name, partitions]): AddPartitionsToTxnTopic => ({
    name,
    partitions,
  }));
  const verifyOnly = operation !== 'addPartition';
  return { transactionalId, producerId, producerEpoch, verifyOnly, topics: named, txnUid };
}

function settleAll(batch: QuestionBatch, response: Response): void {
  if (response.apiKey !== Api.addPartitionsToTxn) return;
  const { errorCode, resultsByTransaction } = response.body;
  if (errorCode !== 'NONE') {
    failAll(batch, errorCode);
    return;
  }
  for (const result of resultsByTransaction) {
    batch.byId.get(result.transactionalId)?.done(errorsOf(result, batch.operation));
  }
}

function errorsOf(
  { topicResults }: AddPartitionsToTxnResult,
  operation: TransactionOperation,
): ReadonlyMap<PartitionName, ErrorName> {
  const errors = new Map<PartitionName, ErrorName>();
  for (const { name, resultsByPartition } of topicResults) {
    for (const { partitionIndex, partitionErrorCode: error } of resultsByPartition) {
      if (error === 'NONE') continue;
      errors.set(`${name}-${partitionIndex}`, producerError(error, operation));
    }
  }
  return errors;
}

/** The error as a producer expects it at a Produce. */
function producerError(error: ErrorName, operation: TransactionOperation): ErrorName {
  if (error === 'PRODUCER_FENCED') return 'INVALID_PRODUCER_EPOCH';
  const isUnknown = error === 'TRANSACTION_ABORTABLE' && operation === 'defaultError';
  return isUnknown ? 'INVALID_TXN_STATE' : error;
}

function failAll({ byId }: QuestionBatch, error: ErrorName): void {
  for (const question of byId.values()) question.done(allWith(question, error));
}

function allWith(
  { partitions }: TransactionQuestion,
  error: ErrorName,
): ReadonlyMap<PartitionName, ErrorName> {
  return new Map(partitions.map(({ topic, partition }) => [`${topic}-${partition}`, error]));
}
