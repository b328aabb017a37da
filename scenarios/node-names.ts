import { type Scenario } from './scenario.ts';

/** The nodes of a scenario and the partitions that exist from its start, by name. */
export interface Names {
  readonly brokers: readonly string[];
  readonly controller: string;
  readonly clients: readonly string[];
  /** Partitions by topic; those of topics that are made later are not known. */
  readonly partitions: ReadonlyMap<string, number>;
  /** Topics that a client makes in the course of the run. */
  readonly laterTopics: ReadonlySet<string>;
}

/** There is one controller, which is nothing else. */
export const controllerName = 'controller-1';

/** Names of everything in a scenario. */
export function namesOf({ cluster, clients }: Scenario): Names {
  const partitions = new Map<string, number>();
  for (const { name, partitions: count, assignments } of cluster.topics) {
    partitions.set(name, assignments?.length ?? count ?? 0);
  }
  const laterTopics = new Set<string>();
  for (const { workload } of clients) {
    for (const operation of workload) {
      if (operation.op === 'createTopic') laterTopics.add(operation.topic);
      if (operation.op === 'createPartitions') laterTopics.add(operation.topic);
    }
  }
  return {
    brokers: Array.from({ length: cluster.brokers }, (_, index) => `broker-${index + 1}`),
    controller: controllerName,
    clients: clientNames(clients).flat(),
    partitions,
    laterTopics,
  };
}

/** For each client of a scenario the names of those that are made of it. */
export function clientNames(clients: Scenario['clients']): readonly (readonly string[])[] {
  const made = { producer: 0, consumer: 0, admin: 0 };
  return clients.map(({ kind, name, count }) => {
    if (name !== undefined && count === 1) return [name];
    return Array.from({ length: count }, (_, index) => {
      if (name !== undefined) return `${name}-${index + 1}`;
      made[kind] += 1;
      return `${kind}-${made[kind]}`;
    });
  });
}
