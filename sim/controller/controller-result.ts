import { type ErrorName } from '../protocol/errors.ts';
import { type MetadataRecord } from '../protocol/metadata-record.ts';
import { type BrokerId, type ControllerFact } from '../trace.ts';

/** Kafka's `ApiError`: an error with the text that goes with it, null where the text says no more. */
export interface ApiError {
  readonly error: ErrorName;
  readonly message: string | null;
}

export const noError: ApiError = { error: 'NONE', message: null };

export function apiError(error: ErrorName, message: string | null = null): ApiError {
  return { error, message };
}

/** What Kafka says where it has no better text (`Errors.message`). */
const defaultTexts = {
  UNKNOWN_TOPIC_OR_PARTITION: 'This server does not host this topic-partition.',
  UNKNOWN_TOPIC_ID: 'This server does not host this topic ID.',
  PREFERRED_LEADER_NOT_AVAILABLE: 'The preferred leader was not available.',
  ELIGIBLE_LEADERS_NOT_AVAILABLE: 'Eligible topic partition leaders are not available.',
  ELECTION_NOT_NEEDED: 'Leader election not needed for topic partition.',
} as const satisfies Partial<Record<ErrorName, string>>;

export function errorWithDefaultText(error: keyof typeof defaultTexts): ApiError {
  return { error, message: defaultTexts[error] };
}

/** More records than this in one operation of a user are refused with POLICY_VIOLATION. */
export const maxRecordsPerUserOperation = 10_000;

/** What an operation has decided: records for the log, and the answer that goes out with them. */
export interface ControllerResult<Body> {
  readonly records: readonly MetadataRecord[];
  readonly body: Body;
  /** The records go into one batch: all or none. */
  readonly isAtomic: boolean;
  /** Answered at once, whatever is still uncommitted: in Kafka an exception, or no write at all. */
  readonly isImmediate: boolean;
  /** This broker is in controlled shutdown and waits for the end of these records; -1: none. */
  readonly shuttingDown: BrokerId;
  /** Told when the records are committed, after what the records themselves say. */
  readonly committedFacts: readonly ControllerFact[];
  /** Told when the answer goes out. */
  readonly answeredFacts: readonly ControllerFact[];
}

const noFacts: readonly ControllerFact[] = [];

/** What most results do without. */
type More = Partial<Omit<ControllerResult<unknown>, 'records' | 'body'>>;

/** Records that may be split over batches, and an answer. */
export function decided<Body>(
  records: readonly MetadataRecord[],
  body: Body,
  more: More = {},
): ControllerResult<Body> {
  return {
    records,
    body,
    isAtomic: more.isAtomic ?? false,
    isImmediate: more.isImmediate ?? false,
    shuttingDown: more.shuttingDown ?? -1,
    committedFacts: more.committedFacts ?? noFacts,
    answeredFacts: more.answeredFacts ?? noFacts,
  };
}

/** An answer that waits for nothing, as when an operation is refused as a whole. */
export function immediate<Body>(body: Body, more: More = {}): ControllerResult<Body> {
  return decided([], body, { isImmediate: true, ...more });
}
