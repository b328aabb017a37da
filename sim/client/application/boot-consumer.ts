import { type Boot } from '../../kernel/process.ts';
import { type Endpoint, type Resolve } from '../../protocol/addresses.ts';
import { type Frame } from '../../protocol/api.ts';
import { type ConsumerConfig } from '../../protocol/config/consumer-config.ts';
import { type ConsumerOperation } from '../../plan.ts';
import { type Switches } from '../../switches.ts';
import { type Fact } from '../../trace.ts';
import { ConsumerApplication } from './consumer-application.ts';
import { KafkaConsumer } from '../consumer/kafka-consumer.ts';

export interface ConsumerOptions {
  readonly config: ConsumerConfig;
  readonly bootstrap: readonly Endpoint[];
  readonly resolve: Resolve;
  readonly switches: Switches;
  /** How long the application works on what a poll has returned, before the next. */
  readonly processingMs: number;
  readonly workload: readonly ConsumerOperation[];
}

/** An application with a consumer that assigns its partitions itself. */
export function bootConsumer(options: ConsumerOptions): Boot<Frame, Fact> {
  return (context) => {
    const { config, bootstrap, resolve, switches } = options;
    const consumer = new KafkaConsumer({ context, config, bootstrap, resolve, switches });
    return new ConsumerApplication(context, consumer, options);
  };
}
