import { type Context, type Task } from '../../kernel/process.ts';
import { milliseconds } from '../../kernel/time.ts';
import { Api, type Frame, type Response } from '../../protocol/api.ts';
import {
  type PartitionData,
  type TopicData,
} from '../../protocol/messages/alter-partition-request.ts';
import { type AlterPartitionResponse } from '../../protocol/messages/alter-partition-response.ts';
import { type Fact } from '../../trace.ts';
import { type ControllerChannel } from '../outgoing/controller-channel.ts';
import { isrChangeAnswered } from './isr-changes.ts';
import { type IsrProposal } from './isr-state.ts';
import { type Partition } from './partition.ts';

interface Waiting {
  readonly partition: Partition;
  readonly proposal: IsrProposal;
}

const retryAfter = milliseconds(50);

/**
 * Takes proposed ISRs to the controller: one request for the whole broker at a time, with everything
 * that waits, and for each partition at most one proposal (`DefaultAlterPartitionManager`). It never
 * gives up: a proposal ends by an answer, or by metadata that make it pointless.
 */
export class AlterPartitionManager {
  readonly #context: Context<Frame, Fact>;
  readonly #channel: ControllerChannel;
  readonly #broker: { readonly brokerId: number; readonly brokerEpoch: () => number };
  /** Sent or not; by topic id and partition, since a partition made again is another. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #send: Task = {
    taskName: 'send-alter-partition',
    run: () => {
      this.#sendWaiting();
    },
  };
  #isInFlight = false;

  constructor(
    context: Context<Frame, Fact>,
    channel: ControllerChannel,
    broker: { readonly brokerId: number; readonly brokerEpoch: () => number },
  ) {
    this.#context = context;
    this.#channel = channel;
    this.#broker = broker;
  }

  propose(partition: Partition, proposal: IsrProposal): void {
    const key = keyOf(partition.topicId, partition.index);
    if (this.#waiting.has(key)) {
      isrChangeAnswered(partition, proposal, { errorCode: 'OPERATION_NOT_ATTEMPTED' });
      return;
    }
    this.#waiting.set(key, { partition, proposal });
    this.#sendWaiting();
  }

  #sendWaiting(): void {
    if (this.#isInFlight || this.#waiting.size === 0) return;
    this.#isInFlight = true;
    const sent = [...this.#waiting.values()];
    this.#channel.send(
      Api.alterPartition,
      {
        brokerId: this.#broker.brokerId,
        brokerEpoch: this.#broker.brokerEpoch(),
        topics: byTopic(sent),
      },
      {
        answered: (response) => {
          this.#answered(response, sent);
        },
        // The channel of this manager never gives up.
        timedOut: () => undefined,
      },
    );
  }

  #answered(response: Response, sent: readonly Waiting[]): void {
    if (response.apiKey !== Api.alterPartition) return;
    if (response.body.errorCode === 'NONE') {
      this.#settle(response.body, sent);
      this.#isInFlight = false;
      this.#sendWaiting();
    } else {
      this.#isInFlight = false;
      this.#context.setTimer(retryAfter, this.#send);
    }
  }

  /** A partition that the answer leaves out stays, to be sent again. */
  #settle(body: AlterPartitionResponse, sent: readonly Waiting[]): void {
    const answers = new Map(
      body.topics.flatMap(({ topicId, partitions }) =>
        partitions.map((answer) => [keyOf(topicId, answer.partitionIndex), answer] as const),
      ),
    );
    for (const { partition, proposal } of sent) {
      const key = keyOf(partition.topicId, partition.index);
      const answer = answers.get(key);
      if (answer === undefined) continue;
      this.#waiting.delete(key);
      isrChangeAnswered(partition, proposal, answer);
    }
  }
}

function keyOf(topicId: string, partition: number): string {
  return `${topicId}-${partition}`;
}

function byTopic(waiting: readonly Waiting[]): TopicData[] {
  const topics = new Map<string, PartitionData[]>();
  for (const { partition, proposal } of waiting) {
    const partitions = topics.get(partition.topicId) ?? [];
    topics.set(partition.topicId, partitions);
    partitions.push({
      partitionIndex: partition.index,
      leaderEpoch: proposal.leaderEpoch,
      newIsr: [],
      newIsrWithEpochs: proposal.newIsr,
      leaderRecoveryState: proposal.leaderRecoveryState,
      partitionEpoch: proposal.partitionEpoch,
    });
  }
  return [...topics].map(([topicId, partitions]) => ({ topicId, partitions }));
}
