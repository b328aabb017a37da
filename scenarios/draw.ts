import { type Plan } from '../sim/plan.ts';
import { clientPlans } from './draw/client-plans.ts';
import { assignmentsOf } from './draw/assignments.ts';
import { Draws } from './draw/draws.ts';
import { namedFaults } from './draw/fault-plans.ts';
import { randomFaults } from './draw/random-faults.ts';
import { type Scenario } from './scenario.ts';
import { networkPlan } from './draw/network-plan.ts';

/** The plan of one run: everything that the scenario leaves open is drawn from the seed. */
export function draw(scenario: Scenario, seed: number): Plan {
  const draws = new Draws(String(seed));
  const { name, kafka, switches, cluster, network, healAfter, runFor } = scenario;
  const { brokers, racks, config, features, topics, usedTransactionalIds } = cluster;
  return {
    format: 1,
    scenario: name,
    seed: String(seed),
    kafka,
    switches,
    cluster: {
      brokers,
      racks,
      brokerConfig: config,
      features,
      topics: topics.map((topic) => ({
        name: topic.name,
        assignments: assignmentsOf(topic, brokers, racks),
        config: topic.config,
      })),
      ...(usedTransactionalIds === undefined ? {} : { usedTransactionalIds }),
    },
    network: networkPlan(network),
    clients: clientPlans(scenario, draws),
    faults: [...namedFaults(scenario, draws), ...randomFaults(scenario, draws)],
    healAtMs: healAfter,
    endAtMs: runFor,
  };
}
