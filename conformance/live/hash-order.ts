import { isList, isObject, property } from '../json.ts';

/**
 * A part of an answer with those lists in order of a key that Kafka fills from a hash map: the
 * partitions in an answer to Produce (`KafkaApis.handleProduceRequest`).
 */
export function withoutHashOrder(value: unknown, key = ''): unknown {
  if (isList(value)) {
    const elements = value.map((element) => withoutHashOrder(element));
    return key.endsWith('partitionResponses') ? sortedByIndex(elements) : elements;
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withoutHashOrder(inner, name)]),
  );
}

function sortedByIndex(elements: readonly unknown[]): unknown[] {
  const indexOf = (element: unknown): number => Number(property(element, 'index'));
  return elements.toSorted((one, other) => indexOf(one) - indexOf(other));
}
