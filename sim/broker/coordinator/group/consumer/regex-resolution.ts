import { compareTexts } from '../../../../protocol/compare-texts.ts';
import { type ResolvedRegularExpression } from '../../../../protocol/consumer-group-record.ts';
import {
  type CoordinatorRecord,
  nothing,
  type Operation,
} from '../../runtime/coordinator-operation.ts';
import { type CoordinatorTimers } from '../../runtime/coordinator-timers.ts';
import { GroupRefusal } from '../group-refusal.ts';
import { type GroupTopics } from '../group-topics.ts';
import { type ConsumerGroup } from './consumer-group.ts';
import { areSameTexts } from './consumer-member.ts';
import { consumerGroupRecord, groupEpochRecord } from './consumer-records.ts';
import { type ConsumerSettings } from './consumer-settings.ts';
import { type MemberChange } from './member-updates.ts';
import { TopicPattern } from './regular-expression.ts';

/** What a request has done to the regular expression of a member. */
export type ExpressionChange = 'none' | 'changed' | 'changedAndResolved';

export interface RegexParts {
  readonly timers: CoordinatorTimers;
  readonly topics: GroupTopics;
  readonly settings: ConsumerSettings;
  readonly wallClockMs: () => number;
  readonly find: (groupId: string) => ConsumerGroup | undefined;
}

/** `REGEX_BATCH_REFRESH_MIN_INTERVAL_MS` */
const shortestRefreshIntervalMs = 10_000;
/** How long the look through all topics takes, on another thread. */
const resolutionMs = 1;

/** Finds the topics that match the regular expressions of members, in the background (`TopicRegexResolver`). */
export class RegexResolution {
  readonly #parts: RegexParts;
  /** Version of the metadata that brought the newest topics. */
  #newestTopicsVersion = -1;

  constructor(parts: RegexParts) {
    this.#parts = parts;
  }

  /** The metadata have changed, or are seen for the first time. */
  metadataChanged(hasNewTopics: boolean): void {
    if (!hasNewTopics && this.#newestTopicsVersion >= 0) return;
    this.#newestTopicsVersion = this.#parts.topics.version;
  }

  /** `GroupMetadataManager.maybeUpdateRegularExpressions` */
  update(change: MemberChange): ExpressionChange | GroupRefusal {
    const { group, member, updated, records } = change;
    const before = member.subscribedTopicRegex;
    const now = updated.subscribedTopicRegex;
    if (before === now) {
      this.#maybeRefresh(change, false);
      return 'none';
    }
    if (before !== '' && group.subscriberCount(before) === 1) {
      records.push(expressionRecord(group.groupId, before, null));
    }
    const isNew = now !== '' && group.subscriberCount(now) === 0;
    if (isNew) {
      const fault = TopicPattern.compile(now);
      if (typeof fault === 'string') {
        const message = `SubscribedTopicRegex \`${now}\` is not a valid regular expression: ${fault}.`;
        return new GroupRefusal('INVALID_REGULAR_EXPRESSION', message);
      }
    }
    this.#maybeRefresh(change, isNew);
    const isResolved = now === '' ? before !== '' : !isNew && group.content.expressions.has(now);
    return isResolved ? 'changedAndResolved' : 'changed';
  }

  /** @param isNew Whether the member brings an expression that the group has not had. */
  #maybeRefresh({ group, member, updated }: MemberChange, isNew: boolean): void {
    const { timers, wallClockMs } = this.#parts;
    const subscribed = group.subscribedExpressions;
    if (!isNew && subscribed.size === 0) return;
    const key = `${group.groupId}-regex`;
    if (timers.isScheduled(key)) return;
    const [last] = group.content.expressions.values();
    const nowMs = wallClockMs();
    if (last !== undefined && nowMs <= last.timestampMs + shortestRefreshIntervalMs) return;

    const wanted = new Set(subscribed);
    const before = member.subscribedTopicRegex;
    if (before !== updated.subscribedTopicRegex && group.subscriberCount(before) === 1) {
      wanted.delete(before);
    }
    if (updated.subscribedTopicRegex !== '') wanted.add(updated.subscribedTopicRegex);
    const isDue = isNew || this.#isStale(group, wanted.size);
    if (isDue && wanted.size > 0) {
      timers.schedule(key, resolutionMs, () => this.#resolve(group.groupId, wanted));
    }
  }

  /** Some expression was never looked up, there are new topics, or it was long ago. */
  #isStale({ content }: ConsumerGroup, wantedCount: number): boolean {
    const { wallClockMs, settings } = this.#parts;
    const [last] = content.expressions.values();
    return (
      last === undefined ||
      wantedCount !== content.expressions.size ||
      last.version < this.#newestTopicsVersion ||
      wallClockMs() > last.timestampMs + settings.regexRefreshIntervalMs
    );
  }

  /** A regular expression that nobody subscribes by any more is let be. */
  #resolve(groupId: string, expressions: ReadonlySet<string>): Operation {
    const { topics, wallClockMs, find } = this.#parts;
    const group = find(groupId);
    if (group === undefined) return nothing;
    const nowMs = wallClockMs();
    const resolved = new Map(group.content.expressions);
    const records: CoordinatorRecord[] = [];
    let isChanged = false;
    for (const expression of expressions) {
      if (group.subscriberCount(expression) === 0) continue;
      const matched = matchingTopics(expression, topics.names);
      const before = resolved.get(expression)?.topics ?? [];
      if (!areSameTexts(before, matched)) isChanged = true;
      const value = { topics: matched, version: topics.version, timestampMs: nowMs };
      resolved.set(expression, value);
      records.push(expressionRecord(groupId, expression, value));
    }
    const metadataHash = topics.hashOf(group.with({ expressions: resolved }).subscribedTopics);
    if (isChanged || metadataHash !== group.content.metadataHash) {
      const groupEpoch = group.groupEpoch + 1;
      records.push(groupEpochRecord(groupId, groupEpoch, metadataHash));
      group.refresh.done(nowMs, groupEpoch);
    }
    return { ...nothing, records };
  }
}

function matchingTopics(expression: string, names: Iterable<string>): string[] {
  const pattern = TopicPattern.compile(expression);
  if (typeof pattern === 'string') return [];
  return [...names].filter((name) => pattern.matches(name)).sort(compareTexts);
}

export function expressionRecord(
  groupId: string,
  regularExpression: string,
  value: ResolvedRegularExpression | null,
): CoordinatorRecord {
  return consumerGroupRecord({
    type: 'ConsumerGroupRegularExpression',
    groupId,
    regularExpression,
    value,
  });
}
