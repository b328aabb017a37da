import { type Difference } from '../case-result.ts';
import { differenceAt } from '../difference.ts';
import { isList, type JsonObject, property } from '../json.ts';

/** Something that the client did, with its time: milliseconds since the client was made. */
export type SeenEvent = JsonObject;

/**
 * Compares what a client did in one step with what it should have done. Events at one instant may come in
 * any order if they concern different nodes and different partitions; so what happened to each of these
 * is compared by itself.
 */
export function differenceOfEvents(
  step: string,
  expected: readonly SeenEvent[],
  came: readonly SeenEvent[],
): Difference | undefined {
  const subjects = new Set([...expected, ...came].flatMap(subjectsOf));
  for (const subject of subjects) {
    const concerns = (event: SeenEvent): boolean => subjectsOf(event).includes(subject);
    const difference = differenceAt(
      `${step}, ${subject}`,
      expected.filter(concerns).map(inOrder),
      came.filter(concerns).map(inOrder),
    );
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function subjectsOf(event: SeenEvent): readonly string[] {
  const node = event['to'] ?? event['connect'] ?? event['closed'];
  const subjects = typeof node === 'string' ? [`node ${node}`] : [];
  const partitions = [event['p'], ...batchesOf(event).map((batch) => property(batch, 'p'))];
  for (const partition of partitions) {
    if (typeof partition === 'string') subjects.push(partition);
  }
  return subjects.length === 0 ? ['calls'] : subjects;
}

/** The batches of one request have no order. */
function inOrder(event: SeenEvent): SeenEvent {
  if (event['batches'] === undefined) return event;
  const place = (batch: unknown): string => String(property(batch, 'p'));
  const batches = [...batchesOf(event)].sort((a, b) => (place(a) < place(b) ? -1 : 1));
  return { ...event, batches };
}

function batchesOf(event: SeenEvent): readonly unknown[] {
  const batches = event['batches'];
  return isList(batches) ? batches : [];
}
