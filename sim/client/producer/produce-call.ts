import { type TopicProduceData } from '../../protocol/messages/produce-request.ts';
import { type TopicProduceResponse } from '../../protocol/messages/produce-response.ts';
import { type RecordBatch } from '../../protocol/record-batch.ts';
import { type Uuid, zeroUuid } from '../../protocol/uuid.ts';
import { type ClientResponse, type ResponseHandler } from '../in-flight-request.ts';
import { type ProducerBatch } from './producer-batch.ts';

/** Hears of a Produce request that is over. */
export interface ProduceOwner {
  readonly produceCompleted: (call: ProduceCall, response: ClientResponse) => void;
}

interface MutableTopicData {
  readonly name: string;
  readonly topicId: Uuid;
  readonly partitionData: { readonly index: number; readonly records: readonly RecordBatch[] }[];
}

/** A Produce request on its way: one batch of each of several partitions with the same leader. */
export class ProduceCall implements ResponseHandler {
  readonly batches: readonly ProducerBatch[];
  readonly #owner: ProduceOwner;
  /** The batch whose answer probably comes next. */
  #next = 0;

  constructor(batches: readonly ProducerBatch[], owner: ProduceOwner) {
    this.batches = batches;
    this.#owner = owner;
  }

  completed(response: ClientResponse): void {
    this.#owner.produceCompleted(this, response);
  }

  get sizeInBytes(): number {
    return this.batches.reduce((size, { batch }) => size + batch.sizeInBytes, 0);
  }

  /** The batches by topic, topics in the order in which they come. */
  topicData(): readonly TopicProduceData[] {
    const topics: MutableTopicData[] = [];
    for (const { partition, topicId, batch } of this.batches) {
      const data = { index: partition.partition, records: [batch] };
      const topic = topics.find(({ name }) => name === partition.topic);
      if (topic === undefined) {
        topics.push({ name: partition.topic, topicId, partitionData: [data] });
      } else topic.partitionData.push(data);
    }
    return topics;
  }

  /** The batch that an answer is about; brokers answer in the order of the request. */
  find({ name, topicId }: TopicProduceResponse, index: number): ProducerBatch | undefined {
    const isMeant = (batch: ProducerBatch | undefined): boolean => {
      if (batch?.partition.partition !== index) return false;
      return topicId === zeroUuid ? batch.partition.topic === name : batch.topicId === topicId;
    };
    const guess = this.batches[this.#next];
    this.#next += 1;
    return isMeant(guess) ? guess : this.batches.find(isMeant);
  }
}
