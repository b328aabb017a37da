import { Api } from '../../../protocol/api.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { type DescribeTransactionsRequest } from '../../../protocol/messages/describe-transactions-request.ts';
import {
  type DescribeTransactionsResponse,
  type TopicData,
} from '../../../protocol/messages/describe-transactions-response.ts';
import { type ListTransactionsRequest } from '../../../protocol/messages/list-transactions-request.ts';
import { type ListTransactionsResponse } from '../../../protocol/messages/list-transactions-response.ts';
import { type Exchange } from '../../server/request-server.ts';
import { type TransactionCoordinator } from './transaction-coordinator.ts';
import { type TransactionMetadata } from './transaction-metadata.ts';
import { shownState, transactionStates } from './transaction-state.ts';
import { type TransactionPartitions } from './transaction-transit.ts';

export interface DescriptionParts {
  readonly transactions: TransactionCoordinator;
  readonly wallClockMs: () => number;
}

type Description = DescribeTransactionsResponse['transactionStates'][number];

/** Answers DescribeTransactions: what the coordinator has in memory. */
export function describeTransactions(
  exchange: Exchange,
  { transactionalIds }: DescribeTransactionsRequest,
  { transactions }: DescriptionParts,
): void {
  exchange.respond(Api.describeTransactions, {
    throttleTimeMs: 0,
    transactionStates: transactionalIds.map((id) => described(transactions, id)),
  });
}

function described({ states }: TransactionCoordinator, transactionalId: string): Description {
  if (transactionalId === '') return undescribed(transactionalId, 'INVALID_REQUEST');
  const found = states.find(transactionalId);
  if (typeof found === 'string') return undescribed(transactionalId, found);
  if (found === undefined) return undescribed(transactionalId, 'TRANSACTIONAL_ID_NOT_FOUND');
  const { now } = found.metadata;
  return {
    errorCode: 'NONE',
    transactionalId,
    transactionState: transactionStates[now.state].shown,
    transactionTimeoutMs: now.timeoutMs,
    transactionStartTimeMs: now.startTimestampMs,
    producerId: now.producerId,
    producerEpoch: now.producerEpoch,
    topics: byTopic(now.partitions),
  };
}

function undescribed(transactionalId: string, errorCode: ErrorName): Description {
  return {
    errorCode,
    transactionalId,
    transactionState: '',
    transactionTimeoutMs: 0,
    transactionStartTimeMs: 0,
    producerId: 0,
    producerEpoch: 0,
    topics: [],
  };
}

function byTopic(partitions: TransactionPartitions): TopicData[] {
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of partitions.values()) {
    const known = topics.get(topic);
    if (known === undefined) topics.set(topic, [partition]);
    else known.push(partition);
  }
  return [...topics].map(([topic, numbers]) => ({ topic, partitions: numbers }));
}

/** Answers ListTransactions with the ids that this broker coordinates. */
export function listTransactions(
  exchange: Exchange,
  request: ListTransactionsRequest,
  { transactions, wallClockMs }: DescriptionParts,
): void {
  const { states } = transactions;
  const pattern = patternOf(request.transactionalIdPattern);
  if (pattern === undefined || states.isLoading) {
    const isLoading = pattern !== undefined;
    const errorCode = isLoading ? 'COORDINATOR_LOAD_IN_PROGRESS' : 'INVALID_REGULAR_EXPRESSION';
    respondListed(exchange, { errorCode, unknownStateFilters: [], transactionStates: [] });
    return;
  }
  const nowMs = wallClockMs();
  const listed: ListTransactionsResponse['transactionStates'][number][] = [];
  for (const { byId } of states.cachedPartitions.values()) {
    for (const metadata of byId.values()) {
      const { transactionalId, producerId, state } = metadata;
      if (!pattern.test(transactionalId) || !isListed(metadata, request, nowMs)) continue;
      const transactionState = transactionStates[state].shown;
      listed.push({ transactionalId, producerId, transactionState });
    }
  }
  respondListed(exchange, {
    errorCode: 'NONE',
    unknownStateFilters: request.stateFilters.filter((name) => shownState(name) === undefined),
    transactionStates: listed,
  });
}

function respondListed(
  exchange: Exchange,
  listed: Omit<ListTransactionsResponse, 'throttleTimeMs'>,
): void {
  exchange.respond(Api.listTransactions, { throttleTimeMs: 0, ...listed });
}

function isListed(
  { state, producerId, now }: TransactionMetadata,
  { producerIdFilters, stateFilters, durationFilter }: ListTransactionsRequest,
  nowMs: number,
): boolean {
  if (producerIdFilters.length > 0 && !producerIdFilters.includes(producerId)) return false;
  if (stateFilters.length > 0 && !stateFilters.includes(transactionStates[state].shown)) {
    return false;
  }
  return durationFilter < 0 || nowMs - now.startTimestampMs > durationFilter;
}

/** It has to match the whole id; none matches all. Undefined if it is none (Java's are much alike). */
function patternOf(pattern: string | null): RegExp | undefined {
  if (pattern === null || pattern === '') return /^/u;
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    return undefined;
  }
}
