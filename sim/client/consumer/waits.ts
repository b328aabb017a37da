import { type Metadata } from '../metadata.ts';
import { sleepFor } from '../poll-loop.ts';
import { type CallTimer } from './blocking-call.ts';
import { type PollCondition } from './consumer-network-client.ts';

/** One wait inside a call. */
export interface Wait {
  /** As `BlockingCall.step` gives it. */
  readonly timeoutMs: number;
  readonly condition: PollCondition;
}

/**
 * A part of a call that waits for the network on its way: it yields each wait, and returns what came out.
 * When a poll throws, the whole call ends, and the part is not resumed.
 */
export type Waits<T> = Generator<Wait, T, undefined>;

const always: PollCondition = { mayWait: true };

/** Polls until `condition` holds no more, but once at least (`ConsumerNetworkClient.poll`). */
export function* pollWhile(condition: PollCondition, timer: CallTimer): Waits<void> {
  do yield { timeoutMs: timer.remainingMs, condition };
  while (condition.mayWait && !timer.isExpired);
}

/** Rests, but not for longer than the call may last (`Timer.sleep`). */
export function* rest(ms: number, timer: CallTimer): Waits<void> {
  const restMs = Math.min(ms, timer.remainingMs);
  if (restMs > 0) yield { timeoutMs: sleepFor(restMs), condition: always };
}

/** Asks for metadata and polls until they are there (`ConsumerNetworkClient.awaitMetadataUpdate`). */
export function* awaitMetadata(metadata: Metadata, timer: CallTimer): Waits<void> {
  const version = metadata.requestUpdate();
  do yield { timeoutMs: timer.remainingMs, condition: always };
  while (metadata.updateVersion === version && !timer.isExpired);
}
