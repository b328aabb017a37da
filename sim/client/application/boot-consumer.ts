import { type Boot, type Context } from '../../kernel/process.ts';
import { type ConsumerOperation } from '../../plan.ts';
import { type Frame } from '../../protocol/api.ts';
import { type ConsumerConfig } from '../../protocol/config/consumer-config.ts';
import { type ProducerConfig } from '../../protocol/config/producer-config.ts';
import { type Fact } from '../../trace.ts';
import { AsyncKafkaConsumer } from '../consumer/async/async-kafka-consumer.ts';
import { type ConsumerClient } from '../consumer/consumer-client.ts';
import { KafkaConsumer } from '../consumer/kafka-consumer.ts';
import { KafkaProducer } from '../producer/kafka-producer.ts';
import { type ApplicationSurroundings } from './application-surroundings.ts';
import { ClientConnections } from './client-connections.ts';
import { ConsumerApplication } from './consumer-application.ts';
import { Output } from './output.ts';
import { type ProcessingModel } from './processing-model.ts';
import { producerSessions } from './producer-sessions.ts';
import { SendFailures } from './send-failures.ts';
import { Transactions } from './transactions.ts';

export interface ConsumerOptions extends ApplicationSurroundings {
  readonly name: string;
  readonly config: ConsumerConfig;
  readonly model: ProcessingModel;
  /** How long the application works on what a poll has returned. */
  readonly processingMs: number;
  /** Undefined: it sends nothing. */
  readonly output: ConsumerOutput | undefined;
  readonly workload: readonly ConsumerOperation[];
}

/** The producing side of an application that consumes. */
export interface ConsumerOutput {
  readonly config: ProducerConfig;
  readonly topics: readonly string[];
  readonly valueBytes: number;
}

/** An application that consumes, and produces if it has an output. */
export function bootConsumer(options: ConsumerOptions): Boot<Frame, Fact> {
  const { output } = options;
  const create = (context: Context<Frame, Fact>): ConsumerClient =>
    options.config.groupProtocol === 'classic'
      ? new KafkaConsumer({ ...options, context })
      : new AsyncKafkaConsumer({ ...options, context });
  if (output === undefined) {
    return (context) => {
      const consumer = create(context);
      const clients = { consumer, connections: consumer, output: undefined };
      return new ConsumerApplication(context, clients, options);
    };
  }
  const nextSession = producerSessions(options.name);
  return (context) => {
    const connections = new ClientConnections(context);
    const consumer = connections.add(create);
    const { nextTxnUid, nextRecordId } = options;
    const failures = new SendFailures();
    const createProducer = (): KafkaProducer =>
      connections.add((inContext) => {
        const { config } = output;
        return new KafkaProducer({
          ...options,
          config,
          context: inContext,
          session: nextSession(),
          onSendFailed: failures.add,
        });
      });
    const transactions = new Transactions({ createProducer, nextTxnUid });
    const isTransactional = output.config.transactionalId !== undefined;
    const sink = new Output({ ...output, transactions, isTransactional, failures, nextRecordId });
    return new ConsumerApplication(context, { consumer, connections, output: sink }, options);
  };
}
