import { type Names } from '../node-names.ts';

/** Made by brokers when a coordinator is first asked for. */
const coordinatorTopics = new Set(['__consumer_offsets', '__transaction_state']);

/** Why there is no topic of that name; undefined if there is, or may be later. */
export function topicProblem(
  topic: string,
  { partitions, laterTopics }: Names,
): string | undefined {
  if (partitions.has(topic) || laterTopics.has(topic) || coordinatorTopics.has(topic)) {
    return undefined;
  }
  return `there is no topic ${topic}; there is ${[...partitions.keys()].join(', ')}`;
}

/** Why there is no such partition, `orders-0`; undefined if there is, or may be later. */
export function partitionProblem(partition: string, names: Names): string | undefined {
  const groups = /^(?<topic>.+)-(?<index>\d+)$/u.exec(partition)?.groups;
  const topic = groups?.['topic'];
  if (topic === undefined) return topicProblem(partition, names);
  const missing = topicProblem(topic, names);
  if (missing !== undefined || !names.partitions.has(topic)) return missing;
  const count = names.partitions.get(topic) ?? 0;
  if (Number(groups?.['index']) < count) return undefined;
  return `there is no partition ${partition}; ${topic} has ${count}, from ${topic}-0 on`;
}
