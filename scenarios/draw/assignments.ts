import { type Topic } from '../schema/cluster.ts';

/** Replicas of each partition: as written, or in turn over the brokers, racks mixed. */
export function assignmentsOf(
  topic: Topic,
  brokers: number,
  racks: readonly string[],
): readonly (readonly number[])[] {
  if (topic.assignments !== undefined) return topic.assignments;
  const order = acrossRacks(brokers, racks);
  const { partitions = 0, replicationFactor = 0 } = topic;
  return Array.from({ length: partitions }, (_, partition) =>
    Array.from({ length: replicationFactor }, (_unused, replica) => {
      return order[(partition + replica) % brokers] ?? 1;
    }),
  );
}

/** Ids so that neighbours are in different racks, as far as there are enough. */
function acrossRacks(brokers: number, racks: readonly string[]): readonly number[] {
  const byRack = new Map<string, number[]>();
  for (let id = 1; id <= brokers; id += 1) {
    const rack = racks[id - 1] ?? '';
    byRack.set(rack, [...(byRack.get(rack) ?? []), id]);
  }
  const lists = [...byRack.values()];
  const order: number[] = [];
  for (let round = 0; order.length < brokers; round += 1) {
    for (const ids of lists) {
      const id = ids[round];
      if (id !== undefined) order.push(id);
    }
  }
  return order;
}
