import { type FactKind, type FactOf } from '../../sim/trace.ts';

/** How the facts of some kinds are told: what the node did or saw, in a few words. */
export type Sentences<K extends FactKind> = {
  readonly [Kind in K]: (fact: FactOf<Kind>) => string;
};

/** `[1, 2, 3]`, as Kafka's tools list brokers. */
export function listed(ids: readonly (number | string)[]): string {
  return `[${ids.join(', ')}]`;
}

/** `orders-0@17`, or `orders-0@17–19`. */
export function positioned(partition: string, first: number, last: number = first): string {
  return first === last ? `${partition}@${first}` : `${partition}@${first}–${last}`;
}

/** `1 record`, `2,000 records`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : plural}`;
}

/** `12,345` */
export function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/gu, ',');
}

/** The text where it applies. */
export function when(applies: boolean, text: string): string {
  return applies ? text : '';
}
