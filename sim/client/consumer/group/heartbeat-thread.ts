import { noTimer, type Task, type TimerId } from '../../../kernel/process.ts';
import { type Duration, milliseconds } from '../../../kernel/time.ts';
import { Api, type Response } from '../../../protocol/api.ts';
import { type BackgroundThread, type Hold } from '../call-loop.ts';
import { type ConsumerException } from '../consumer-exception.ts';
import { type Generation } from './generation.ts';
import { type GroupParts } from './group-parts.ts';

/** Leaves the group because the application does not poll. @returns What is thrown. */
type LeaveOverdue = () => ConsumerException | undefined;

type ThreadState =
  'notStarted' | 'starting' | 'runnable' | 'blocked' | 'resting' | 'waiting' | 'ended';

/** What an answer means to the heartbeats. */
type HeartbeatOutcome = 'alive' | 'failed' | 'fenced';

/**
 * Keeps the member in its group while the application works (`AbstractCoordinator.HeartbeatThread`): every
 * `retry.backoff.ms` it takes in what has come, and sends a heartbeat when one is due. It shares the
 * network and the coordinator's monitor with the application's thread, and stands still while that waits
 * with the one that it needs.
 *
 * | state | goes on |
 * |---|---|
 * | starting | in this same instant, after what is going on now |
 * | runnable | as soon as the application's thread waits without the monitor |
 * | blocked | it has the monitor, and waits until the other thread has polled |
 * | resting | after `retry.backoff.ms`, or when it is notified; with 0 only then |
 * | waiting | when it is notified: it is not a member now, or has failed |
 * | ended | never |
 */
export class HeartbeatThread implements BackgroundThread, Task {
  readonly taskName = 'heartbeat-thread';
  readonly #parts: GroupParts;
  readonly #leaveOverdue: LeaveOverdue;
  readonly #rest: Duration;
  #state: ThreadState = 'notStarted';
  #isEnabled = false;
  #failure: ConsumerException | undefined = undefined;
  #hold: Hold = { network: false, monitor: false };
  #timer: TimerId = noTimer;

  constructor(parts: GroupParts, leaveOverdue: LeaveOverdue) {
    this.#parts = parts;
    this.#leaveOverdue = leaveOverdue;
    this.#rest = milliseconds(parts.config.retryBackoffMs);
  }

  /** Undefined while it has not failed. */
  get failure(): ConsumerException | undefined {
    return this.#failure;
  }

  // What the application's thread does.

