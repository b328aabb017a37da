import { CallTimer } from './blocking-call.ts';
import { type CloseOptions } from './consumer-client.ts';
import { type ConsumerException } from './consumer-exception.ts';
import { type PollParts } from './poll-call.ts';
import { caught, pollOnce, type Waits } from './waits.ts';

/** `CloseOptions.DEFAULT_CLOSE_TIMEOUT_MS` */
const defaultTimeoutMs = 30_000;

/**
 * Ends all that a consumer has at the brokers, waiting a while for each answer: its membership, then its
 * fetch sessions (`ClassicKafkaConsumer.close`). @returns What is thrown.
 */
export function* close(
  parts: PollParts,
  { timeoutMs = defaultTimeoutMs, membership = 'default' }: CloseOptions,
): Waits<ConsumerException | undefined> {
  const { network, config, context, coordinator } = parts;
  const startMs = context.wallClockMs();
  const timer = new CallTimer(Math.min(timeoutMs, config.requestTimeoutMs), startMs);
  network.disableWakeups();
  const exception =
    coordinator === undefined ? undefined : yield* coordinator.close(timer, membership);
  parts.subscriptions.unsubscribe();
  const leftMs = Math.max(timeoutMs - (context.wallClockMs() - startMs), 0);
  timer.update(context.wallClockMs());
  timer.reset(Math.min(leftMs, config.requestTimeoutMs));
  const thrown = yield* caught(closeSessions(parts, timer));
  network.close();
  const failed = exception ?? thrown;
  return failed === undefined ? undefined : { name: 'KafkaException', partitions: [] };
}

/** `Fetcher.close` */
function* closeSessions({ fetcher }: PollParts, timer: CallTimer): Waits<undefined> {
  let unanswered = 0;
  unanswered += fetcher.closeSessions(() => {
    unanswered -= 1;
  });
  while (unanswered > 0 && !timer.isExpired) yield* pollOnce(timer);
  return undefined;
}
