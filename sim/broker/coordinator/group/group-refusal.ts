import { type ErrorName } from '../../../protocol/errors.ts';

/** Why a request to a group is refused, in the words of Kafka's exception. */
export class GroupRefusal {
  readonly error: ErrorName;
  /** Null where an answer says no more than the error. */
  readonly message: string | null;

  constructor(error: ErrorName, message: string | null = null) {
    this.error = error;
    this.message = message;
  }
}
