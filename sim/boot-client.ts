import { bootAdmin } from './client/admin/boot-admin.ts';
import { type ApplicationSurroundings } from './client/application/application-surroundings.ts';
import { bootConsumer } from './client/application/boot-consumer.ts';
import { bootProducer } from './client/application/boot-producer.ts';
import { type ProcessingModel } from './client/application/processing-model.ts';
import { processingModels } from './client/application/processing-models.ts';
import { type Steps } from './client/application/steps.ts';
import { ConfigError } from './config-error.ts';
import { type Boot } from './kernel/process.ts';
import { type ClientPlan, type ConsumerPlan } from './plan.ts';
import { type Frame } from './protocol/api.ts';
import { resolveAdminConfig } from './protocol/config/admin-config.ts';
import { resolveConsumerConfig } from './protocol/config/consumer-config.ts';
import { resolveProducerConfig } from './protocol/config/producer-config.ts';
import { type Fact } from './trace.ts';

/** Processing models by the names that plans give them. */
export type ProcessingModels = Readonly<Record<string, ProcessingModel>>;

/** What every client of a run is given besides its own plan. */
export interface ClientSurroundings extends ApplicationSurroundings {
  /** Besides those that every plan may name. */
  readonly models: ProcessingModels;
}

/**
 * The process that does what a client's plan says.
 * @throws {ConfigError} If it names a processing model that there is not.
 */
export function bootClient(plan: ClientPlan, surroundings: ClientSurroundings): Boot<Frame, Fact> {
  switch (plan.kind) {
    case 'consumer':
      return bootConsumer({ ...surroundings, ...consumerOptions(plan, surroundings.models) });
    case 'admin':
      return bootAdmin({
        ...surroundings,
        config: resolveAdminConfig(plan.config),
        workload: plan.workload,
      });
    case 'producer':
      return bootProducer({
        ...surroundings,
        name: plan.name,
        config: resolveProducerConfig(plan.config),
        workload: plan.workload,
      });
  }
}

function consumerOptions(
  plan: ConsumerPlan,
  models: ProcessingModels,
): Omit<Parameters<typeof bootConsumer>[0], keyof ApplicationSurroundings> {
  const { name, output, processingMs, workload } = plan;
  return {
    name,
    config: resolveConsumerConfig(plan.config),
    model: modelOf(plan, models),
    processingMs,
    output:
      output === null ? undefined : { ...output, config: resolveProducerConfig(output.config) },
    workload,
  };
}

function modelOf({ name, model }: ConsumerPlan, models: ProcessingModels): ProcessingModel {
  const own = Object.hasOwn(models, model) ? models[model] : undefined;
  if (own !== undefined) return withSteps(own, `model ${model} of ${name}`);
  const found = processingModels.get(model);
  if (found !== undefined) return found;
  const known = [...processingModels.keys(), ...Object.keys(models)].join(', ');
  throw new ConfigError(`model of ${name}`, `expected one of ${known}; got ${model}`);
}

/** A model of a user, of whom nothing has checked that it is what its type says. */
function withSteps(model: ProcessingModel, place: string): ProcessingModel {
  return (polled, tools) => {
    const steps: unknown = typeof model === 'function' ? model(polled, tools) : model;
    if (isSteps(steps)) return steps;
    throw new ConfigError(
      place,
      'a generator function was expected: function* (polled, tools), which waits for calls with yield*',
    );
  };
}

function isSteps(value: unknown): value is Steps<void> {
  if (typeof value !== 'object' || value === null) return false;
  return Symbol.iterator in value && 'next' in value && 'throw' in value;
}