  /** Unless it runs already. */
  start(): void {
    if (this.#state !== 'notStarted') return;
    this.#state = 'starting';
    this.#timer = this.#parts.context.setTimer(0, this);
  }

  /** The member has joined. */
  enable(): void {
    if (this.#state === 'notStarted') return;
    this.#isEnabled = true;
    this.#parts.heartbeat.resetAll();
    this.notify();
  }

  notify(): void {
    if (this.#state !== 'resting' && this.#state !== 'waiting') return;
    this.#stopTimer();
    this.#state = 'runnable';
  }

  /** @returns What it has failed with, to be thrown once; another one may be started then. */
  takeFailure(): ConsumerException | undefined {
    const failure = this.#failure;
    if (failure === undefined) return undefined;
    this.close();
    this.#failure = undefined;
    this.#isEnabled = false;
    this.#state = 'notStarted';
    return failure;
  }

  close(): void {
    this.#stopTimer();
    this.#state = 'ended';
  }

  foregroundWaits(hold: Hold): void {
    this.#hold = hold;
    if (this.#state === 'runnable' && !hold.monitor) this.#go();
  }

  foregroundPolled(): void {
    this.#hold = { network: false, monitor: this.#hold.monitor };
    if (this.#state !== 'blocked') return;
    this.#state = 'runnable';
    if (this.#turn()) this.#go();
  }

  /** It has started, or its rest is over. */
  run(): void {
    this.#timer = noTimer;
    this.#state = 'runnable';
    if (!this.#hold.monitor) this.#go();
  }

  // What the thread itself does.

  #go(): void {
    do {
      const { membership } = this.#parts;
      if (membership.hasNotJoined || this.#failure !== undefined) this.#isEnabled = false;
      if (!this.#isEnabled) {
        this.#state = 'waiting';
        return;
      }
      if (this.#hold.network) {
        this.#state = 'blocked';
        return;
      }
    } while (this.#turn());
  }

  /** @returns Whether the next turn follows at once. */
  #turn(): boolean {
    const { network, context, coordinator, heartbeat } = this.#parts;
    const thrown = network.pollNoWakeup();
    if (thrown !== undefined) return this.#fail(thrown);
    const nowMs = context.wallClockMs();
    if (coordinator.known() === undefined) {
      // A lookup that is left over is given up, so that the next turn asks anew.
      if (!coordinator.forgetLookup()) coordinator.lookUp();
      return this.#restNow();
    }
    if (heartbeat.isSessionOver(nowMs)) {
      coordinator.refused();
      return true;
    }
    if (heartbeat.isPollOverdue(nowMs)) {
      const failure = this.#leaveOverdue();
      return failure === undefined || this.#fail(failure);
    }
    if (!heartbeat.isDue(nowMs)) return this.#restNow();
    this.#send(nowMs);
    return true;
  }

  #restNow(): false {
    this.#state = 'resting';
    // `Object.wait(0)` has no end.
    if (this.#rest > 0) this.#timer = this.#parts.context.setTimer(this.#rest, this);
    return false;
  }

  #stopTimer(): void {
    this.#parts.context.cancelTimer(this.#timer);
    this.#timer = noTimer;
  }

  #fail(thrown: ConsumerException): false {
    this.#failure = thrown;
    this.#state = 'ended';
    return false;
  }

  #send(nowMs: number): void {
    const { membership, heartbeat, coordinator } = this.#parts;
    const { generation } = membership;
    heartbeat.sent(nowMs);
    const request = {
      groupId: membership.groupId,
      generationId: generation.generationId,
      memberId: generation.memberId,
      groupInstanceId: membership.instanceId,
    };
    coordinator
      .ask(Api.heartbeat, request, (response) => this.#judge(response, generation))
      .whenKnown((outcome) => {
        this.#answered(outcome);
      });
  }

  #answered(outcome: HeartbeatOutcome): void {
    const { heartbeat } = this.#parts;
    if (outcome === 'alive') heartbeat.answered();
    else if (outcome === 'fenced') this.#failure = failureOfFencing;
    else {
      heartbeat.failed();
      this.notify();
    }
  }

  #judge(response: Response | undefined, sent: Generation): HeartbeatOutcome {
    if (response?.apiKey !== Api.heartbeat) return 'failed';
    const { coordinator, membership } = this.#parts;
    const { errorCode: error } = response.body;
    switch (error) {
      case 'NONE':
        return 'alive';
      case 'COORDINATOR_NOT_AVAILABLE':
      case 'NOT_COORDINATOR':
        coordinator.refused();
        return 'failed';
      case 'REBALANCE_IN_PROGRESS':
        // Heartbeats go on: they keep the member in the group until it has joined again.
        if (membership.state === 'stable') membership.requestRejoin('group is already rebalancing');
        return 'alive';
      case 'ILLEGAL_GENERATION':
      case 'UNKNOWN_MEMBER_ID':
      case 'FENCED_INSTANCE_ID':
        if (!membership.isUnchangedSince(sent)) return 'alive';
        membership.failed('HEARTBEAT', error);
        return error === 'FENCED_INSTANCE_ID' ? 'fenced' : 'failed';
      default:
        return 'failed';
    }
  }
}

const failureOfFencing: ConsumerException = { name: 'FencedInstanceIdException', partitions: [] };
