import { z } from 'zod';
import { type Uuid } from '../../sim/protocol/uuid.ts';

/** Numbers of partitions by the topic's name. */
export const partitionsOfTopics = z.record(z.string(), z.array(z.int()));

const names = ['t0', 't1', 't2', 't3', 't4', 't5', 't6', 't7'];
const idPrefix = 'A'.repeat(20);

/** Recorded cases name topics from `t0` on: their ids are in the same order. */
export function topicIdOf(name: string): Uuid {
  return `${idPrefix}${'BCDEFGHI'.charAt(names.indexOf(name))}A`;
}

export function topicNameOf(topicId: Uuid): string {
  return names.find((name) => topicIdOf(name) === topicId) ?? topicId;
}

/** As it is recorded: by name, in order. */
export function viewOfPartitions(
  partitions: ReadonlyMap<Uuid, Iterable<number>>,
): Record<string, number[]> {
  const topics = [...partitions].map(([topicId, ofTopic]) => {
    return [topicNameOf(topicId), [...ofTopic].toSorted((one, other) => one - other)] as const;
  });
  return Object.fromEntries(topics);
}
