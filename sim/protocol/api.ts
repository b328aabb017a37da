import { type AddOffsetsToTxnRequest } from './messages/add-offsets-to-txn-request.ts';
import { type AddOffsetsToTxnResponse } from './messages/add-offsets-to-txn-response.ts';
import { type AddPartitionsToTxnRequest } from './messages/add-partitions-to-txn-request.ts';
import { type AddPartitionsToTxnResponse } from './messages/add-partitions-to-txn-response.ts';
import { type AllocateProducerIdsRequest } from './messages/allocate-producer-ids-request.ts';
import { type AllocateProducerIdsResponse } from './messages/allocate-producer-ids-response.ts';
import { type AlterPartitionReassignmentsRequest } from './messages/alter-partition-reassignments-request.ts';
import { type AlterPartitionReassignmentsResponse } from './messages/alter-partition-reassignments-response.ts';
import { type AlterPartitionRequest } from './messages/alter-partition-request.ts';
import { type AlterPartitionResponse } from './messages/alter-partition-response.ts';
import { type ApiVersionsRequest } from './messages/api-versions-request.ts';
import { type ApiVersionsResponse } from './messages/api-versions-response.ts';
import { type BrokerHeartbeatRequest } from './messages/broker-heartbeat-request.ts';
import { type BrokerHeartbeatResponse } from './messages/broker-heartbeat-response.ts';
import { type BrokerRegistrationRequest } from './messages/broker-registration-request.ts';
import { type BrokerRegistrationResponse } from './messages/broker-registration-response.ts';
import { type ConsumerGroupDescribeRequest } from './messages/consumer-group-describe-request.ts';
import { type ConsumerGroupDescribeResponse } from './messages/consumer-group-describe-response.ts';
import { type ConsumerGroupHeartbeatRequest } from './messages/consumer-group-heartbeat-request.ts';
import { type ConsumerGroupHeartbeatResponse } from './messages/consumer-group-heartbeat-response.ts';
import { type CreatePartitionsRequest } from './messages/create-partitions-request.ts';
import { type CreatePartitionsResponse } from './messages/create-partitions-response.ts';
import { type CreateTopicsRequest } from './messages/create-topics-request.ts';
import { type CreateTopicsResponse } from './messages/create-topics-response.ts';
import { type DeleteGroupsRequest } from './messages/delete-groups-request.ts';
import { type DeleteGroupsResponse } from './messages/delete-groups-response.ts';
import { type DeleteRecordsRequest } from './messages/delete-records-request.ts';
import { type DeleteRecordsResponse } from './messages/delete-records-response.ts';
import { type DeleteTopicsRequest } from './messages/delete-topics-request.ts';
import { type DeleteTopicsResponse } from './messages/delete-topics-response.ts';
import { type DescribeClusterRequest } from './messages/describe-cluster-request.ts';
import { type DescribeClusterResponse } from './messages/describe-cluster-response.ts';
import { type DescribeGroupsRequest } from './messages/describe-groups-request.ts';
import { type DescribeGroupsResponse } from './messages/describe-groups-response.ts';
import { type DescribeProducersRequest } from './messages/describe-producers-request.ts';
import { type DescribeProducersResponse } from './messages/describe-producers-response.ts';
import { type DescribeTopicPartitionsRequest } from './messages/describe-topic-partitions-request.ts';
import { type DescribeTopicPartitionsResponse } from './messages/describe-topic-partitions-response.ts';
import { type DescribeTransactionsRequest } from './messages/describe-transactions-request.ts';
import { type DescribeTransactionsResponse } from './messages/describe-transactions-response.ts';
import { type ElectLeadersRequest } from './messages/elect-leaders-request.ts';
import { type ElectLeadersResponse } from './messages/elect-leaders-response.ts';
import { type EndTxnRequest } from './messages/end-txn-request.ts';
import { type EndTxnResponse } from './messages/end-txn-response.ts';
import { type FetchRequest } from './messages/fetch-request.ts';
import { type FetchResponse } from './messages/fetch-response.ts';
import { type FindCoordinatorRequest } from './messages/find-coordinator-request.ts';
import { type FindCoordinatorResponse } from './messages/find-coordinator-response.ts';
import { type HeartbeatRequest } from './messages/heartbeat-request.ts';
import { type HeartbeatResponse } from './messages/heartbeat-response.ts';
import { type IncrementalAlterConfigsRequest } from './messages/incremental-alter-configs-request.ts';
import { type IncrementalAlterConfigsResponse } from './messages/incremental-alter-configs-response.ts';
import { type InitProducerIdRequest } from './messages/init-producer-id-request.ts';
import { type InitProducerIdResponse } from './messages/init-producer-id-response.ts';
import { type JoinGroupRequest } from './messages/join-group-request.ts';
import { type JoinGroupResponse } from './messages/join-group-response.ts';
import { type LeaveGroupRequest } from './messages/leave-group-request.ts';
import { type LeaveGroupResponse } from './messages/leave-group-response.ts';
import { type ListGroupsRequest } from './messages/list-groups-request.ts';
import { type ListGroupsResponse } from './messages/list-groups-response.ts';
import { type ListOffsetsRequest } from './messages/list-offsets-request.ts';
import { type ListOffsetsResponse } from './messages/list-offsets-response.ts';
import { type ListPartitionReassignmentsRequest } from './messages/list-partition-reassignments-request.ts';
import { type ListPartitionReassignmentsResponse } from './messages/list-partition-reassignments-response.ts';
import { type ListTransactionsRequest } from './messages/list-transactions-request.ts';
import { type ListTransactionsResponse } from './messages/list-transactions-response.ts';
import { type MetadataRequest } from './messages/metadata-request.ts';
import { type MetadataResponse } from './messages/metadata-response.ts';
import { type OffsetCommitRequest } from './messages/offset-commit-request.ts';
import { type OffsetCommitResponse } from './messages/offset-commit-response.ts';
import { type OffsetDeleteRequest } from './messages/offset-delete-request.ts';
import { type OffsetDeleteResponse } from './messages/offset-delete-response.ts';
import { type OffsetFetchRequest } from './messages/offset-fetch-request.ts';
import { type OffsetFetchResponse } from './messages/offset-fetch-response.ts';
import { type OffsetForLeaderEpochRequest } from './messages/offset-for-leader-epoch-request.ts';
import { type OffsetForLeaderEpochResponse } from './messages/offset-for-leader-epoch-response.ts';
import { type ProduceRequest } from './messages/produce-request.ts';
import { type ProduceResponse } from './messages/produce-response.ts';
import { type SyncGroupRequest } from './messages/sync-group-request.ts';
import { type SyncGroupResponse } from './messages/sync-group-response.ts';
import { type TxnOffsetCommitRequest } from './messages/txn-offset-commit-request.ts';
import { type TxnOffsetCommitResponse } from './messages/txn-offset-commit-response.ts';
import { type UnregisterBrokerRequest } from './messages/unregister-broker-request.ts';
import { type UnregisterBrokerResponse } from './messages/unregister-broker-response.ts';
import { type WriteTxnMarkersRequest } from './messages/write-txn-markers-request.ts';
import { type WriteTxnMarkersResponse } from './messages/write-txn-markers-response.ts';

