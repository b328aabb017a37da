import { type Boot, type Context } from '../../kernel/process.ts';
import { type ProducerOperation } from '../../plan.ts';
import { type Frame } from '../../protocol/api.ts';
import { type ProducerConfig } from '../../protocol/config/producer-config.ts';
import { type Fact } from '../../trace.ts';
import { KafkaProducer } from '../producer/kafka-producer.ts';
import { type ApplicationSurroundings } from './application-surroundings.ts';
import { ClientConnections } from './client-connections.ts';
import { ProducerApplication } from './producer-application.ts';
import { ProducerSchedule } from './producer-schedule.ts';
import { producerSessions } from './producer-sessions.ts';
import { Transactions } from './transactions.ts';

export interface ProducerOptions extends ApplicationSurroundings {
  readonly name: string;
  readonly config: ProducerConfig;
  readonly workload: readonly ProducerOperation[];
}

/** An application that sends records; each life of it has producers of its own. */
export function bootProducer(options: ProducerOptions): Boot<Frame, Fact> {
  const { name, config, workload, nextRecordId, nextTxnUid } = options;
  const nextSession = producerSessions(name);
  const create = (context: Context<Frame, Fact>): KafkaProducer =>
    new KafkaProducer({ ...options, context, session: nextSession() });
  return (context) => {
    const schedule = new ProducerSchedule(workload, context.monotonic());
    if (config.transactionalId === undefined) {
      const connections = create(context);
      const transactions = new Transactions({ createProducer: () => connections, nextTxnUid });
      return new ProducerApplication(context, {
        transactions,
        connections,
        schedule,
        nextRecordId,
      });
    }
    const connections = new ClientConnections(context);
    const transactions = new Transactions({
      createProducer: () => connections.add(create),
      nextTxnUid,
    });
    return new ProducerApplication(context, { transactions, connections, schedule, nextRecordId });
  };
}
