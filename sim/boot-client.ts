import { bootAdmin } from './client/admin/boot-admin.ts';
import { bootConsumer } from './client/application/boot-consumer.ts';
import { bootProducer } from './client/application/boot-producer.ts';
import { type Boot } from './kernel/process.ts';
import { type ClientPlan } from './plan.ts';
import { type Endpoint, type Resolve } from './protocol/addresses.ts';
import { type Frame } from './protocol/api.ts';
import { resolveAdminConfig } from './protocol/config/admin-config.ts';
import { resolveConsumerConfig } from './protocol/config/consumer-config.ts';
import { resolveProducerConfig } from './protocol/config/producer-config.ts';
import { type RecordId } from './protocol/record-batch.ts';
import { type Switches } from './switches.ts';
import { type Fact } from './trace.ts';

/** What every client of a run is given besides its own plan. */
export interface ClientSurroundings {
  readonly bootstrap: readonly Endpoint[];
  readonly resolve: Resolve;
  readonly switches: Switches;
  /** One count for all producers of a run. */
  readonly nextRecordId: () => RecordId;
}

/** The process that does what a client's plan says. */
export function bootClient(plan: ClientPlan, surroundings: ClientSurroundings): Boot<Frame, Fact> {
  switch (plan.kind) {
    case 'consumer': {
      const { processingMs, workload } = plan;
      // No broker coordinates groups yet, so that a consumer would look for its coordinator for ever.
      const config = { ...resolveConsumerConfig(plan.config), groupId: undefined };
      return bootConsumer({ ...surroundings, config, processingMs, workload });
    }
    case 'admin':
      return bootAdmin({
        ...surroundings,
        config: resolveAdminConfig(plan.config),
        workload: plan.workload,
      });
    case 'producer': {
      const { name, workload } = plan;
      return bootProducer({
        ...surroundings,
        name,
        config: resolveProducerConfig(plan.config),
        workload,
      });
    }
  }
}
