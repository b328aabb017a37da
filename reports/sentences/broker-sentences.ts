import { type BrokerFact } from '../../sim/trace.ts';
import { counted, listed, positioned, type Sentences, when } from './sentences.ts';

/** What brokers do. */
export const brokerSentences: Sentences<BrokerFact['kind']> = {
  logLoaded: ({ partition, wasClean, logEndOffset, highWatermark }) => {
    const unclean = when(!wasClean, ', after an unclean stop');
    return `opens ${partition}, which ends at ${logEndOffset}, high watermark ${highWatermark}${unclean}`;
  },
  batchAppended: ({ partition, asLeader, batch }) =>
    `${asLeader ? 'appends' : 'replicates'} ${positioned(partition, batch.baseOffset, batch.lastOffset)}`,
  logTruncated: ({ partition, from, to, why }) =>
    `truncates ${partition} from ${from} to ${to} (${why})`,
  highWatermarkMoved: ({ partition, isLeader, from, to }) =>
    `${isLeader ? 'commits' : 'knows as committed'} ${partition} up to ${to}, from ${from}`,
  logStartMoved: ({ partition, to, why }) => `${partition} now begins at ${to} (${why})`,
  logCleaned: ({ partition, from, to, batches }) =>
    `compacts ${partition} from ${from} to ${to}, ${counted(batches.length, 'batch is', 'batches are')} left`,
  replicaRemoved: ({ partition }) => `gives up its replica of ${partition}`,
  leaderStarted: ({ partition, leaderEpoch, isr, logEndOffset, highWatermark }) =>
    `leads ${partition} in leader epoch ${leaderEpoch}, ISR ${listed(isr)}, ` +
    `end ${logEndOffset}, high watermark ${highWatermark}`,
  followerStarted: ({ partition, leader, leaderEpoch, logEndOffset, highWatermark }) =>
    `follows ${leader < 0 ? 'nobody' : `broker-${leader}`} in ${partition}, leader epoch ${leaderEpoch}, ` +
    `end ${logEndOffset}, high watermark ${highWatermark}`,
  isrViewChanged: ({ partition, state, isr, maximalIsr }) => {
    switch (state) {
      case 'committed':
        return `knows ISR ${listed(isr)} of ${partition}`;
      case 'pendingExpand':
        return `asks the controller for ISR ${listed(maximalIsr)} of ${partition}`;
      case 'pendingShrink':
        return `asks the controller to shrink ISR ${listed(isr)} of ${partition}`;
    }
  },
  followerFetched: ({ partition, follower, fetchOffset }) =>
    `is asked by broker-${follower} for ${positioned(partition, fetchOffset)}`,
  produceAnswered: ({ partition, error, baseOffset, lastOffset, isDuplicate }) =>
    error === 'NONE'
      ? `confirms ${positioned(partition, baseOffset, lastOffset)}${isDuplicate ? ', which it had already' : ''}`
      : `answers a produce to ${partition} with ${error}`,
  fetchServed: ({ partition, fetchOffset, batches }) =>
    `serves ${counted(batches.length, 'batch', 'batches')} of ${positioned(partition, fetchOffset)}`,
  listOffsetsServed: ({ partition, error, offset }) =>
    error === 'NONE' ? `says ${partition} is at ${offset}` : `answers ${error} for ${partition}`,
  partitionFailed: ({ partition, why }) => `no longer replicates ${partition}: ${why}`,
  replicaInspected: ({ partition, logEndOffset, highWatermark, isr }) =>
    `has ${partition} with end ${logEndOffset}, high watermark ${highWatermark}, ISR ${listed(isr)}`,
};
