import { Api, type Response } from '../../../protocol/api.ts';
import { type ErrorName } from '../../../protocol/errors.ts';
import { CallTimer } from '../blocking-call.ts';
import { type AsyncParts } from './async-parts.ts';
import { type BackgroundEvents } from './background-events.ts';
import { type CoordinatorRequestManager } from './coordinator-request-manager.ts';
import { type RequestFailure } from '../request-sender.ts';
import { type Failure, failureOfError } from './failure.ts';
import { HeartbeatState } from './heartbeat-state.ts';
import { type MembershipManager } from './membership-manager.ts';
import { type BackgroundHandler } from './network-client-delegate.ts';
import { type RequestManager } from './request-manager.ts';
import { RequestState } from './request-state.ts';

export interface HeartbeatOptions {
  readonly coordinators: CoordinatorRequestManager;
  readonly membership: MembershipManager;
  readonly events: BackgroundEvents;
}

/**
 * Sends the heartbeats of a member (KIP-848; `ConsumerHeartbeatRequestManager`,
 * `AbstractHeartbeatRequestManager`), and lets it leave when the application does not poll.
 */
export class HeartbeatRequestManager implements RequestManager, BackgroundHandler {
  readonly #parts: AsyncParts;
  readonly #coordinators: CoordinatorRequestManager;
  readonly #membership: MembershipManager;
  readonly #events: BackgroundEvents;
  readonly #fields: HeartbeatState;
  readonly #requests: RequestState;
  /** Of the broker; 0 until it has answered. */
  #intervalMs = 0;
  readonly #heartbeatTimer: CallTimer;
  readonly #pollTimer: CallTimer;
  /** The answer to a heartbeat that leaves since nobody polls is of no interest. */
  readonly #ignoring: BackgroundHandler = { answered: doNothing, failed: doNothing };

  constructor(parts: AsyncParts, { coordinators, membership, events }: HeartbeatOptions) {
    this.#parts = parts;
    this.#coordinators = coordinators;
    this.#membership = membership;
    this.#events = events;
    this.#fields = new HeartbeatState(parts, membership.member);
    this.#requests = new RequestState(parts.backoff);
    const nowMs = parts.context.wallClockMs();
    this.#heartbeatTimer = new CallTimer(0, nowMs);
    this.#pollTimer = new CallTimer(parts.config.maxPollIntervalMs, nowMs);
  }

