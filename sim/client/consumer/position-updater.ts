import { type CallTimer } from './blocking-call.ts';
import { type ConsumerException } from './consumer-exception.ts';
import { type ConsumerParts } from './consumer-parts.ts';
import { type ConsumerCoordinator } from './group/consumer-coordinator.ts';
import { type OffsetResetter } from './offset-resetter.ts';
import { type PositionValidator } from './position-validator.ts';
import { type Waits } from './waits.ts';

export interface PositionParts extends ConsumerParts {
  readonly validator: PositionValidator;
  readonly resetter: OffsetResetter;
  /** Undefined without a group. */
  readonly coordinator: ConsumerCoordinator | undefined;
}

/** Gives every assigned partition a valid position (`ClassicKafkaConsumer.updateFetchPositions`). */
export class PositionUpdater {
  readonly #parts: PositionParts;
  #hadAll = false;

  constructor(parts: PositionParts) {
    this.#parts = parts;
  }

  /** Whether there was nothing to find when it was looked last. */
  get hadAll(): boolean {
    return this.#hadAll;
  }

  /** Validates and resets what needs it; nothing here waits for an answer. @returns What is thrown. */
  updateNow(): ConsumerException | undefined {
    const exception = this.#validate();
    return exception !== undefined || this.#hadAll ? exception : this.#reset();
  }

  /** The same with the offsets that the group has committed, for which it waits. */
  *update(timer: CallTimer): Waits<ConsumerException | undefined> {
    const exception = this.#validate();
    if (exception !== undefined || this.#hadAll) return exception;
    const { coordinator } = this.#parts;
    if (coordinator === undefined) return this.#reset();
    const isInitialized = yield* coordinator.committed.initialize(timer);
    if (isInitialized === false) return undefined;
    return isInitialized === true ? this.#reset() : isInitialized;
  }

  #validate(): ConsumerException | undefined {
    const { validator, subscriptions } = this.#parts;
    const exception = validator.validateIfNeeded();
    if (exception === undefined) this.#hadAll = subscriptions.hasAllPositions;
    return exception;
  }

  #reset(): ConsumerException | undefined {
    const { subscriptions, resetter } = this.#parts;
    const hopeless = subscriptions.resetInitializing();
    if (hopeless.length > 0) return { name: 'NoOffsetForPartitionException', partitions: hopeless };
    return resetter.resetIfNeeded();
  }
}
