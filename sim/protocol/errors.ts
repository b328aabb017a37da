/** What Kafka's `Errors` says of one error, and what the checker may conclude from it. */
export interface ErrorProperties {
  /** Kafka's number for this error on the wire. */
  readonly code: number;
  /** The Java exception that a client sees, without its package; empty for NONE. */
  readonly exception: string;
  /** Whether the client may send the same request again. */
  readonly retriable: boolean;
  /** Whether the client asks for new metadata before it tries again. */
  readonly refreshesMetadata: boolean;
  /**
   * Whether the answer to a produce proves that this attempt changed nothing. If not, the record
   * may yet be read: a produce parked for acks=all is answered with these after the append
   * (`DelayedProduce`, `Partition.checkEnoughReplicasReachOffset`).
   */
  readonly definite: boolean;
}

/** Every error of Kafka 4.3.1, by name (`Errors.java`). Answered, never thrown. */
export const errorTable = {
  UNKNOWN_SERVER_ERROR: error(-1, 'UnknownServerException', 'i'),
  NONE: error(0, '', ''),
  OFFSET_OUT_OF_RANGE: error(1, 'OffsetOutOfRangeException', ''),
  CORRUPT_MESSAGE: error(2, 'CorruptRecordException', 'r'),
  UNKNOWN_TOPIC_OR_PARTITION: error(3, 'UnknownTopicOrPartitionException', 'rmi'),
  INVALID_FETCH_SIZE: error(4, 'InvalidFetchSizeException', ''),
  LEADER_NOT_AVAILABLE: error(5, 'LeaderNotAvailableException', 'rm'),
  NOT_LEADER_OR_FOLLOWER: error(6, 'NotLeaderOrFollowerException', 'rmi'),
  REQUEST_TIMED_OUT: error(7, 'TimeoutException', 'ri'),
  BROKER_NOT_AVAILABLE: error(8, 'BrokerNotAvailableException', ''),
  REPLICA_NOT_AVAILABLE: error(9, 'ReplicaNotAvailableException', 'rm'),
  MESSAGE_TOO_LARGE: error(10, 'RecordTooLargeException', ''),
  STALE_CONTROLLER_EPOCH: error(11, 'ControllerMovedException', ''),
  OFFSET_METADATA_TOO_LARGE: error(12, 'OffsetMetadataTooLarge', ''),
  NETWORK_EXCEPTION: error(13, 'NetworkException', 'rmi'),
  COORDINATOR_LOAD_IN_PROGRESS: error(14, 'CoordinatorLoadInProgressException', 'r'),
  COORDINATOR_NOT_AVAILABLE: error(15, 'CoordinatorNotAvailableException', 'rm'),
  NOT_COORDINATOR: error(16, 'NotCoordinatorException', 'rm'),
  INVALID_TOPIC_EXCEPTION: error(17, 'InvalidTopicException', ''),
  RECORD_LIST_TOO_LARGE: error(18, 'RecordBatchTooLargeException', ''),
  NOT_ENOUGH_REPLICAS: error(19, 'NotEnoughReplicasException', 'r'),
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: error(20, 'NotEnoughReplicasAfterAppendException', 'ri'),
  INVALID_REQUIRED_ACKS: error(21, 'InvalidRequiredAcksException', ''),
  ILLEGAL_GENERATION: error(22, 'IllegalGenerationException', ''),
  INCONSISTENT_GROUP_PROTOCOL: error(23, 'InconsistentGroupProtocolException', ''),
  INVALID_GROUP_ID: error(24, 'InvalidGroupIdException', ''),
  UNKNOWN_MEMBER_ID: error(25, 'UnknownMemberIdException', ''),
  INVALID_SESSION_TIMEOUT: error(26, 'InvalidSessionTimeoutException', ''),
  REBALANCE_IN_PROGRESS: error(27, 'RebalanceInProgressException', ''),
  INVALID_COMMIT_OFFSET_SIZE: error(28, 'InvalidCommitOffsetSizeException', ''),
  TOPIC_AUTHORIZATION_FAILED: error(29, 'TopicAuthorizationException', ''),
  GROUP_AUTHORIZATION_FAILED: error(30, 'GroupAuthorizationException', ''),
  CLUSTER_AUTHORIZATION_FAILED: error(31, 'ClusterAuthorizationException', ''),
  INVALID_TIMESTAMP: error(32, 'InvalidTimestampException', ''),
  UNSUPPORTED_SASL_MECHANISM: error(33, 'UnsupportedSaslMechanismException', ''),
  ILLEGAL_SASL_STATE: error(34, 'IllegalSaslStateException', ''),
  UNSUPPORTED_VERSION: error(35, 'UnsupportedVersionException', ''),
  TOPIC_ALREADY_EXISTS: error(36, 'TopicExistsException', ''),
  INVALID_PARTITIONS: error(37, 'InvalidPartitionsException', ''),
  INVALID_REPLICATION_FACTOR: error(38, 'InvalidReplicationFactorException', ''),
  INVALID_REPLICA_ASSIGNMENT: error(39, 'InvalidReplicaAssignmentException', ''),
  INVALID_CONFIG: error(40, 'InvalidConfigurationException', ''),
  NOT_CONTROLLER: error(41, 'NotControllerException', 'r'),
  INVALID_REQUEST: error(42, 'InvalidRequestException', ''),
  UNSUPPORTED_FOR_MESSAGE_FORMAT: error(43, 'UnsupportedForMessageFormatException', ''),
  POLICY_VIOLATION: error(44, 'PolicyViolationException', ''),
  OUT_OF_ORDER_SEQUENCE_NUMBER: error(45, 'OutOfOrderSequenceException', ''),
  DUPLICATE_SEQUENCE_NUMBER: error(46, 'DuplicateSequenceException', ''),
  INVALID_PRODUCER_EPOCH: error(47, 'InvalidProducerEpochException', ''),
  INVALID_TXN_STATE: error(48, 'InvalidTxnStateException', ''),
  INVALID_PRODUCER_ID_MAPPING: error(49, 'InvalidPidMappingException', ''),
  INVALID_TRANSACTION_TIMEOUT: error(50, 'InvalidTxnTimeoutException', ''),
  CONCURRENT_TRANSACTIONS: error(51, 'ConcurrentTransactionsException', 'r'),
  TRANSACTION_COORDINATOR_FENCED: error(52, 'TransactionCoordinatorFencedException', ''),
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: error(53, 'TransactionalIdAuthorizationException', ''),
  SECURITY_DISABLED: error(54, 'SecurityDisabledException', ''),
  OPERATION_NOT_ATTEMPTED: error(55, 'OperationNotAttemptedException', ''),
  KAFKA_STORAGE_ERROR: error(56, 'KafkaStorageException', 'rmi'),
  LOG_DIR_NOT_FOUND: error(57, 'LogDirNotFoundException', ''),
  SASL_AUTHENTICATION_FAILED: error(58, 'SaslAuthenticationException', ''),
  UNKNOWN_PRODUCER_ID: error(59, 'UnknownProducerIdException', ''),
  REASSIGNMENT_IN_PROGRESS: error(60, 'ReassignmentInProgressException', ''),
  DELEGATION_TOKEN_AUTH_DISABLED: error(61, 'DelegationTokenDisabledException', ''),
  DELEGATION_TOKEN_NOT_FOUND: error(62, 'DelegationTokenNotFoundException', ''),
  DELEGATION_TOKEN_OWNER_MISMATCH: error(63, 'DelegationTokenOwnerMismatchException', ''),
  DELEGATION_TOKEN_REQUEST_NOT_ALLOWED: error(64, 'UnsupportedByAuthenticationException', ''),
  DELEGATION_TOKEN_AUTHORIZATION_FAILED: error(65, 'DelegationTokenAuthorizationException', ''),
  DELEGATION_TOKEN_EXPIRED: error(66, 'DelegationTokenExpiredException', ''),
  INVALID_PRINCIPAL_TYPE: error(67, 'InvalidPrincipalTypeException', ''),
  NON_EMPTY_GROUP: error(68, 'GroupNotEmptyException', ''),
  GROUP_ID_NOT_FOUND: error(69, 'GroupIdNotFoundException', ''),
  FETCH_SESSION_ID_NOT_FOUND: error(70, 'FetchSessionIdNotFoundException', 'r'),
  INVALID_FETCH_SESSION_EPOCH: error(71, 'InvalidFetchSessionEpochException', 'r'),
  LISTENER_NOT_FOUND: error(72, 'ListenerNotFoundException', 'rm'),
  TOPIC_DELETION_DISABLED: error(73, 'TopicDeletionDisabledException', ''),
  FENCED_LEADER_EPOCH: error(74, 'FencedLeaderEpochException', 'rmi'),
  UNKNOWN_LEADER_EPOCH: error(75, 'UnknownLeaderEpochException', 'r'),
  UNSUPPORTED_COMPRESSION_TYPE: error(76, 'UnsupportedCompressionTypeException', ''),
  STALE_BROKER_EPOCH: error(77, 'StaleBrokerEpochException', ''),
  OFFSET_NOT_AVAILABLE: error(78, 'OffsetNotAvailableException', 'r'),
  MEMBER_ID_REQUIRED: error(79, 'MemberIdRequiredException', ''),
  PREFERRED_LEADER_NOT_AVAILABLE: error(80, 'PreferredLeaderNotAvailableException', 'rm'),
  GROUP_MAX_SIZE_REACHED: error(81, 'GroupMaxSizeReachedException', ''),
  FENCED_INSTANCE_ID: error(82, 'FencedInstanceIdException', ''),
  ELIGIBLE_LEADERS_NOT_AVAILABLE: error(83, 'EligibleLeadersNotAvailableException', 'rm'),
  ELECTION_NOT_NEEDED: error(84, 'ElectionNotNeededException', 'rm'),
  NO_REASSIGNMENT_IN_PROGRESS: error(85, 'NoReassignmentInProgressException', ''),
  GROUP_SUBSCRIBED_TO_TOPIC: error(86, 'GroupSubscribedToTopicException', ''),
  INVALID_RECORD: error(87, 'InvalidRecordException', ''),
  UNSTABLE_OFFSET_COMMIT: error(88, 'UnstableOffsetCommitException', 'r'),
  THROTTLING_QUOTA_EXCEEDED: error(89, 'ThrottlingQuotaExceededException', 'r'),
  PRODUCER_FENCED: error(90, 'ProducerFencedException', ''),
  RESOURCE_NOT_FOUND: error(91, 'ResourceNotFoundException', ''),
  DUPLICATE_RESOURCE: error(92, 'DuplicateResourceException', ''),
  UNACCEPTABLE_CREDENTIAL: error(93, 'UnacceptableCredentialException', ''),
  INCONSISTENT_VOTER_SET: error(94, 'InconsistentVoterSetException', ''),
  INVALID_UPDATE_VERSION: error(95, 'InvalidUpdateVersionException', ''),
  FEATURE_UPDATE_FAILED: error(96, 'FeatureUpdateFailedException', ''),
  PRINCIPAL_DESERIALIZATION_FAILURE: error(97, 'PrincipalDeserializationException', ''),
  SNAPSHOT_NOT_FOUND: error(98, 'SnapshotNotFoundException', ''),
  POSITION_OUT_OF_RANGE: error(99, 'PositionOutOfRangeException', ''),
  UNKNOWN_TOPIC_ID: error(100, 'UnknownTopicIdException', 'rm'),
  DUPLICATE_BROKER_REGISTRATION: error(101, 'DuplicateBrokerRegistrationException', ''),
  BROKER_ID_NOT_REGISTERED: error(102, 'BrokerIdNotRegisteredException', ''),
  INCONSISTENT_TOPIC_ID: error(103, 'InconsistentTopicIdException', 'rm'),
  INCONSISTENT_CLUSTER_ID: error(104, 'InconsistentClusterIdException', ''),
  TRANSACTIONAL_ID_NOT_FOUND: error(105, 'TransactionalIdNotFoundException', ''),
  FETCH_SESSION_TOPIC_ID_ERROR: error(106, 'FetchSessionTopicIdException', 'r'),
  INELIGIBLE_REPLICA: error(107, 'IneligibleReplicaException', ''),
  NEW_LEADER_ELECTED: error(108, 'NewLeaderElectedException', ''),
  OFFSET_MOVED_TO_TIERED_STORAGE: error(109, 'OffsetMovedToTieredStorageException', ''),
  FENCED_MEMBER_EPOCH: error(110, 'FencedMemberEpochException', ''),
  UNRELEASED_INSTANCE_ID: error(111, 'UnreleasedInstanceIdException', ''),
  UNSUPPORTED_ASSIGNOR: error(112, 'UnsupportedAssignorException', ''),
  STALE_MEMBER_EPOCH: error(113, 'StaleMemberEpochException', ''),
  MISMATCHED_ENDPOINT_TYPE: error(114, 'MismatchedEndpointTypeException', ''),
  UNSUPPORTED_ENDPOINT_TYPE: error(115, 'UnsupportedEndpointTypeException', ''),
  UNKNOWN_CONTROLLER_ID: error(116, 'UnknownControllerIdException', ''),
  UNKNOWN_SUBSCRIPTION_ID: error(117, 'UnknownSubscriptionIdException', ''),
  TELEMETRY_TOO_LARGE: error(118, 'TelemetryTooLargeException', ''),
  INVALID_REGISTRATION: error(119, 'InvalidRegistrationException', ''),
  TRANSACTION_ABORTABLE: error(120, 'TransactionAbortableException', ''),
  INVALID_RECORD_STATE: error(121, 'InvalidRecordStateException', ''),
  SHARE_SESSION_NOT_FOUND: error(122, 'ShareSessionNotFoundException', 'r'),
  INVALID_SHARE_SESSION_EPOCH: error(123, 'InvalidShareSessionEpochException', 'r'),
  FENCED_STATE_EPOCH: error(124, 'FencedStateEpochException', ''),
  INVALID_VOTER_KEY: error(125, 'InvalidVoterKeyException', ''),
  DUPLICATE_VOTER: error(126, 'DuplicateVoterException', ''),
  VOTER_NOT_FOUND: error(127, 'VoterNotFoundException', ''),
  INVALID_REGULAR_EXPRESSION: error(128, 'InvalidRegularExpression', ''),
  REBOOTSTRAP_REQUIRED: error(129, 'RebootstrapRequiredException', ''),
  STREAMS_INVALID_TOPOLOGY: error(130, 'StreamsInvalidTopologyException', ''),
  STREAMS_INVALID_TOPOLOGY_EPOCH: error(131, 'StreamsInvalidTopologyEpochException', ''),
  STREAMS_TOPOLOGY_FENCED: error(132, 'StreamsTopologyFencedException', ''),
  SHARE_SESSION_LIMIT_REACHED: error(133, 'ShareSessionLimitReachedException', 'r'),
} as const satisfies Record<string, ErrorProperties>;

/** The name of an error; `NONE` is success. */
export type ErrorName = keyof typeof errorTable;

export function isErrorName(name: string): name is ErrorName {
  return Object.hasOwn(errorTable, name);
}

/** All errors, in the order of their codes. */
export const errorNames: readonly ErrorName[] = Object.keys(errorTable).filter(isErrorName);

const nameByCode = new Map(errorNames.map((name) => [errorTable[name].code, name]));

/** The error with that number on the wire; numbers of a newer Kafka are UNKNOWN_SERVER_ERROR. */
export function errorOfCode(code: number): ErrorName {
  return nameByCode.get(code) ?? 'UNKNOWN_SERVER_ERROR';
}

/** What is known of an error. */
export function errorProperties(name: ErrorName): ErrorProperties {
  return errorTable[name];
}

/** `flags`: r = retriable, m = the client refreshes its metadata, i = indefinite. */
function error(code: number, exception: string, flags: string): ErrorProperties {
  return {
    code,
    exception,
    retriable: flags.includes('r'),
    refreshesMetadata: flags.includes('m'),
    definite: !flags.includes('i'),
  };
}
