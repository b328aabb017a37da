import { type ErrorName, errorProperties } from '../../../protocol/errors.ts';
import { type ConsumerException } from '../consumer-exception.ts';

/** Why something did not come about, as Java's exceptions say it. */
export interface Failure extends ConsumerException {
  /** A `RetriableException`. */
  readonly isRetriable: boolean;
}

/** The connection was lost, or the node took too long to answer. */
export const disconnectFailure = failure('DisconnectException', true);

/** Something was not done in time. */
export const timeoutFailure = failure('TimeoutException', true);

export const wakeupFailure = failure('WakeupException', false);

export function failure(name: string, isRetriable = false): Failure {
  return { name, partitions: [], isRetriable };
}

export function failureOfError(error: ErrorName): Failure {
  const { exception, retriable } = errorProperties(error);
  return failure(exception, retriable);
}

export function isTimeout({ name }: ConsumerException): boolean {
  return name === timeoutFailure.name;
}
