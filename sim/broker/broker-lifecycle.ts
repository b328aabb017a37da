import { type Context, noTimer, type Task, type TimerId } from '../kernel/process.ts';
import { type Duration, milliseconds } from '../kernel/time.ts';
import { Api, type Frame, type Response } from '../protocol/api.ts';
import { type BrokerRegistrationRequest } from '../protocol/messages/broker-registration-request.ts';
import { type Fact } from '../trace.ts';
import { type ControllerChannel } from './outgoing/controller-channel.ts';

/**
 * - starting: not yet registered, or behind its own registration in the controller's log
 * - recovery: has caught up; loads its logs, then waits to be unfenced
 * - running: unfenced
 * - stopping: asks to be let go until the controller agrees (`PENDING_CONTROLLED_SHUTDOWN`)
 * - shut: talks to the controller no more
 */
export type BrokerState = 'starting' | 'recovery' | 'running' | 'stopping' | 'shut';

/** What the lifecycle tells the rest of the broker; each at most once. */
export interface LifecycleListener {
  /** The controller has seen this broker catch up with its registration. */
  readonly caughtUp: () => void;
  readonly unfenced: () => void;
  /** The controlled shutdown is over, granted or not wanted, or registration was never possible. */
  readonly mayShutDown: () => void;
}

export interface LifecycleSettings {
  /** All but what `previousBrokerEpoch` names is the same in every attempt of this life. */
  readonly registration: BrokerRegistrationRequest;
  readonly heartbeatIntervalMs: number;
  readonly initialRegistrationTimeoutMs: number;
  /** Offset of the last metadata record that this broker has published; -1 for none. */
  readonly appliedMetadataOffset: () => number;
}

const startingInterval: Duration = milliseconds(10);
const firstStoppingInterval: Duration = milliseconds(50);

/**
 * Registers the broker with the controller and heartbeats, one request at a time
 * (`BrokerLifecycleManager`). A heartbeat that is refused, for a stale broker epoch too, is only
 * repeated: the broker never registers a second time in one life.
 */
export class BrokerLifecycle {
  /** -1 before the registration is answered. */
  brokerEpoch = -1;
  state: BrokerState = 'starting';
  readonly #context: Context<Frame, Fact>;
  readonly #channel: ControllerChannel;
  readonly #settings: LifecycleSettings;
  readonly #listener: LifecycleListener;
  readonly #interval: Duration;
  readonly #communicate: Task;
  #timer: TimerId = noTimer;
  #isRegistered = false;
  #isInFlight = false;
  /** A communication came due while one was in flight: the next one follows at once. */
  #isNextImmediate = false;
  #isReadyToUnfence = false;
  #hasStoppingAnswer = false;

  constructor(
    context: Context<Frame, Fact>,
    channel: ControllerChannel,
    settings: LifecycleSettings,
    listener: LifecycleListener,
  ) {
    this.#context = context;
    this.#channel = channel;
    this.#settings = settings;
    this.#listener = listener;
    this.#interval = milliseconds(settings.heartbeatIntervalMs);
    this.#communicate = {
      taskName: 'broker-heartbeat',
      run: () => {
        this.#timer = noTimer;
        this.#communicateNow();
      },
    };
  }

  start(): void {
    this.#context.setTimer(milliseconds(this.#settings.initialRegistrationTimeoutMs), {
      taskName: 'initial-registration-timeout',
      run: () => {
        if (!this.#isRegistered) this.#shut();
      },
    });
    this.#register();
  }

  /** The broker has its logs and metadata: from now on it asks to be unfenced. */
  setReadyToUnfence(): void {
    this.#isReadyToUnfence = true;
    this.#scheduleNext(0);
  }

  beginControlledShutdown(): void {
    if (this.state === 'running') {
      this.state = 'stopping';
      this.#scheduleNext(0);
    } else if (this.state !== 'stopping') {
      this.#shut();
    }
  }

  /** Stops all communication, without asking for anything. */
  close(): void {
    this.state = 'shut';
    this.#context.cancelTimer(this.#timer);
    this.#timer = noTimer;
    this.#channel.close();
  }

  #shut(): void {
    if (this.state === 'shut') return;
    this.close();
    this.#listener.mayShutDown();
  }

  #communicateNow(): void {
    if (this.#isInFlight) this.#isNextImmediate = true;
    else if (this.#isRegistered) this.#heartbeat();
    else this.#register();
  }

  #register(): void {
    this.#isInFlight = true;
    this.#channel.send(Api.brokerRegistration, this.#settings.registration, {
      answered: (response) => {
        this.#registrationAnswered(response);
      },
      timedOut: () => {
        this.#failed();
      },
    });
  }

  #registrationAnswered(response: Response): void {
    if (response.apiKey !== Api.brokerRegistration) return;
    this.#isInFlight = false;
    if (this.state === 'shut') return;
    if (response.body.errorCode !== 'NONE') {
      this.#failed();
      return;
    }
    this.brokerEpoch = response.body.brokerEpoch;
    this.#isRegistered = true;
    this.#scheduleNext(0);
  }

  #heartbeat(): void {
    this.#isInFlight = true;
    this.#channel.send(
      Api.brokerHeartbeat,
      {
        brokerId: this.#settings.registration.brokerId,
        brokerEpoch: this.brokerEpoch,
        currentMetadataOffset: this.#settings.appliedMetadataOffset(),
        wantFence: !this.#isReadyToUnfence,
        wantShutDown: this.state === 'stopping',
        offlineLogDirs: [],
        cordonedLogDirs: this.state === 'starting' ? null : [],
      },
      {
        answered: (response) => {
          this.#heartbeatAnswered(response);
        },
        timedOut: () => {
          this.#failed();
        },
      },
    );
  }

  #heartbeatAnswered(response: Response): void {
    if (response.apiKey !== Api.brokerHeartbeat) return;
    this.#isInFlight = false;
    if (response.body.errorCode !== 'NONE') {
      this.#failed();
      return;
    }
    switch (this.state) {
      case 'starting':
        // Soon, so that a broker with nothing to recover starts quickly.
        this.#scheduleNext(startingInterval);
        if (!response.body.isCaughtUp) return;
        this.state = 'recovery';
        this.#listener.caughtUp();
        return;
      case 'recovery':
        this.#scheduleNext(this.#interval);
        if (response.body.isFenced) return;
        this.state = 'running';
        this.#listener.unfenced();
        return;
      case 'running':
        this.#scheduleNext(this.#interval);
        return;
      case 'stopping':
        this.#stoppingAnswered(response.body.shouldShutDown);
        return;
      case 'shut':
        return;
    }
  }

  #stoppingAnswered(isGranted: boolean): void {
    if (isGranted) {
      this.#shut();
      return;
    }
    const interval = this.#hasStoppingAnswer ? this.#interval : firstStoppingInterval;
    this.#hasStoppingAnswer = true;
    this.#scheduleNext(interval);
  }

  #failed(): void {
    this.#isInFlight = false;
    this.#isNextImmediate = false;
    if (this.state !== 'shut') this.#scheduleNext(this.#interval);
  }

  /** Replaces whatever was scheduled before. */
  #scheduleNext(interval: Duration): void {
    const after = this.#isNextImmediate ? 0 : interval;
    this.#isNextImmediate = false;
    this.#context.cancelTimer(this.#timer);
    this.#timer = this.#context.setTimer(after, this.#communicate);
  }
}
