import { type PolledPartition } from '../consumer/fetch-collector.ts';
import { type ConsumerCalls } from './consumer-calls.ts';
import { type Steps } from './steps.ts';
import { type Transactions } from './transactions.ts';

/** What a poll has returned: at least one partition whose position has moved. */
export type Polled = readonly PolledPartition[];

/**
 * How an application works on what it has polled, and when it commits: a generator function that waits
 * with `yield*`. What it throws as a `ClientException` makes the application rest for a second.
 */
export type ProcessingModel = (polled: Polled, tools: ProcessingTools) => Steps<void>;

export interface ProcessingTools {
  readonly consumer: ConsumerCalls;
  /**
   * Works on the records for as long as the plan says, sends what comes of them, and, outside of
   * transactions, waits until that has arrived.
   */
  readonly process: (polled: Polled) => Steps<void>;
  /** Lets another thread work on the records; returns at once. */
  readonly handOver: (polled: Polled) => void;
  /** @throws {ConfigError} If the application has no producer with a `transactional.id`. */
  readonly transactions: Transactions;
}
