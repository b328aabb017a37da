import { type PartitionName } from '../trace.ts';

/** A partition of a topic; `name` is the map key of both (`TopicPartition`). */
export interface TopicPartition {
  readonly name: PartitionName;
  readonly topic: string;
  readonly partition: number;
}

export function topicPartition(topic: string, partition: number): TopicPartition {
  return { name: `${topic}-${partition}`, topic, partition };
}

/** The partition that `orders-0` names; `undefined` if it names none. */
export function parseTopicPartition(name: PartitionName): TopicPartition | undefined {
  const dash = name.lastIndexOf('-');
  const digits = name.slice(dash + 1);
  if (dash <= 0 || !/^\d+$/u.test(digits)) return undefined;
  return { name, topic: name.slice(0, dash), partition: Number(digits) };
}

/** Items by the topic that they concern, topics and items in the order in which they come. */
export function groupByTopic<T>(
  items: readonly T[],
  topicOf: (item: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const topic = topicOf(item);
    const group = groups.get(topic);
    if (group === undefined) groups.set(topic, [item]);
    else group.push(item);
  }
  return groups;
}