/** Kafka's number of each request that is modelled (`ApiKeys`). */
export const Api = {
  produce: 0,
  fetch: 1,
  listOffsets: 2,
  metadata: 3,
  offsetCommit: 8,
  offsetFetch: 9,
  findCoordinator: 10,
  joinGroup: 11,
  heartbeat: 12,
  leaveGroup: 13,
  syncGroup: 14,
  describeGroups: 15,
  listGroups: 16,
  apiVersions: 18,
  createTopics: 19,
  deleteTopics: 20,
  deleteRecords: 21,
  initProducerId: 22,
  offsetForLeaderEpoch: 23,
  addPartitionsToTxn: 24,
  addOffsetsToTxn: 25,
  endTxn: 26,
  writeTxnMarkers: 27,
  txnOffsetCommit: 28,
  createPartitions: 37,
  deleteGroups: 42,
  electLeaders: 43,
  incrementalAlterConfigs: 44,
  alterPartitionReassignments: 45,
  listPartitionReassignments: 46,
  offsetDelete: 47,
  alterPartition: 56,
  describeCluster: 60,
  describeProducers: 61,
  brokerRegistration: 62,
  brokerHeartbeat: 63,
  unregisterBroker: 64,
  describeTransactions: 65,
  listTransactions: 66,
  allocateProducerIds: 67,
  consumerGroupHeartbeat: 68,
  consumerGroupDescribe: 69,
  describeTopicPartitions: 75,
} as const;

