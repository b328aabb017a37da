import { type ResolvedRegularExpression } from '../../../../protocol/consumer-group-record.ts';
import { type ConsumerMember } from './consumer-member.ts';

/** What regular expressions have matched, by expression. */
type Expressions = ReadonlyMap<string, ResolvedRegularExpression>;

interface Subscriptions {
  /** By member id. */
  readonly members: ReadonlyMap<string, ConsumerMember>;
  readonly expressions: Expressions;
}

/** Names of the topics to which members subscribe, and of those that were matched for them. */
export function subscribedTopicsOf({ members, expressions }: Subscriptions): ReadonlySet<string> {
  const topics = new Set<string>();
  for (const { subscribedTopicNames } of members.values()) {
    for (const topic of subscribedTopicNames) topics.add(topic);
  }
  for (const expression of expressions.values()) {
    for (const topic of expression.topics) topics.add(topic);
  }
  return topics;
}

/** The topics of one member: those that it names, and those that its regular expression has matched. */
export function topicsOfMember(
  { subscribedTopicNames, subscribedTopicRegex }: ConsumerMember,
  expressions: Expressions,
): ReadonlySet<string> {
  const matched = expressions.get(subscribedTopicRegex)?.topics ?? [];
  return new Set([...subscribedTopicNames, ...matched]);
}

/**
 * Whether all members subscribe to the same (`ConsumerGroup.subscriptionType`): to the same names, or
 * by one regular expression and by no name.
 */
export function isHomogeneous({ members, expressions }: Subscriptions): boolean {
  const usesExpressions = new Set<string>();
  const nameCounts = new Map<string, number>();
  for (const { subscribedTopicNames, subscribedTopicRegex } of members.values()) {
    for (const name of subscribedTopicNames) nameCounts.set(name, (nameCounts.get(name) ?? 0) + 1);
    if (subscribedTopicRegex !== '') usesExpressions.add(subscribedTopicRegex);
  }
  const matchCounts = new Map<string, number>();
  for (const { topics } of expressions.values()) {
    for (const topic of topics) matchCounts.set(topic, (matchCounts.get(topic) ?? 0) + 1);
  }
  if (usesExpressions.size === 0) {
    const areAllNamed = [...nameCounts.values()].every((count) => count === members.size);
    return areAllNamed && [...matchCounts.keys()].every((topic) => nameCounts.has(topic));
  }
  const isOneForAll =
    usesExpressions.size === 1 &&
    [...members.values()].every(({ subscribedTopicRegex }) => subscribedTopicRegex !== '');
  return (
    isOneForAll && nameCounts.size === 0 && [...matchCounts.values()].every((count) => count === 1)
  );
}
