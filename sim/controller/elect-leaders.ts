import { type ElectLeadersRequest } from '../protocol/messages/elect-leaders-request.ts';
import {
  type ElectLeadersResponse,
  type PartitionResult,
  type ReplicaElectionResult,
} from '../protocol/messages/elect-leaders-response.ts';
import { type MetadataRecord } from '../protocol/metadata-record.ts';
import { changeScope } from './change-scope.ts';
import {
  type ApiError,
  apiError,
  type ControllerResult,
  decided,
  errorWithDefaultText,
  noError,
  immediate,
} from './controller-result.ts';
import { type ControllerState } from './controller-state.ts';
import { electLeadersError } from './error-answers.ts';
import { buildPartitionChange } from './partition-change-builder.ts';
import { hasPreferredLeader, noLeader } from './partition-registration.ts';
import { type Topic } from './topics-state.ts';

/** Kafka's numbers of what may be asked for (`ElectionType`). */
const electionTypes = ['preferred', 'unclean'] as const;
type ElectionType = (typeof electionTypes)[number];

/** Somebody asks for elections (KIP-460): of the partitions named, or of all. */
export function electLeaders(
  state: ControllerState,
  request: ElectLeadersRequest,
): ControllerResult<ElectLeadersResponse> {
  const type = electionTypes[request.electionType];
  if (type === undefined) {
    const text = `Unknown election type ${request.electionType}`;
    return immediate(electLeadersError(request, apiError('INVALID_REQUEST', text)));
  }
  const records: MetadataRecord[] = [];
  const replicaElectionResults =
    request.topicPartitions === null
      ? electEverywhere(state, type, records)
      : request.topicPartitions.map(({ topic, partitions }) => ({
          topic,
          partitionResult: partitions.map((partitionId) => {
            return resultOf(partitionId, electLeader(state, { topic, partitionId, type }, records));
          }),
        }));
  return decided(records, { throttleTimeMs: 0, errorCode: 'NONE', replicaElectionResults });
}

/** Leaves out the partitions that have the leader already. */
function electEverywhere(
  state: ControllerState,
  type: ElectionType,
  records: MetadataRecord[],
): readonly ReplicaElectionResult[] {
  return [...state.topics.all()].map(({ name, partitions }) => {
    const partitionResult: PartitionResult[] = [];
    for (const partitionId of partitions.keys()) {
      const error = electLeader(state, { topic: name, partitionId, type }, records);
      if (error.error !== 'ELECTION_NOT_NEEDED') {
        partitionResult.push(resultOf(partitionId, error));
      }
    }
    return { topic: name, partitionResult };
  });
}

interface WantedElection {
  readonly topic: string;
  readonly partitionId: number;
  readonly type: ElectionType;
}

function electLeader(
  state: ControllerState,
  { topic: name, partitionId, type }: WantedElection,
  records: MetadataRecord[],
): ApiError {
  const topic = state.topics.named(name);
  if (topic === undefined) {
    return apiError('UNKNOWN_TOPIC_OR_PARTITION', `No such topic as ${name}`);
  }
  const partition = topic.partitions.get(partitionId);
  if (partition === undefined) {
    return apiError('UNKNOWN_TOPIC_OR_PARTITION', `No such partition as ${name}-${partitionId}`);
  }
  const isElected =
    type === 'preferred' ? hasPreferredLeader(partition) : partition.leader !== noLeader;
  if (isElected) return errorWithDefaultText('ELECTION_NOT_NEEDED');

  const scope = changeScope(state, topic, partitionId, partition);
  const record = buildPartitionChange(partition, { election: type }, scope);
  if (record !== undefined) {
    records.push(record);
    return noError;
  }
  const isPreferred = type === 'preferred';
  return errorWithDefaultText(
    isPreferred ? 'PREFERRED_LEADER_NOT_AVAILABLE' : 'ELIGIBLE_LEADERS_NOT_AVAILABLE',
  );
}

function resultOf(partitionId: number, { error, message }: ApiError): PartitionResult {
  return { partitionId, errorCode: error, errorMessage: message };
}

/** At most that many partitions are moved in one run of the periodic elections. */
const maxElectionsPerRun = 1000;

/** Moves leaderships back to the first replicas; true if there may be more to do. */
export function balanceLeaders(state: ControllerState, records: MetadataRecord[]): boolean {
  for (const [topicId, partitionIds] of state.topics.imbalanced()) {
    const topic = state.topics.withId(topicId);
    if (topic === undefined) continue;
    for (const partitionId of partitionIds) {
      if (records.length >= maxElectionsPerRun) return true;
      preferFirstReplica(state, topic, partitionId, records);
    }
  }
  return records.length >= maxElectionsPerRun;
}

function preferFirstReplica(
  state: ControllerState,
  topic: Topic,
  partitionId: number,
  records: MetadataRecord[],
): void {
  const partition = topic.partitions.get(partitionId);
  if (partition === undefined) return;
  const scope = changeScope(state, topic, partitionId, partition);
  const record = buildPartitionChange(partition, { election: 'preferred' }, scope);
  if (record !== undefined) records.push(record);
}

/** Elects any replica where that is allowed and nobody leads; true if there may be more to do. */
export function electUncleanLeaders(state: ControllerState, records: MetadataRecord[]): boolean {
  for (const [topicId, partitionIds] of state.topics.leaderless()) {
    const name = state.topics.withId(topicId)?.name;
    if (name === undefined || !state.configs.uncleanElectionEnabled(name)) continue;
    for (const partitionId of partitionIds) {
      if (records.length >= maxElectionsPerRun) return true;
      electLeader(state, { topic: name, partitionId, type: 'unclean' }, records);
    }
  }
  return records.length >= maxElectionsPerRun;
}