/** One of Kafka's request numbers. */
export type ApiKey = (typeof Api)[keyof typeof Api];

/** The newest version of each request in 4.3.1, which model clients and brokers send. */
export const newestVersion: Readonly<Record<ApiKey, number>> = {
  [Api.produce]: 13,
  [Api.fetch]: 18,
  [Api.listOffsets]: 11,
  [Api.metadata]: 13,
  [Api.offsetCommit]: 10,
  [Api.offsetFetch]: 10,
  [Api.findCoordinator]: 6,
  [Api.joinGroup]: 9,
  [Api.heartbeat]: 4,
  [Api.leaveGroup]: 5,
  [Api.syncGroup]: 5,
  [Api.describeGroups]: 6,
  [Api.listGroups]: 5,
  [Api.apiVersions]: 4,
  [Api.createTopics]: 7,
  [Api.deleteTopics]: 6,
  [Api.deleteRecords]: 2,
  [Api.initProducerId]: 5,
  [Api.offsetForLeaderEpoch]: 4,
  [Api.addPartitionsToTxn]: 5,
  [Api.addOffsetsToTxn]: 4,
  [Api.endTxn]: 5,
  [Api.writeTxnMarkers]: 2,
  [Api.txnOffsetCommit]: 5,
  [Api.createPartitions]: 3,
  [Api.deleteGroups]: 2,
  [Api.electLeaders]: 2,
  [Api.incrementalAlterConfigs]: 1,
  [Api.alterPartitionReassignments]: 1,
  [Api.listPartitionReassignments]: 0,
  [Api.offsetDelete]: 0,
  [Api.alterPartition]: 3,
  [Api.describeCluster]: 2,
  [Api.describeProducers]: 0,
  [Api.brokerRegistration]: 4,
  [Api.brokerHeartbeat]: 2,
  [Api.unregisterBroker]: 0,
  [Api.describeTransactions]: 0,
  [Api.listTransactions]: 2,
  [Api.allocateProducerIds]: 0,
  [Api.consumerGroupHeartbeat]: 1,
  [Api.consumerGroupDescribe]: 1,
  [Api.describeTopicPartitions]: 0,
};

