import { present } from '../../kernel/assert.ts';
import { type PartitionName } from '../../trace.ts';

/** Something that a thread waits for: it calls `goOn` once when it is over, perhaps before it returns. */
export type Step = (goOn: () => void) => void;

/**
 * What a thread of an application does: calls that wait are made with `yield*`, as they are made with
 * `await` elsewhere, and what they throw can be caught.
 */
export type Steps<T> = Generator<Step, T, undefined>;

/** What a call of a client throws. */
export class ClientException extends Error {
  /** The Java class, without its package: `CommitFailedException`. */
  override readonly name: string;
  /** The partitions that it is about; empty if it is about none. */
  readonly partitions: readonly PartitionName[];

  constructor(name: string, partitions: readonly PartitionName[] = []) {
    super(name);
    this.name = name;
    this.partitions = partitions;
  }
}

/** Waits until a call, made by `start`, has told its outcome. */
export function* outcomeOf<T>(start: (ended: (outcome: T) => void) => void): Steps<T> {
  const outcomes: { readonly outcome: T }[] = [];
  yield (goOn) => {
    start((outcome) => {
      outcomes.push({ outcome });
      goOn();
    });
  };
  return present(outcomes[0], 'the outcome of a call that is over').outcome;
}
