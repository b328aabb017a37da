import { FinalizedFeatures } from '../../sim/client/finalized-features.ts';
import { type PendingRequest } from '../../sim/client/producer/pending-request.ts';
import { SequenceTracker } from '../../sim/client/producer/sequence-tracker.ts';
import { TransactionManager } from '../../sim/client/producer/transaction-manager.ts';
import {
  type Begun,
  TransactionOperations,
} from '../../sim/client/producer/transaction-operations.ts';
import { type TransactionalResult } from '../../sim/client/producer/transactional-result.ts';
import { topicPartition } from '../../sim/client/topic-partition.ts';
import { assert, present } from '../../sim/kernel/assert.ts';
import { Api, newestVersion, type Response } from '../../sim/protocol/api.ts';
import { type ErrorName } from '../../sim/protocol/errors.ts';
import { answerOfVersions, responseTo } from './response-frames.ts';

const transactionalId = 'x';
const groupId = 'g';
const partition = topicPartition('t', 0);

/** The transactional part of a producer, in front of nothing. */
export class ProducerUnderTest {
  readonly manager: TransactionManager;
  readonly operations: TransactionOperations;
  /** What the last call waits for. */
  call: TransactionalResult | undefined = undefined;

  constructor(transactionVersion: number) {
    const features = new FinalizedFeatures();
    features.update(answerOfVersions({ 'transaction.version': transactionVersion }));
    this.manager = new TransactionManager({
      transactionalId,
      transactionTimeoutMs: 60_000,
      retryBackoffMs: 100,
      features,
      sequences: new SequenceTracker({
        bumpWaitsInflight: false,
        bumpResetsIdle: true,
        renumbersByHeap: false,
      }),
      hidesRetriable: true,
      listener: { producerIdAssigned: ignore, errorRaised: ignore },
    });
    this.operations = new TransactionOperations(this.manager);
  }

  initialize(): PendingRequest {
    this.#wait(this.operations.initialize());
    return this.next();
  }

  begin(): void {
    this.initialize().answered(initProducerIdAnswer('NONE'));
    this.#acknowledge();
    this.manager.bumps.updateVersion(true);
    this.manager.bumps.coordinatorReady(newestVersion[Api.initProducerId]);
    this.operations.begin(1);
  }

  /** With version 1 there is a request to add the partition. */
  addPartition(): void {
    this.operations.addPartition(partition);
  }

  sendOffsets(): PendingRequest {
    const group = { groupId, generationId: -1, memberId: '', groupInstanceId: null };
    const offsets = [{ partition, offset: 7, leaderEpoch: -1 }];
    this.#wait(this.operations.sendOffsets({ offsets, group }));
    return this.next();
  }

  /** The request that commits the offsets; with version 1 the one before is answered. */
  commitOffsets(): PendingRequest {
    const first = this.sendOffsets();
    if (this.manager.bumps.isVersion2) return first;
    first.answered(addOffsetsAnswer('NONE'));
    return this.next();
  }

  end(isCommit: boolean): PendingRequest {
    this.addPartition();
    if (!this.manager.bumps.isVersion2) this.next().answered(addPartitionsAnswer('NONE'));
    this.#wait(isCommit ? this.operations.commit() : this.operations.abort('application'));
    return this.next();
  }

  /** The request that finds a coordinator, once something has to be sent to that. */
  lookUp(request: PendingRequest): PendingRequest {
    this.manager.lookUp(present(request.coordinator, 'coordinator'));
    return this.next();
  }

  next(): PendingRequest {
    return present(this.manager.nextRequest(false), 'request');
  }

  #wait(begun: Begun): void {
    assert(typeof begun !== 'string', 'the call is possible');
    this.call = begun;
  }

  #acknowledge(): void {
    if (this.call !== undefined) this.call.isAcked = true;
    this.call = undefined;
  }
}

export function initProducerIdAnswer(errorCode: ErrorName): Response {
  return responseTo(Api.initProducerId, {
    throttleTimeMs: 0,
    errorCode,
    producerId: 1_000,
    producerEpoch: 0,
    ongoingTxnProducerId: -1,
    ongoingTxnProducerEpoch: -1,
  });
}

export function findCoordinatorAnswer(errorCode: ErrorName): Response {
  const place = { nodeId: 1, host: 'node-1', port: 9_092 };
  return responseTo(Api.findCoordinator, {
    throttleTimeMs: 0,
    errorCode: 'NONE',
    errorMessage: null,
    nodeId: -1,
    host: '',
    port: -1,
    coordinators: [{ key: transactionalId, ...place, errorCode, errorMessage: null }],
  });
}

export function addPartitionsAnswer(partitionErrorCode: ErrorName): Response {
  const { topic: name, partition: partitionIndex } = partition;
  return responseTo(Api.addPartitionsToTxn, {
    throttleTimeMs: 0,
    errorCode: 'NONE',
    resultsByTransaction: [],
    resultsByTopicV3AndBelow: [
      { name, resultsByPartition: [{ partitionIndex, partitionErrorCode }] },
    ],
  });
}

export function addOffsetsAnswer(errorCode: ErrorName): Response {
  return responseTo(Api.addOffsetsToTxn, { throttleTimeMs: 0, errorCode });
}

export function txnOffsetCommitAnswer(errorCode: ErrorName): Response {
  const { topic: name, partition: partitionIndex } = partition;
  return responseTo(Api.txnOffsetCommit, {
    throttleTimeMs: 0,
    topics: [{ name, partitions: [{ partitionIndex, errorCode }] }],
  });
}

export function endTxnAnswer(errorCode: ErrorName): Response {
  return responseTo(Api.endTxn, {
    throttleTimeMs: 0,
    errorCode,
    producerId: -1,
    producerEpoch: -1,
  });
}

function ignore(): void {
  // Nobody listens.
}
