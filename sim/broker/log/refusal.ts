import { type ErrorName } from '../../protocol/errors.ts';
import { type BatchIndexAndErrorMessage } from '../../protocol/messages/produce-response.ts';

/** Why an append is refused, in the words of Kafka's exception. */
export interface Refusal {
  readonly error: ErrorName;
  readonly reason: string;
  /** The records at fault; empty unless single records were looked at. */
  readonly recordErrors: readonly BatchIndexAndErrorMessage[];
}

export function refusal(error: ErrorName, reason: string): Refusal {
  return { error, reason, recordErrors: [] };
}
