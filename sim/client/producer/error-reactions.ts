import { type ErrorName, errorProperties } from '../../protocol/errors.ts';

/**
 * What a producer does about an error in the answer to a request that carries no records.
 *
 * | reaction | what it does |
 * |---|---|
 * | lookUp | finds the coordinator anew, and sends the request again |
 * | retry | sends the request again |
 * | fenced | another producer has its transactional id: nothing is possible any more |
 * | fatal | nothing is possible any more |
 * | unexpected | the same, as a `KafkaException` |
 * | abortable | the transaction can only be aborted |
 * | bumps | the same, and after that the producer needs another epoch |
 * | commitFailed | the same as abortable, as a `CommitFailedException` |
 */
export type Reaction =
  'lookUp' | 'retry' | 'fenced' | 'fatal' | 'unexpected' | 'abortable' | 'bumps' | 'commitFailed';

/** By error; one that is missing is retried or unexpected. */
export type Reactions = Readonly<Partial<Record<ErrorName, Reaction>>>;

export function reactionTo(error: ErrorName, reactions: Reactions): Reaction {
  return reactions[error] ?? (errorProperties(error).retriable ? 'retry' : 'unexpected');
}

const ofCoordinators = {
  COORDINATOR_NOT_AVAILABLE: 'lookUp',
  NOT_COORDINATOR: 'lookUp',
} as const satisfies Reactions;

/** Coordinators before 2.8 say INVALID_PRODUCER_EPOCH where they mean PRODUCER_FENCED. */
const ofFencing = {
  INVALID_PRODUCER_EPOCH: 'fenced',
  PRODUCER_FENCED: 'fenced',
} as const satisfies Reactions;

export const initProducerIdReactions: Reactions = {
  ...ofCoordinators,
  ...ofFencing,
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'abortable',
  CLUSTER_AUTHORIZATION_FAILED: 'abortable',
  TRANSACTION_ABORTABLE: 'abortable',
};

export const findCoordinatorReactions: Reactions = {
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'fatal',
  GROUP_AUTHORIZATION_FAILED: 'abortable',
  TRANSACTION_ABORTABLE: 'abortable',
};

/** Of AddPartitionsToTxn and EndTxn. */
export const transactionReactions: Reactions = {
  ...ofCoordinators,
  ...ofFencing,
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'fatal',
  INVALID_TXN_STATE: 'fatal',
  INVALID_PRODUCER_ID_MAPPING: 'fatal',
  UNKNOWN_PRODUCER_ID: 'bumps',
  TRANSACTION_ABORTABLE: 'abortable',
};

/** An abort that can only be aborted would be tried for ever. */
export const abortReactions: Reactions = {
  ...transactionReactions,
  TRANSACTION_ABORTABLE: 'unexpected',
};

export const addOffsetsReactions: Reactions = {
  ...transactionReactions,
  GROUP_AUTHORIZATION_FAILED: 'abortable',
};

export const txnOffsetCommitReactions: Reactions = {
  ...ofCoordinators,
  ...ofFencing,
  REQUEST_TIMED_OUT: 'lookUp',
  GROUP_AUTHORIZATION_FAILED: 'abortable',
  FENCED_INSTANCE_ID: 'abortable',
  TRANSACTION_ABORTABLE: 'abortable',
  UNKNOWN_MEMBER_ID: 'commitFailed',
  ILLEGAL_GENERATION: 'commitFailed',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'fatal',
  UNSUPPORTED_FOR_MESSAGE_FORMAT: 'fatal',
};
