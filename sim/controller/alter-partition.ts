import { type ErrorName } from '../protocol/errors.ts';
import {
  type AlterPartitionRequest,
  type BrokerState,
  type PartitionData,
} from '../protocol/messages/alter-partition-request.ts';
import {
  type AlterPartitionResponse,
  type PartitionData as PartitionAnswer,
  type TopicData as TopicAnswer,
} from '../protocol/messages/alter-partition-response.ts';
import { type PartitionChangeRecord } from '../protocol/messages/partition-change-record.ts';
import { type BrokerId, type ControllerFact } from '../trace.ts';
import { changeScope } from './change-scope.ts';
import { type ControllerResult, decided, immediate } from './controller-result.ts';
import { type ControllerState } from './controller-state.ts';
import { buildPartitionChange } from './partition-change-builder.ts';
import {
  leaderRecovery,
  mergeChange,
  noLeaderChange,
  type PartitionRegistration,
} from './partition-registration.ts';
import { isValidIsr } from './replica-lists.ts';
import { type Topic } from './topics-state.ts';

/** A leader proposes ISRs (KIP-497; `ReplicationControlManager.alterPartition`). */
export function alterPartition(
  state: ControllerState,
  request: AlterPartitionRequest,
  apiVersion: number,
): ControllerResult<AlterPartitionResponse> {
  const proposals = new AlterPartitionOperation(state, request, apiVersion);
  if (!state.cluster.isCurrent(request.brokerId, request.brokerEpoch)) {
    return proposals.refuseAll('STALE_BROKER_EPOCH');
  }
  return proposals.decide();
}

class AlterPartitionOperation {
  readonly #state: ControllerState;
  readonly #request: AlterPartitionRequest;
  readonly #apiVersion: number;
  readonly #records: PartitionChangeRecord[] = [];
  readonly #facts: ControllerFact[] = [];

  constructor(state: ControllerState, request: AlterPartitionRequest, apiVersion: number) {
    this.#state = state;
    this.#request = request;
    this.#apiVersion = apiVersion;
  }

  refuseAll(error: ErrorName): ControllerResult<AlterPartitionResponse> {
    for (const { topicId, partitions } of this.#request.topics) {
      const topic = this.#state.topics.withId(topicId);
      for (const proposal of partitions) {
        const partition = topic?.partitions.get(proposal.partitionIndex);
        this.#noteAnswer(topic, proposal, error, partition);
      }
    }
    const body = { throttleTimeMs: 0, errorCode: error, topics: [] };
    return immediate(body, { answeredFacts: this.#facts });
  }

  decide(): ControllerResult<AlterPartitionResponse> {
    const topics = this.#request.topics.map(({ topicId, partitions }): TopicAnswer => {
      const topic = this.#state.topics.withId(topicId);
      return { topicId, partitions: partitions.map((proposal) => this.#answer(topic, proposal)) };
    });
    const body: AlterPartitionResponse = { throttleTimeMs: 0, errorCode: 'NONE', topics };
    return decided(this.#records, body, { answeredFacts: this.#facts });
  }

  #answer(topic: Topic | undefined, proposal: PartitionData): PartitionAnswer {
    if (topic === undefined) return errorAnswer(proposal, 'UNKNOWN_TOPIC_ID');
    const partition = topic.partitions.get(proposal.partitionIndex);
    if (partition === undefined) return errorAnswer(proposal, 'UNKNOWN_TOPIC_OR_PARTITION');

    const isr = proposedIsr(proposal, this.#apiVersion);
    const refusal = refusalOf(this.#state, partition, {
      sender: this.#request.brokerId,
      proposal,
      isr,
    });
    if (refusal !== 'NONE') {
      this.#noteAnswer(topic, proposal, refusal, partition);
      return errorAnswer(proposal, refusal);
    }
    const accepted = this.#accept(topic, partition, proposal, isr);
    this.#noteAnswer(topic, proposal, accepted.errorCode, partition, accepted);
    return accepted;
  }

  /** An ISR that is already so is answered with the state as it is. */
  #accept(
    topic: Topic,
    partition: PartitionRegistration,
    proposal: PartitionData,
    isr: readonly BrokerState[],
  ): PartitionAnswer {
    const isUnclean = this.#state.configs.uncleanElectionEnabled(topic.name);
    const record = buildPartitionChange(
      partition,
      {
        election: isUnclean ? 'unclean' : 'online',
        isr: isr.map(({ brokerId }) => brokerId),
        leaderRecoveryState: proposal.leaderRecoveryState,
      },
      changeScope(this.#state, topic, proposal.partitionIndex, partition),
    );
    if (record === undefined) return stateAnswer(proposal, partition);

    this.#records.push(record);
    // A reassignment that completes may take the leadership from the sender. It gets an error
    // although its ISR is written.
    const { leader } = record;
    const leadsNoMore = leader !== noLeaderChange && leader !== this.#request.brokerId;
    if (leadsNoMore) return errorAnswer(proposal, 'NEW_LEADER_ELECTED');
    return stateAnswer(proposal, mergeChange(partition, record));
  }

  #noteAnswer(
    topic: Topic | undefined,
    proposal: PartitionData,
    error: ErrorName,
    partition: PartitionRegistration | undefined,
    answer?: PartitionAnswer,
  ): void {
    if (topic === undefined || partition === undefined) return;
    const told = error === 'NONE' ? (answer ?? partition) : partition;
    this.#facts.push({
      kind: 'alterPartitionAnswered',
      partition: `${topic.name}-${proposal.partitionIndex}`,
      from: this.#request.brokerId,
      requestLeaderEpoch: proposal.leaderEpoch,
      requestPartitionEpoch: proposal.partitionEpoch,
      requestIsr: proposedIsr(proposal, this.#apiVersion).map(({ brokerId }) => brokerId),
      leaderEpoch: told.leaderEpoch,
      partitionEpoch: told.partitionEpoch,
      error,
    });
  }
}

