import { type ErrorName, errorNames, errorTable } from './errors.ts';

/**
 * A Java exception by its class name without the package. Two classes of the consumer share their
 * names with others: here they are `consumer.InvalidOffsetException` and
 * `consumer.OffsetOutOfRangeException`.
 */
export type ExceptionName = string;

/** Which exceptions extend which. Every other that an error stands for extends `ApiException`. */
const subclasses: Readonly<Record<ExceptionName, readonly ExceptionName[]>> = {
  RuntimeException: ['KafkaException'],
  KafkaException: [
    'ApiException',
    'CommitFailedException',
    'ConfigException',
    'InterruptException',
    'SerializationException',
    'WakeupException',
    'consumer.InvalidOffsetException',
  ],
  SerializationException: ['RecordDeserializationException'],
  'consumer.InvalidOffsetException': [
    'NoOffsetForPartitionException',
    'consumer.OffsetOutOfRangeException',
  ],
  'consumer.OffsetOutOfRangeException': ['LogTruncationException'],

  ApiException: [
    'ApplicationRecoverableException',
    'InvalidConfigurationException',
    'InvalidOffsetException',
    'RetriableException',
    'TransactionAbortedException',
  ],
  ApplicationRecoverableException: [
    'FencedInstanceIdException',
    'IllegalGenerationException',
    'InvalidPidMappingException',
    'InvalidProducerEpochException',
    'ProducerFencedException',
    'UnknownMemberIdException',
  ],
  InvalidConfigurationException: [
    'AuthenticationException',
    'AuthorizationException',
    'InvalidRecordException',
    'InvalidReplicationFactorException',
    'InvalidRequiredAcksException',
    'InvalidTopicException',
    'RecordBatchTooLargeException',
    'UnsupportedForMessageFormatException',
    'UnsupportedVersionException',
  ],
  AuthenticationException: [
    'IllegalSaslStateException',
    'SaslAuthenticationException',
    'SslAuthenticationException',
    'UnsupportedSaslMechanismException',
  ],
  AuthorizationException: [
    'ClusterAuthorizationException',
    'DelegationTokenAuthorizationException',
    'GroupAuthorizationException',
    'TopicAuthorizationException',
    'TransactionalIdAuthorizationException',
  ],
  InvalidOffsetException: ['OffsetOutOfRangeException'],
  OutOfOrderSequenceException: ['UnknownProducerIdException'],

  RetriableException: [
    'ConcurrentTransactionsException',
    'CoordinatorLoadInProgressException',
    'CorruptRecordException',
    'DisconnectException',
    'FetchSessionIdNotFoundException',
    'FetchSessionTopicIdException',
    'InvalidFetchSessionEpochException',
    'InvalidShareSessionEpochException',
    'NotControllerException',
    'NotEnoughReplicasAfterAppendException',
    'NotEnoughReplicasException',
    'OffsetNotAvailableException',
    'RefreshRetriableException',
    'RetriableCommitFailedException',
    'ShareSessionLimitReachedException',
    'ShareSessionNotFoundException',
    'ThrottlingQuotaExceededException',
    'TimeoutException',
    'UnknownLeaderEpochException',
    'UnstableOffsetCommitException',
  ],
  TimeoutException: ['BufferExhaustedException'],
  RefreshRetriableException: [
    'CoordinatorNotAvailableException',
    'InvalidMetadataException',
    'NotCoordinatorException',
  ],
  InvalidMetadataException: [
    'ElectionNotNeededException',
    'EligibleLeadersNotAvailableException',
    'FencedLeaderEpochException',
    'InconsistentTopicIdException',
    'KafkaStorageException',
    'LeaderNotAvailableException',
    'ListenerNotFoundException',
    'NetworkException',
    'NotLeaderOrFollowerException',
    'PreferredLeaderNotAvailableException',
    'ReplicaNotAvailableException',
    'UnknownTopicIdException',
    'UnknownTopicOrPartitionException',
  ],
};

/** Without NONE, which is no exception. */
const errorOf = new Map<ExceptionName, ErrorName>(
  errorNames.filter((name) => name !== 'NONE').map((name) => [errorTable[name].exception, name]),
);

const superclassOf = new Map<ExceptionName, ExceptionName>([
  ...[...errorOf.keys()].map((name): [string, string] => [name, 'ApiException']),
  ...Object.entries(subclasses).flatMap(([superclass, names]) =>
    names.map((name): [string, string] => [name, superclass]),
  ),
]);

/** What an exception extends, the nearest first, up to `RuntimeException`. */
export function superclassesOf(exception: ExceptionName): readonly ExceptionName[] {
  const superclass = superclassOf.get(exception);
  return superclass === undefined ? [] : [superclass, ...superclassesOf(superclass)];
}

/** Whether an exception is of a class or of one that extends it: Java's `instanceof`. */
export function isException(exception: ExceptionName, expected: ExceptionName): boolean {
  return exception === expected || superclassesOf(exception).includes(expected);
}

/** The error by which a broker answers when a handler throws this (`Errors.forException`). */
export function errorOfException(exception: ExceptionName): ErrorName {
  for (const name of [exception, ...superclassesOf(exception)]) {
    const error = errorOf.get(name);
    if (error !== undefined) return error;
  }
  return 'UNKNOWN_SERVER_ERROR';
}
