import { type ClusterUnderTest } from '../../../../cluster-under-test.ts';
import { present } from '../../../../kernel/assert.ts';
import { milliseconds, seconds } from '../../../../kernel/time.ts';
import { Api } from '../../../../protocol/api.ts';
import { BatchBuilder } from '../../../../protocol/batch-builder.ts';
import { type Properties } from '../../../../protocol/config/config-definition.ts';
import { type ErrorName } from '../../../../protocol/errors.ts';
import { type EndTxnRequest } from '../../../../protocol/messages/end-txn-request.ts';
import { type ProduceRequest } from '../../../../protocol/messages/produce-request.ts';
import { type BrokerId } from '../../../../trace.ts';

/** One partition of each coordinator's topic, on all three brokers. */
export const transactionProperties: Properties = {
  'transaction.state.log.num.partitions': '1',
  'transaction.state.log.replication.factor': '3',
  'transaction.state.log.min.isr': '2',
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': '500',
  'offsets.topic.num.partitions': '1',
  'offsets.topic.replication.factor': '3',
  'group.initial.rebalance.delay.ms': '0',
  'broker.session.timeout.ms': '3000',
};

/** A topic with one partition, and who leads it. */
export interface LedTopic {
  readonly name: string;
  readonly topicId: string;
  readonly leader: BrokerId;
}

/** Versions of the requests: those of transactions v2, or the last of v1. */
export type Protocol = 'v1' | 'v2';

const retriedErrors: readonly ErrorName[] = [
  'COORDINATOR_LOAD_IN_PROGRESS',
  'CONCURRENT_TRANSACTIONS',
];

const mostAttempts = 60;

/** A producer with a transactional id, call by call. For tests. */
export class TransactionalClient {
  readonly cluster: ClusterUnderTest;
  readonly protocol: Protocol;
  readonly transactionalId: string;
  producerId = -1;
  epoch = -1;
  txnUid = 1;
  coordinator: BrokerId = -1;

  constructor(cluster: ClusterUnderTest, protocol: Protocol = 'v2', transactionalId = 'payments') {
    this.cluster = cluster;
    this.protocol = protocol;
    this.transactionalId = transactionalId;
  }

  /** Asks a broker as long as it knows no coordinator. */
  find(asked: BrokerId = 1): this {
    for (let asks = 0; asks < mostAttempts; asks += 1) {
      const request = { key: '', keyType: 1, coordinatorKeys: [this.transactionalId] };
      const on = { on: 'find' };
      const { coordinators } = this.cluster.ask(asked, Api.findCoordinator, request, on);
      const found = present(coordinators[0], 'coordinator');
      this.coordinator = found.nodeId;
      this.cluster.run(seconds(1));
      if (found.errorCode === 'NONE') return this;
    }
    throw new Error('there is no coordinator');
  }

  /** Initialises as long as it is told to try again. */
  init(timeoutMs = 60_000): this {
    let error = this.tryInit(timeoutMs);
    for (let tries = 1; tries < mostAttempts && retriedErrors.includes(error); tries += 1) {
      this.cluster.run(milliseconds(50));
      error = this.tryInit(timeoutMs);
    }
    if (error !== 'NONE') throw new Error(error);
    return this;
  }

  /** `expectedEpoch`: of the producer that goes on after an error (KIP-360). */
  tryInit(timeoutMs = 60_000, expectedEpoch = -1): ErrorName {
    const answer = this.cluster.ask(this.coordinator, Api.initProducerId, {
      transactionalId: this.transactionalId,
      transactionTimeoutMs: timeoutMs,
      producerId: expectedEpoch < 0 ? -1 : this.producerId,
      producerEpoch: expectedEpoch,
      enable2Pc: false,
      keepPreparedTxn: false,
    });
    if (answer.errorCode === 'NONE') {
      this.producerId = answer.producerId;
      this.epoch = answer.producerEpoch;
    }
    return answer.errorCode;
  }

  /** Adds a partition, as clients of transactions v1 do. */
  add({ name }: LedTopic): ErrorName {
    const { transactionalId, producerId, epoch, txnUid } = this;
    const request = {
      transactions: [],
      v3AndBelowTransactionalId: transactionalId,
      v3AndBelowProducerId: producerId,
      v3AndBelowProducerEpoch: epoch,
      v3AndBelowTopics: [{ name, partitions: [0] }],
      txnUid,
    };
    const apiVersion = { apiVersion: 3 };
    const answer = this.cluster.ask(this.coordinator, Api.addPartitionsToTxn, request, apiVersion);
    const [topic] = answer.resultsByTopicV3AndBelow;
    return present(topic?.resultsByPartition[0], 'answer').partitionErrorCode;
  }

  /** Sends one record; clients of v1 have added the partition before. */
  produce(topic: LedTopic, sequence = 0): ErrorName {
    const request = this.produceRequest(topic, sequence);
    const apiVersion = this.protocol === 'v1' ? { apiVersion: 11 } : {};
    const { responses } = this.cluster.ask(topic.leader, Api.produce, request, apiVersion);
    return present(responses[0]?.partitionResponses[0], 'answer').errorCode;
  }

  produceRequest({ name, topicId }: LedTopic, sequence = 0): ProduceRequest {
    const builder = new BatchBuilder({ writeLimitBytes: 1_000_000 });
    builder.append(1_000, { key: null, value: 'x', headers: [] });
    const batch = builder.build({
      producerId: this.producerId,
      producerEpoch: this.epoch,
      baseSequence: sequence,
      isTransactional: true,
      txnUid: this.txnUid,
    });
    return {
      transactionalId: this.transactionalId,
      acks: -1,
      timeoutMs: 30_000,
      topicData: [{ name, topicId, partitionData: [{ index: 0, records: [batch] }] }],
    };
  }

  /** Ends the transaction; of v2 the next has the next epoch. */
  end(committed: boolean): ErrorName {
    const apiVersion = this.protocol === 'v1' ? { apiVersion: 4 } : {};
    const request = this.endRequest(committed);
    const answer = this.cluster.ask(this.coordinator, Api.endTxn, request, apiVersion);
    if (answer.errorCode === 'NONE' && this.protocol === 'v2') {
      this.producerId = answer.producerId;
      this.epoch = answer.producerEpoch;
    }
    return answer.errorCode;
  }

  endRequest(committed: boolean): EndTxnRequest {
    const { transactionalId, producerId, epoch: producerEpoch, txnUid } = this;
    return { transactionalId, producerId, producerEpoch, committed, txnUid };
  }

  /** As the coordinator has it now. */
  state(): string {
    const request = { transactionalIds: [this.transactionalId] };
    const { transactionStates } = this.cluster.ask(
      this.coordinator,
      Api.describeTransactions,
      request,
      { on: 'describe' },
    );
    const [described] = transactionStates;
    return described?.errorCode === 'NONE'
      ? described.transactionState
      : (described?.errorCode ?? '');
  }
}