  poll(nowMs: number): number {
    const { coordinator } = this.#coordinators;
    const membership = this.#membership;
    if (coordinator === undefined || membership.mustSkipHeartbeat) {
      membership.heartbeatSkipped();
      this.#tellFatalLookup();
      return Infinity;
    }
    this.#pollTimer.update(nowMs);
    const mayLeave = !membership.isLeaving && membership.member.mayEnter('prepareLeaving');
    if (this.#pollTimer.isExpired && mayLeave) {
      membership.sendLeave(true);
      this.#send(this.#ignoring);
      this.#requests.reset();
      this.#fields.reset();
      return this.#intervalMs;
    }
    const isDueNow =
      membership.mustSendLeaveNow ||
      (membership.member.mustHeartbeatNow && !this.#requests.isInFlight);
    if (!isDueNow && !this.#canSend(nowMs)) return this.#timeToNextMs(nowMs);
    this.#send(this);
    return this.#intervalMs;
  }

  pollOnClose(): void {
    if (this.#membership.isLeaving) this.#send(this.#ignoring);
  }

  maximumTimeToWait(nowMs: number): number {
    this.#pollTimer.update(nowMs);
    const { member } = this.#membership;
    if (member.state === 'unsubscribed') return Infinity;
    if (this.#pollTimer.isExpired) return 0;
    if (member.mustHeartbeatNow && !this.#requests.isInFlight) return 0;
    return Math.min(this.pollTimerCheckMs, this.#timeToNextMs(nowMs));
  }

  /** Whether both threads turn and turn until the answer to a heartbeat comes. */
  get isSpinning(): boolean {
    return this.#requests.isInFlight && this.#heartbeatTimer.isExpired;
  }

  /** After how long a thread that waits in a poll has to say that the application still polls. */
  get pollTimerCheckMs(): number {
    return this.#pollTimer.remainingMs / 2;
  }

  /** The application has polled. */
  resetPollTimer(polledMs: number): void {
    this.#pollTimer.update(polledMs);
    if (this.#pollTimer.isExpired) this.#membership.rejoinIfStale();
    this.#pollTimer.reset(this.#parts.config.maxPollIntervalMs);
  }

  answered(response: Response, nowMs: number): void {
    if (response.apiKey !== Api.consumerGroupHeartbeat) return;
    const { body } = response;
    if (body.errorCode !== 'NONE') {
      this.#refused(body.errorCode, nowMs);
      return;
    }
    this.#takeInterval(body.heartbeatIntervalMs);
    this.#requests.succeeded(nowMs);
    this.#membership.heartbeatAnswered(body);
  }

  failed(failure: RequestFailure, nowMs: number): void {
    this.#requestFailed(nowMs);
    this.#coordinators.requestFailed(failure);
    this.#membership.heartbeatFailed();
  }

  unsupported(nowMs: number): void {
    this.#refused('UNSUPPORTED_VERSION', nowMs);
  }

  #send(handler: BackgroundHandler): void {
    const { coordinator } = this.#coordinators;
    // Closing, it may have none; then there is nobody to tell.
    if (coordinator !== undefined) {
      const request = this.#fields.next();
      this.#parts.network.send(coordinator, Api.consumerGroupHeartbeat, request, handler);
    }
    this.#requests.sent();
    this.#membership.heartbeatGenerated();
    this.#heartbeatTimer.reset(this.#intervalMs);
  }

  #canSend(nowMs: number): boolean {
    this.#heartbeatTimer.update(nowMs);
    return this.#heartbeatTimer.isExpired && this.#requests.canSend(nowMs);
  }

  #timeToNextMs(nowMs: number): number {
    if (this.#heartbeatTimer.isExpired) return this.#requests.remainingBackoffMs(nowMs);
    return this.#heartbeatTimer.remainingMs;
  }

  #takeInterval(intervalMs: number): void {
    if (this.#intervalMs === intervalMs) return;
    this.#intervalMs = intervalMs;
    this.#heartbeatTimer.update(this.#parts.context.wallClockMs());
    this.#heartbeatTimer.reset(intervalMs);
  }

  #requestFailed(nowMs: number): void {
    this.#heartbeatTimer.reset(0);
    this.#requests.failed(nowMs);
    this.#fields.reset();
  }

  /** `AbstractHeartbeatRequestManager.onErrorResponse`. */
  #refused(error: ErrorName, nowMs: number): void {
    const isJoining = this.#membership.member.state === 'joining';
    this.#requestFailed(nowMs);
    switch (error) {
      case 'NOT_COORDINATOR':
      case 'COORDINATOR_NOT_AVAILABLE':
        this.#coordinators.markUnknown();
        this.#requests.reset();
        break;
      case 'COORDINATOR_LOAD_IN_PROGRESS':
        break;
      case 'TOPIC_AUTHORIZATION_FAILED':
        this.#events.add({ kind: 'error', exception: failureOfError(error) });
        break;
      case 'FENCED_MEMBER_EPOCH':
      case 'UNKNOWN_MEMBER_ID':
        this.#membership.fence();
        this.#requests.reset();
        break;
      case 'GROUP_ID_NOT_FOUND':
        // Who has left does not mind.
        if (this.#membership.member.state !== 'unsubscribed') this.#fail(failureOfError(error));
        break;
      default:
        this.#fail(failureOfError(error));
    }
    this.#membership.heartbeatFailed();
    if (isJoining) this.#membership.joinRefused(error);
  }

  #fail(exception: Failure): void {
    this.#events.add({ kind: 'error', exception });
    this.#membership.fail(exception.name);
  }

  #tellFatalLookup(): void {
    const exception = this.#coordinators.takeFatalFailure();
    if (exception !== undefined) this.#events.add({ kind: 'error', exception });
  }
}

function doNothing(): void {
  // Whatever came of it.
}
