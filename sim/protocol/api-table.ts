/** What Kafka 4.3.1 says of one request (`ApiKeys`, `ApiMessageType`). */
export interface ApiProperties {
  readonly key: number;
  readonly oldestVersion: number;
  /** Inclusive; below the oldest where nothing is left of the request but its key. */
  readonly newestVersion: number;
  /** Whether the newest version is refused unless `unstable.api.versions.enable` is set. */
  readonly newestIsUnstable: boolean;
  /** From this version on lengths are varints and fields may be tagged (KIP-482). */
  readonly firstFlexibleVersion: number;
  readonly isServedByBrokers: boolean;
  readonly isServedByControllers: boolean;
  /** Brokers pass it on to the active controller. */
  readonly isForwarded: boolean;
  /** Only nodes of the cluster may send it. */
  readonly isClusterAction: boolean;
}

/** Every request of Kafka 4.3.1 by its name, in the order of the keys. */
export const apiTable = {
  Produce: api(0, 3, 13, 9, 'b'),
  Fetch: api(1, 4, 18, 12, 'bc'),
  ListOffsets: api(2, 1, 11, 6, 'b'),
  Metadata: api(3, 0, 13, 9, 'b'),
  LeaderAndIsr: api(4, 0, -1, Infinity, 'a'),
  StopReplica: api(5, 0, -1, Infinity, 'a'),
  UpdateMetadata: api(6, 0, -1, Infinity, 'a'),
  ControlledShutdown: api(7, 0, -1, Infinity, 'a'),
  OffsetCommit: api(8, 2, 10, 8, 'b'),
  OffsetFetch: api(9, 1, 10, 6, 'b'),
  FindCoordinator: api(10, 0, 6, 3, 'b'),
  JoinGroup: api(11, 0, 9, 6, 'b'),
  Heartbeat: api(12, 0, 4, 4, 'b'),
  LeaveGroup: api(13, 0, 5, 4, 'b'),
  SyncGroup: api(14, 0, 5, 4, 'b'),
  DescribeGroups: api(15, 0, 6, 5, 'b'),
  ListGroups: api(16, 0, 5, 3, 'b'),
  SaslHandshake: api(17, 0, 1, Infinity, 'bc'),
  ApiVersions: api(18, 0, 4, 3, 'bc'),
  CreateTopics: api(19, 2, 7, 5, 'bcf'),
  DeleteTopics: api(20, 1, 6, 4, 'bcf'),
  DeleteRecords: api(21, 0, 2, 2, 'b'),
  InitProducerId: api(22, 0, 6, 2, 'bu'),
  OffsetForLeaderEpoch: api(23, 2, 4, 4, 'b'),
  AddPartitionsToTxn: api(24, 0, 5, 3, 'b'),
  AddOffsetsToTxn: api(25, 0, 4, 3, 'b'),
  EndTxn: api(26, 0, 5, 3, 'b'),
  WriteTxnMarkers: api(27, 1, 2, 1, 'ba'),
  TxnOffsetCommit: api(28, 0, 5, 3, 'b'),
  DescribeAcls: api(29, 1, 3, 2, 'bc'),
  CreateAcls: api(30, 1, 3, 2, 'bcf'),
  DeleteAcls: api(31, 1, 3, 2, 'bcf'),
  DescribeConfigs: api(32, 1, 4, 4, 'bc'),
  AlterConfigs: api(33, 0, 2, 2, 'bcf'),
  AlterReplicaLogDirs: api(34, 1, 2, 2, 'b'),
  DescribeLogDirs: api(35, 1, 5, 2, 'b'),
  SaslAuthenticate: api(36, 0, 2, 2, 'bc'),
  CreatePartitions: api(37, 0, 3, 2, 'bcf'),
  CreateDelegationToken: api(38, 1, 3, 2, 'bcf'),
  RenewDelegationToken: api(39, 1, 2, 2, 'bcf'),
  ExpireDelegationToken: api(40, 1, 2, 2, 'bcf'),
  DescribeDelegationToken: api(41, 1, 3, 2, 'bc'),
  DeleteGroups: api(42, 0, 2, 2, 'b'),
  ElectLeaders: api(43, 0, 2, 2, 'bcf'),
  IncrementalAlterConfigs: api(44, 0, 1, 1, 'bcf'),
  AlterPartitionReassignments: api(45, 0, 1, 0, 'bcf'),
  ListPartitionReassignments: api(46, 0, 0, 0, 'bcf'),
  OffsetDelete: api(47, 0, 0, Infinity, 'b'),
  DescribeClientQuotas: api(48, 0, 1, 1, 'b'),
  AlterClientQuotas: api(49, 0, 1, 1, 'bcf'),
  DescribeUserScramCredentials: api(50, 0, 0, 0, 'bc'),
  AlterUserScramCredentials: api(51, 0, 0, 0, 'bcf'),
  Vote: api(52, 0, 2, 0, 'ca'),
  BeginQuorumEpoch: api(53, 0, 1, 1, 'ca'),
  EndQuorumEpoch: api(54, 0, 1, 1, 'ca'),
  DescribeQuorum: api(55, 0, 2, 0, 'bcfa'),
  AlterPartition: api(56, 2, 3, 2, 'ca'),
  UpdateFeatures: api(57, 0, 2, 0, 'bcfa'),
  Envelope: api(58, 0, 0, 0, 'ca'),
  FetchSnapshot: api(59, 0, 1, 0, 'c'),
  DescribeCluster: api(60, 0, 2, 0, 'bc'),
  DescribeProducers: api(61, 0, 0, 0, 'b'),
  BrokerRegistration: api(62, 0, 4, 0, 'ca'),
  BrokerHeartbeat: api(63, 0, 2, 0, 'ca'),
  UnregisterBroker: api(64, 0, 0, 0, 'bcf'),
  DescribeTransactions: api(65, 0, 0, 0, 'b'),
  ListTransactions: api(66, 0, 2, 0, 'b'),
  AllocateProducerIds: api(67, 0, 0, 0, 'cfa'),
  ConsumerGroupHeartbeat: api(68, 0, 1, 0, 'b'),
  ConsumerGroupDescribe: api(69, 0, 1, 0, 'b'),
  ControllerRegistration: api(70, 0, 0, 0, 'c'),
  GetTelemetrySubscriptions: api(71, 0, 0, 0, 'b'),
  PushTelemetry: api(72, 0, 0, 0, 'b'),
  AssignReplicasToDirs: api(73, 0, 0, 0, 'c'),
  ListConfigResources: api(74, 0, 1, 0, 'b'),
  DescribeTopicPartitions: api(75, 0, 0, 0, 'b'),
  ShareGroupHeartbeat: api(76, 1, 1, 1, 'b'),
  ShareGroupDescribe: api(77, 1, 1, 1, 'b'),
  ShareFetch: api(78, 1, 2, 1, 'b'),
  ShareAcknowledge: api(79, 1, 2, 1, 'b'),
  AddRaftVoter: api(80, 0, 1, 0, 'bcf'),
  RemoveRaftVoter: api(81, 0, 0, 0, 'bcf'),
  UpdateRaftVoter: api(82, 0, 0, 0, 'c'),
  InitializeShareGroupState: api(83, 0, 0, 0, 'ba'),
  ReadShareGroupState: api(84, 0, 0, 0, 'ba'),
  WriteShareGroupState: api(85, 0, 1, 0, 'ba'),
  DeleteShareGroupState: api(86, 0, 0, 0, 'ba'),
  ReadShareGroupStateSummary: api(87, 0, 1, 0, 'ba'),
  StreamsGroupHeartbeat: api(88, 0, 0, 0, 'b'),
  StreamsGroupDescribe: api(89, 0, 0, 0, 'b'),
  DescribeShareGroupOffsets: api(90, 0, 1, 0, 'b'),
  AlterShareGroupOffsets: api(91, 0, 0, 0, 'b'),
  DeleteShareGroupOffsets: api(92, 0, 0, 0, 'b'),
} as const satisfies Record<string, ApiProperties>;

