import { present } from '../../kernel/assert.ts';
import { type ProducerConfig } from '../../protocol/config/producer-config.ts';
import { type TopicView } from '../metadata-snapshot.ts';
import { partitionForKey } from './built-in-partitioner.ts';
import { type ProducerRecord } from './producer-record.ts';

/** Chooses the partition of a record for which the application has chosen none (`KafkaProducer.partition`). */
export interface RecordPartitioner {
  /** `undefined`: any partition will do. */
  readonly choose: (record: ProducerRecord, view: TopicView) => number | undefined;
}

/** The partitioner that the configs name: by key unless they ignore keys, or one after the other. */
export function recordPartitioner(config: ProducerConfig): RecordPartitioner {
  if (config.partitionerClass !== undefined) return new RoundRobinPartitioner();
  return config.partitionerIgnoreKeys ? anyPartition : byKey;
}

const anyPartition: RecordPartitioner = { choose: () => undefined };

const byKey: RecordPartitioner = {
  choose: ({ key }, { partitions }) =>
    key === null ? undefined : partitionForKey(key, partitions.length),
};

/** The only other one that Kafka has: each record goes to the next partition, whatever its key. */
class RoundRobinPartitioner implements RecordPartitioner {
  readonly #counts = new Map<string, number>();

  choose({ topic }: ProducerRecord, { available, partitions }: TopicView): number {
    const count = this.#counts.get(topic) ?? 0;
    this.#counts.set(topic, count + 1);
    if (available.length === 0) return count % partitions.length;
    return present(available[count % available.length], 'partition').metadata.partition;
  }
}