/** The body of each request. */
export interface RequestBodies {
  0: ProduceRequest;
  1: FetchRequest;
  2: ListOffsetsRequest;
  3: MetadataRequest;
  8: OffsetCommitRequest;
  9: OffsetFetchRequest;
  10: FindCoordinatorRequest;
  11: JoinGroupRequest;
  12: HeartbeatRequest;
  13: LeaveGroupRequest;
  14: SyncGroupRequest;
  15: DescribeGroupsRequest;
  16: ListGroupsRequest;
  18: ApiVersionsRequest;
  19: CreateTopicsRequest;
  20: DeleteTopicsRequest;
  21: DeleteRecordsRequest;
  22: InitProducerIdRequest;
  23: OffsetForLeaderEpochRequest;
  24: AddPartitionsToTxnRequest;
  25: AddOffsetsToTxnRequest;
  26: EndTxnRequest;
  27: WriteTxnMarkersRequest;
  28: TxnOffsetCommitRequest;
  37: CreatePartitionsRequest;
  42: DeleteGroupsRequest;
  43: ElectLeadersRequest;
  44: IncrementalAlterConfigsRequest;
  45: AlterPartitionReassignmentsRequest;
  46: ListPartitionReassignmentsRequest;
  47: OffsetDeleteRequest;
  56: AlterPartitionRequest;
  60: DescribeClusterRequest;
  61: DescribeProducersRequest;
  62: BrokerRegistrationRequest;
  63: BrokerHeartbeatRequest;
  64: UnregisterBrokerRequest;
  65: DescribeTransactionsRequest;
  66: ListTransactionsRequest;
  67: AllocateProducerIdsRequest;
  68: ConsumerGroupHeartbeatRequest;
  69: ConsumerGroupDescribeRequest;
  75: DescribeTopicPartitionsRequest;
}

/** The body of each response. */
export interface ResponseBodies {
  0: ProduceResponse;
  1: FetchResponse;
  2: ListOffsetsResponse;
  3: MetadataResponse;
  8: OffsetCommitResponse;
  9: OffsetFetchResponse;
  10: FindCoordinatorResponse;
  11: JoinGroupResponse;
  12: HeartbeatResponse;
  13: LeaveGroupResponse;
  14: SyncGroupResponse;
  15: DescribeGroupsResponse;
  16: ListGroupsResponse;
  18: ApiVersionsResponse;
  19: CreateTopicsResponse;
  20: DeleteTopicsResponse;
  21: DeleteRecordsResponse;
  22: InitProducerIdResponse;
  23: OffsetForLeaderEpochResponse;
  24: AddPartitionsToTxnResponse;
  25: AddOffsetsToTxnResponse;
  26: EndTxnResponse;
  27: WriteTxnMarkersResponse;
  28: TxnOffsetCommitResponse;
  37: CreatePartitionsResponse;
  42: DeleteGroupsResponse;
  43: ElectLeadersResponse;
  44: IncrementalAlterConfigsResponse;
  45: AlterPartitionReassignmentsResponse;
  46: ListPartitionReassignmentsResponse;
  47: OffsetDeleteResponse;
  56: AlterPartitionResponse;
  60: DescribeClusterResponse;
  61: DescribeProducersResponse;
  62: BrokerRegistrationResponse;
  63: BrokerHeartbeatResponse;
  64: UnregisterBrokerResponse;
  65: DescribeTransactionsResponse;
  66: ListTransactionsResponse;
  67: AllocateProducerIdsResponse;
  68: ConsumerGroupHeartbeatResponse;
  69: ConsumerGroupDescribeResponse;
  75: DescribeTopicPartitionsResponse;
}

interface RequestOf<K extends ApiKey> {
  readonly isRequest: true;
  readonly apiKey: K;
  readonly apiVersion: number;
  /** Pairs a response with its request on one connection, where both come in order. */
  readonly correlationId: number;
  readonly clientId: string;
  readonly body: RequestBodies[K];
  readonly sizeInBytes: number;
}

interface ResponseOf<K extends ApiKey> {
  readonly isRequest: false;
  readonly apiKey: K;
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly body: ResponseBodies[K];
  readonly sizeInBytes: number;
}

/** A request on the wire. `switch (request.apiKey)` narrows the body. */
export type Request = { [K in ApiKey]: RequestOf<K> }[ApiKey];

/** A response on the wire. `switch (response.apiKey)` narrows the body. */
export type Response = { [K in ApiKey]: ResponseOf<K> }[ApiKey];

/** Everything that travels between the processes of a Kafka cluster. */
export type Frame = Request | Response;

/** About how long a frame is besides the record batches in it; used for bandwidth only. */
export const frameOverheadBytes = 100;