interface Proposal {
  readonly sender: BrokerId;
  readonly proposal: PartitionData;
  readonly isr: readonly BrokerState[];
}

/** The checks in Kafka's order (`validateAlterPartitionData`). */
function refusalOf(
  state: ControllerState,
  partition: PartitionRegistration,
  { sender, proposal, isr }: Proposal,
): ErrorName {
  const { rules } = state.setup;
  const { leaderEpoch, partitionEpoch } = proposal;
  // A leader that knows more than this controller has talked to a newer one.
  const { admitsBeingBehind } = rules;
  if (leaderEpoch > partition.leaderEpoch) {
    return admitsBeingBehind ? 'NOT_CONTROLLER' : 'FENCED_LEADER_EPOCH';
  }
  if (partitionEpoch > partition.partitionEpoch) {
    return admitsBeingBehind ? 'NOT_CONTROLLER' : 'INVALID_UPDATE_VERSION';
  }
  if (leaderEpoch < partition.leaderEpoch) return 'FENCED_LEADER_EPOCH';
  if (sender !== partition.leader) return 'INVALID_REQUEST';
  if (rules.checksPartitionEpoch && partitionEpoch < partition.partitionEpoch) {
    return 'INVALID_UPDATE_VERSION';
  }
  const members = isr.map(({ brokerId }) => brokerId);
  if (!isValidIsr(partition.replicas, members)) return 'INVALID_REQUEST';
  if (!members.includes(partition.leader)) return 'INVALID_REQUEST';
  if (proposal.leaderRecoveryState === leaderRecovery.recovering) {
    if (members.length > 1) return 'INVALID_REQUEST';
    if (partition.leaderRecoveryState === leaderRecovery.recovered) return 'INVALID_REQUEST';
  }
  return isr.every((member) => isEligible(state, member)) ? 'NONE' : 'INELIGIBLE_REPLICA';
}

/** Also asked of those that are in the ISR already. An epoch of -1 stands for any. */
function isEligible(state: ControllerState, { brokerId, brokerEpoch }: BrokerState): boolean {
  const { checksIsrEligibility, checksIsrBrokerEpoch } = state.setup.rules;
  const registration = state.cluster.registration(brokerId);
  if (registration === undefined) return false;
  if (checksIsrEligibility && !state.cluster.isActive(brokerId)) return false;
  if (!checksIsrBrokerEpoch || brokerEpoch === -1) return true;
  return brokerEpoch === registration.brokerEpoch;
}

/** Before version 3 the ISR came without broker epochs. */
function proposedIsr(proposal: PartitionData, apiVersion: number): readonly BrokerState[] {
  if (apiVersion >= 3) return proposal.newIsrWithEpochs;
  return proposal.newIsr.map((brokerId) => ({ brokerId, brokerEpoch: -1 }));
}

function errorAnswer({ partitionIndex }: PartitionData, errorCode: ErrorName): PartitionAnswer {
  return {
    partitionIndex,
    errorCode,
    leaderId: 0,
    leaderEpoch: 0,
    isr: [],
    leaderRecoveryState: 0,
    partitionEpoch: 0,
  };
}

function stateAnswer(
  { partitionIndex }: PartitionData,
  partition: PartitionRegistration,
): PartitionAnswer {
  return {
    partitionIndex,
    errorCode: 'NONE',
    leaderId: partition.leader,
    leaderEpoch: partition.leaderEpoch,
    isr: partition.isr,
    leaderRecoveryState: partition.leaderRecoveryState,
    partitionEpoch: partition.partitionEpoch,
  };
}
