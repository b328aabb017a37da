import { compressedBatches, controlBatches, uncompressedBatches } from './batches.ts';
import { clientMemberStates } from './client-member-state.ts';
import { codecs, fill, ratioEstimator, recordSizes, varints } from './batch-sizes.ts';
import { backoff, backoffWithJitter } from './backoff.ts';
import {
  adaptiveChoice,
  partitionsOfKeys,
  roundRobin,
  stickyChoice,
  uniformChoice,
} from './partitioning.ts';
import { clientMetricsAndQuotaDefinitions } from '../../sim/protocol/config/tables/client-metrics-and-quota.ts';
import { groupDefinitions } from '../../sim/protocol/config/tables/group.ts';
import { brokerQuotaDefinitions } from '../../sim/protocol/config/tables/broker-quota.ts';
import { brokerDefinitions } from '../../sim/protocol/config/tables/broker.ts';
import { topicDefinitions } from '../../sim/protocol/config/tables/topic.ts';
import { adminDefinitions } from '../../sim/protocol/config/tables/admin.ts';
import { consumerDefinitions } from '../../sim/protocol/config/tables/consumer.ts';
import { producerDefinitions } from '../../sim/protocol/config/tables/producer.ts';
import { apis } from './api-versions.ts';
import { clientAssignment, clientAssignmentChain } from './assignors-client.ts';
import { groupAssignment, groupAssignmentChain } from './assignors-server.ts';
import {
  brokerConfigs,
  consumerConfigs,
  dynamicBrokerConfigs,
  groupConfigs,
  groupEvaluate,
  producerConfigs,
  topicConfigs,
} from './config-errors.ts';
import { definitions } from './configs.ts';
import { elections } from './elections.ts';
import { epochCache } from './epoch-cache.ts';
import { errorTable, forException, otherExceptions } from './errors.ts';
import { cleaning } from './log-cleaning.ts';
import { followerLog } from './log-follower.ts';
import { logSegments, refusedAppends } from './log-segments.ts';
import { validation } from './log-validation.ts';
import { placement } from './placement.ts';
import { producerSequences, retryWindow } from './producer-state.ts';
import { classicTransitions, coordinatorPartitions } from './group-coordinator.ts';
import { groupStates, memberStateNumbers, reconciliation } from './reconciliation.ts';
import { replica } from './replica.ts';
import { sequenceArithmetic } from './sequence-arithmetic.ts';
import { topicNames } from './topic-names.ts';
import { producerReactions, producerStates } from './txn-client-errors.ts';
import { transactionChains, transactionStateTable } from './transactions.ts';
import { type Section } from './section.ts';

const quorum = 'there is no quorum of several voters yet';

/** How the model answers the cases of each section, by file and section. */
export const sections: ReadonlyMap<string, Section> = new Map<string, Section>([
  ['api-versions.apis', apis],
  ['assignors-client.single', clientAssignment],
  ['assignors-client.chains', clientAssignmentChain],
  ['assignors-server.single', groupAssignment],
  ['assignors-server.chains', groupAssignmentChain],
  ['batches.uncompressed', uncompressedBatches],
  ['batches.control', controlBatches],
  ['batches.compressed', compressedBatches],
  ['batches.compressedSizes', { reason: 'the simulator compresses nothing' }],
  ['batches.recordSizes', recordSizes],
  ['batches.fill', fill],
  ['batches.varints', varints],
  ['batches.codecs', codecs],
  ['batches.ratioEstimator', ratioEstimator],
  ['config-errors.producer', producerConfigs],
  ['config-errors.consumer', consumerConfigs],
  ['config-errors.broker', brokerConfigs],
  ['config-errors.topic', topicConfigs],
  ['config-errors.group', groupConfigs],
  ['config-errors.groupEvaluate', groupEvaluate],
  ['config-errors.dynamicBroker', dynamicBrokerConfigs],
  ['config-errors.topicNames', topicNames],
  ['configs.producer', definitions(producerDefinitions)],
  ['configs.consumer', definitions(consumerDefinitions)],
  ['configs.admin', definitions(adminDefinitions)],
  ['configs.topic', definitions(topicDefinitions)],
  ['configs.broker', definitions(brokerDefinitions)],
  ['configs.brokerQuota', definitions(brokerQuotaDefinitions)],
  ['configs.group', definitions(groupDefinitions)],
  ['configs.clientMetricsAndQuota', definitions(clientMetricsAndQuotaDefinitions)],
  ['elections.chains', elections],
  ['errors.errors', errorTable],
  ['errors.otherExceptions', otherExceptions],
  ['errors.forException', forException],
  ['log.segments', logSegments],
  ['log.follower', followerLog],
  ['log.validation', validation],
  ['log.cleaning', cleaning],
  ['log.refusedAppends', refusedAppends],
  ['partitioning.keys', partitionsOfKeys],
  ['partitioning.adaptive', adaptiveChoice],
  ['partitioning.uniform', uniformChoice],
  ['partitioning.sticky', stickyChoice],
  ['partitioning.roundRobin', roundRobin],
  ['partitioning.coordinator', coordinatorPartitions],
  ['placement.cases', placement],
  ['producer-state.sequences', producerSequences],
  ['producer-state.withVerification', producerSequences],
  ['producer-state.window', retryWindow],
  ['producer-state.sequenceArithmetic', sequenceArithmetic],
  ['reconciliation.chains', reconciliation],
  ['replication.replica', replica],
  ['replication.kraftLeader', { reason: quorum }],
  ['state-machines.transactionCoordinator', transactionStateTable],
  ['state-machines.classicGroup', classicTransitions],
  ['state-machines.consumerGroupState', groupStates],
  ['state-machines.serverMemberState', memberStateNumbers],
  ['state-machines.clientMemberState', clientMemberStates],
  ['state-machines.producerTransactionManager', producerStates],
  ['state-machines.kraftTransitions', { reason: quorum }],
  ['state-machines.kraftVoteGrants', { reason: quorum }],
  ['time.backoff', backoff],
  ['time.backoffWithJitter', backoffWithJitter],
  ['time.epochCache', epochCache],
  ['transactions.chains', transactionChains],
  ['txn-client-errors.reactions', producerReactions],
]);
