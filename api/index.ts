// What programs import from `kafka-trial`: everything else may change without notice.
export { type GroupMeasurements, type GroupPartitionMeasure } from '../explore/group-measures.ts';
export { type Standstill, type StandstillCause } from '../explore/groups/group-partition.ts';
export { type GoneMember, type GroupRebalance } from '../explore/groups/rebalances.ts';
export { type Judgement, type Run, type RunOptions, runPlan } from '../explore/run.ts';
export { catalogue } from '../invariants/catalogue.ts';
export { type Invariant } from '../invariants/invariant.ts';
export { draw } from '../scenarios/draw.ts';
export { readPlan } from '../scenarios/read-plan.ts';
export { readScenario } from '../scenarios/read-scenario.ts';
export { type Scenario, type ScenarioInput } from '../scenarios/scenario.ts';
export { shippedInputs, shippedScenarios } from '../scenarios/shipped.ts';
export { type ConsumerCalls } from '../sim/client/application/consumer-calls.ts';
export {
  type Polled,
  type ProcessingModel,
  type ProcessingTools,
} from '../sim/client/application/processing-model.ts';
export { ClientException, type Step, type Steps } from '../sim/client/application/steps.ts';
export { ConfigError } from '../sim/config-error.ts';
export { type Plan } from '../sim/plan.ts';
export { simulate, type SimulateOptions, type SimulationResult } from '../sim/simulate.ts';
export { type Fact, type TraceEvent } from '../sim/trace.ts';
export { assertGuarantees, type Demands, GuaranteeBroken } from './assert-guarantees.ts';
