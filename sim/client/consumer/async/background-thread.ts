import { type Connection } from '../../../kernel/process.ts';
import { type Frame } from '../../../protocol/api.ts';
import { type IoThread, PollLoop } from '../../poll-loop.ts';
import { type CallTimer } from '../blocking-call.ts';
import { type AsyncParts } from './async-parts.ts';
import { type ApplicationEvent, isPendingCall, type PendingCall } from './application-events.ts';
import { polledManagers, type RequestManagers } from './request-managers.ts';
import { type RequestManager } from './request-manager.ts';

/** No poll lasts longer (`ConsumerNetworkThread.MAX_POLL_TIMEOUT_MS`). */
const maxPollMs = 5_000;

/** How often a thread that turns without a pause is taken to look. */
const spinMs = 1;

/**
 * The thread that talks to the brokers (`ConsumerNetworkThread`): each turn processes what the
 * application's thread has queued, polls all request managers, and polls the network.
 *
 * Where Kafka turns without a pause until an answer comes, nothing happens here until it does, and the
 * next turn comes a millisecond later.
 */
export class BackgroundThread implements IoThread {
  readonly #parts: AsyncParts;
  readonly #managers: RequestManagers;
  readonly #polled: readonly RequestManager[];
  readonly #loop: PollLoop;
  /** Called at the end of each turn. */
  readonly #turned: () => void;
  #events: ApplicationEvent[] = [];
  /** Processed, and not over. */
  #calls: PendingCall[] = [];
  #maximumTimeToWaitMs = maxPollMs;
  #hasPolled = false;
  /** The time of the last turn. */
  #turnMs = 0;
  #isSpinning = false;
  #closing: CallTimer | undefined = undefined;
  #hasSaidGoodbye = false;
  #isClosed = false;

  constructor(parts: AsyncParts, managers: RequestManagers, turned: () => void) {
    this.#parts = parts;
    this.#managers = managers;
    this.#polled = polledManagers(managers);
    this.#turned = turned;
    this.#loop = new PollLoop(parts.context, parts.sockets, this);
    this.#loop.start();
  }

  // What the process hears.

  connected(connection: Connection): void {
    this.#loop.connected(connection);
  }

  received(connection: Connection, frame: Frame): void {
    this.#loop.received(connection, frame);
  }

  disconnected(connection: Connection): void {
    this.#loop.disconnected(connection);
  }

  // What the application's thread does.

  add(event: ApplicationEvent): void {
    this.#events.push(event);
    this.#loop.wakeUp();
  }

  /** For calls that wait for nothing but the thread itself: it processes them before all else. */
  addAndProcess(event: ApplicationEvent): void {
    this.#events.push(event);
    this.#processEvents();
    this.#loop.wakeUp();
  }

  /** How long the application's thread may wait before it comes back, as of the last poll. */
  get maximumTimeToWaitMs(): number {
    return this.#maximumTimeToWaitMs;
  }

  /** Grows with everything that has come in, not with what this thread does again and again in vain. */
  get activity(): number {
    const { network, metadata } = this.#parts;
    return network.replies + metadata.updateVersion - metadata.vainRebootstraps;
  }

  /** How long the application's thread need not turn while nothing comes in. */
  get spinLimitMs(): number {
    const { group } = this.#managers;
    if (group === undefined) return Infinity;
    const autoCommitMs = group.commits.maximumTimeToWait(this.#parts.context.wallClockMs());
    return Math.min(whileRunning(group.heartbeats.pollTimerCheckMs), whileRunning(autoCommitMs));
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Ends the thread; it takes until the timer is over at most. */
  close(timer: CallTimer): void {
    this.#closing = timer;
    this.#loop.wakeUp();
  }

  // The thread itself.

  get pauseMs(): number {
    return this.#isSpinning ? spinMs : 0;
  }

  turn(nowMs: number): number {
    if (this.#hasPolled) this.#afterPoll(nowMs);
    this.#hasPolled = true;
    const timeoutMs =
      this.#closing === undefined ? this.#work(nowMs) : this.#end(this.#closing, nowMs);
    this.#turned();
    return timeoutMs;
  }

  #work(nowMs: number): number {
    this.#turnMs = nowMs;
    this.#processEvents();
    let waitMs = maxPollMs;
    for (const manager of this.#polled) waitMs = Math.min(waitMs, manager.poll(nowMs));
    const { network } = this.#parts;
    network.trySend(nowMs);
    this.#isSpinning = false;
    // Such a poll is over at once.
    if (waitMs === 0) this.#updateMaximumTimeToWait();
    if (network.hasUnsent) return Math.min(whileRunning(waitMs), network.unsentDelayMs(nowMs));
    return waitMs > 0 ? waitMs : this.#spin(nowMs);
  }

  /** Nothing can be done before an answer comes, or a request or the patience with a poll is over. */
  #spin(nowMs: number): number {
    const heartbeats = this.#managers.group?.heartbeats;
    this.#isSpinning = heartbeats?.isSpinning === true;
    const patienceMs = whileRunning(2 * (heartbeats?.pollTimerCheckMs ?? 0));
    return Math.min(maxPollMs, this.#parts.sockets.nextTimeoutMs(nowMs), patienceMs);
  }

  #afterPoll(nowMs: number): void {
    this.#parts.network.polled(this.#turnMs, this.#closing !== undefined);
    this.#updateMaximumTimeToWait();
    if (this.#calls.length === 0) return;
    this.#calls = this.#calls.filter((call) => !call.expire(nowMs));
    this.#tellMetadataException();
  }

  #updateMaximumTimeToWait(): void {
    let waitMs = Infinity;
    for (const manager of this.#polled) {
      waitMs = Math.min(waitMs, manager.maximumTimeToWait?.(this.#turnMs) ?? Infinity);
    }
    this.#maximumTimeToWaitMs = waitMs;
  }

  #tellMetadataException(): void {
    if (!this.#calls.some(({ metadataFailed }) => metadataFailed !== undefined)) return;
    const exception = this.#parts.network.takeMetadataException();
    if (exception === undefined) return;
    for (const call of this.#calls) call.metadataFailed?.(exception);
  }

  #processEvents(): void {
    if (this.#events.length === 0) return;
    const events = this.#events;
    this.#events = [];
    for (const event of events) this.#process(event);
  }

  #process(event: ApplicationEvent): void {
    if (isPendingCall(event)) this.#calls.push(event);
    if (event.metadataFailed !== undefined) {
      const exception = this.#parts.network.takeMetadataException();
      if (exception !== undefined) {
        event.metadataFailed(exception);
        return;
      }
    }
    event.process(this.#managers);
  }

  /** Sends what is to be sent at the end, and waits for the answers. */
  #end(timer: CallTimer, nowMs: number): number {
    const { network } = this.#parts;
    timer.update(nowMs);
    this.#turnMs = nowMs;
    if (!this.#hasSaidGoodbye) {
      this.#hasSaidGoodbye = true;
      for (const manager of this.#polled) manager.pollOnClose?.(nowMs);
      // One poll there is in any case.
      if (network.hasPendingRequests) {
        network.trySend(nowMs);
        return timer.remainingMs;
      }
    } else if (network.hasPendingRequests && !timer.isExpired) {
      network.trySend(nowMs);
      return timer.remainingMs;
    }
    this.#isClosed = true;
    network.close();
    this.#loop.stop();
    return 0;
  }
}

/** A timer that has run out is waited for no more. */
function whileRunning(remainingMs: number): number {
  return remainingMs > 0 ? remainingMs : Infinity;
}