/** The newest version that a client may send without asking for unstable ones. */
export function newestStableVersion({ newestVersion, newestIsUnstable }: ApiProperties): number {
  return newestIsUnstable ? newestVersion - 1 : newestVersion;
}

/** The version of the header before a request: 2 where the request is flexible. */
export function requestHeaderVersion(api: ApiProperties, version: number): 1 | 2 {
  return version >= api.firstFlexibleVersion ? 2 : 1;
}

/** The version of the header before a response: 1 where the response is flexible. */
export function responseHeaderVersion(api: ApiProperties, version: number): 0 | 1 {
  // Who asks for the versions cannot know yet which header it will get (KIP-511).
  if (api.key === apiTable.ApiVersions.key) return 0;
  return version >= api.firstFlexibleVersion ? 1 : 0;
}

/**
 * `flags`: b = served by brokers, c = served by controllers, f = forwarded to the active controller,
 * a = a cluster action, u = the newest version is unstable.
 */
function api(
  key: number,
  oldestVersion: number,
  newestVersion: number,
  firstFlexibleVersion: number,
  flags: string,
): ApiProperties {
  return {
    key,
    oldestVersion,
    newestVersion,
    newestIsUnstable: flags.includes('u'),
    firstFlexibleVersion,
    isServedByBrokers: flags.includes('b'),
    isServedByControllers: flags.includes('c'),
    isForwarded: flags.includes('f'),
    isClusterAction: flags.includes('a'),
  };
}
