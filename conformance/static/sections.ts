import { apis } from './api-versions.ts';
import { elections } from './elections.ts';
import { epochCache } from './epoch-cache.ts';
import { errorTable, forException, otherExceptions } from './errors.ts';
import { followerLog } from './log-follower.ts';
import { logSegments, refusedAppends } from './log-segments.ts';
import { validation } from './log-validation.ts';
import { placement } from './placement.ts';
import { producerSequences, retryWindow } from './producer-state.ts';
import { replica } from './replica.ts';
import { sequenceArithmetic } from './sequence-arithmetic.ts';
import { topicNames } from './topic-names.ts';
import { type Section } from './section.ts';

const groups = 'there are no group coordinators yet';
const transactions = 'there are no transaction coordinators yet';
const quorum = 'there is no quorum of several voters yet';
const pending = 'is not compared yet';

/** How the model answers the cases of each section, by file and section. */
export const sections: ReadonlyMap<string, Section> = new Map<string, Section>([
  ['api-versions.apis', apis],
  ['assignors-client.single', { reason: groups }],
  ['assignors-client.chains', { reason: groups }],
  ['assignors-server.single', { reason: groups }],
  ['assignors-server.chains', { reason: groups }],
  ['batches.uncompressed', { reason: pending }],
  ['batches.control', { reason: pending }],
  ['batches.compressed', { reason: 'the simulator compresses nothing' }],
  ['batches.compressedSizes', { reason: 'the simulator compresses nothing' }],
  ['batches.recordSizes', { reason: pending }],
  ['batches.fill', { reason: pending }],
  ['batches.varints', { reason: pending }],
  ['batches.codecs', { reason: pending }],
  ['batches.ratioEstimator', { reason: pending }],
  ['config-errors.producer', { reason: pending }],
  ['config-errors.consumer', { reason: pending }],
  ['config-errors.broker', { reason: pending }],
  ['config-errors.topic', { reason: pending }],
  ['config-errors.group', { reason: pending }],
  ['config-errors.groupEvaluate', { reason: pending }],
  ['config-errors.dynamicBroker', { reason: pending }],
  ['config-errors.topicNames', topicNames],
  ['configs.producer', { reason: pending }],
  ['configs.consumer', { reason: pending }],
  ['configs.admin', { reason: pending }],
  ['configs.topic', { reason: pending }],
  ['configs.broker', { reason: pending }],
  ['configs.brokerQuota', { reason: pending }],
  ['configs.group', { reason: pending }],
  ['configs.clientMetricsAndQuota', { reason: pending }],
  ['elections.chains', elections],
  ['errors.errors', errorTable],
  ['errors.otherExceptions', otherExceptions],
  ['errors.forException', forException],
  ['log.segments', logSegments],
  ['log.follower', followerLog],
  ['log.validation', validation],
  ['log.cleaning', { reason: pending }],
  ['log.refusedAppends', refusedAppends],
  ['partitioning.keys', { reason: pending }],
  ['partitioning.adaptive', { reason: pending }],
  ['partitioning.uniform', { reason: pending }],
  ['partitioning.sticky', { reason: pending }],
  ['partitioning.roundRobin', { reason: pending }],
  ['partitioning.coordinator', { reason: groups }],
  ['placement.cases', placement],
  ['producer-state.sequences', producerSequences],
  ['producer-state.withVerification', producerSequences],
  ['producer-state.window', retryWindow],
  ['producer-state.sequenceArithmetic', sequenceArithmetic],
  ['reconciliation.chains', { reason: groups }],
  ['replication.replica', replica],
  ['replication.kraftLeader', { reason: quorum }],
  ['state-machines.transactionCoordinator', { reason: transactions }],
  ['state-machines.classicGroup', { reason: groups }],
  ['state-machines.consumerGroupState', { reason: groups }],
  ['state-machines.serverMemberState', { reason: groups }],
  ['state-machines.clientMemberState', { reason: groups }],
  ['state-machines.producerTransactionManager', { reason: transactions }],
  ['state-machines.kraftTransitions', { reason: quorum }],
  ['state-machines.kraftVoteGrants', { reason: quorum }],
  ['time.backoff', { reason: pending }],
  ['time.backoffWithJitter', { reason: pending }],
  ['time.epochCache', epochCache],
  ['transactions.chains', { reason: transactions }],
  ['txn-client-errors.reactions', { reason: transactions }],
]);
