import { type Boot } from '../../kernel/process.ts';
import { type ProducerOperation } from '../../plan.ts';
import { type Endpoint, type Resolve } from '../../protocol/addresses.ts';
import { type Frame } from '../../protocol/api.ts';
import { type ProducerConfig } from '../../protocol/config/producer-config.ts';
import { type RecordId } from '../../protocol/record-batch.ts';
import { type Switches } from '../../switches.ts';
import { type Fact } from '../../trace.ts';
import { KafkaProducer } from '../producer/kafka-producer.ts';
import { ProducerApplication } from './producer-application.ts';
import { ProducerSchedule } from './producer-schedule.ts';

export interface ProducerOptions {
  readonly name: string;
  readonly config: ProducerConfig;
  readonly bootstrap: readonly Endpoint[];
  readonly resolve: Resolve;
  readonly switches: Switches;
  readonly workload: readonly ProducerOperation[];
  /** Unique in the run. */
  readonly nextRecordId: () => RecordId;
}

/** An application that sends records; each life of it has a producer of its own. */
export function bootProducer(options: ProducerOptions): Boot<Frame, Fact> {
  let lives = 0;
  return (context) => {
    lives += 1;
    const { name, workload, nextRecordId } = options;
    const producer = new KafkaProducer({ ...options, context, session: `${name}/${lives}` });
    const schedule = new ProducerSchedule(workload, context.monotonic());
    return new ProducerApplication(context, producer, schedule, nextRecordId);
  };
}
