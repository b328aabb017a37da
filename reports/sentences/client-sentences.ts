import { type ClientFact, type FactOf } from '../../sim/trace.ts';
import { counted, listed, positioned, type Sentences, when } from './sentences.ts';

const acksNames = new Map([
  [-1, 'all'],
  [0, '0'],
  [1, '1'],
]);

/** What clients do and see. */
export const clientSentences: Sentences<ClientFact['kind']> = {
  sendAttempted: ({ recordId, topic }) => `sends record ${recordId} to ${topic}`,
  sendAccumulated: ({ recordId, partition }) => `keeps record ${recordId} for ${partition}`,
  sendAcked: ({ recordId, partition, offset, acks }) =>
    `record ${recordId} is acknowledged, ${positioned(partition, offset)}, acks=${acksNames.get(acks) ?? ''}`,
  sendFailed: ({ recordId, error, definite }) =>
    `record ${recordId} has failed with ${error}${definite ? '' : ', its fate unknown'}`,
  producerIdAssigned: ({ producerId, producerEpoch, batchesInDoubt }) => {
    const doubts = when(batchesInDoubt > 0, `, with ${batchesInDoubt} batches in doubt`);
    return `is producer ${producerId} in epoch ${producerEpoch}${doubts}`;
  },
  batchSent: ({ partition, to, recordCount, baseSequence, attempt }) => {
    const sequence = when(baseSequence >= 0, ` from sequence ${baseSequence}`);
    const retry = when(attempt > 0, `, retry ${attempt}`);
    return `sends broker-${to} ${counted(recordCount, 'record')} for ${partition}${sequence}${retry}`;
  },
  produceResponseReceived: ({ partition, error, baseOffset }) =>
    error === 'NONE'
      ? `has ${positioned(partition, baseOffset)} confirmed`
      : `is answered ${error} for ${partition}`,
  fetchReceived: ({ partition, from, error, fetchOffset, batches }) =>
    error === 'NONE'
      ? `fetches ${counted(batches.length, 'batch', 'batches')} of ${positioned(partition, fetchOffset)} from broker-${from}`
      : `is answered ${error} by broker-${from} for ${partition}`,
  recordsPolled: ({ partition, position, nextPosition, records }) =>
    `polls ${counted(records.length, 'record')} of ${positioned(partition, position, nextPosition - 1)}`,
  positionMoved: ({ partition, from, to, why }) =>
    from < 0
      ? `reads ${partition} from ${to} on (${why})`
      : `moves from ${from} to ${to} in ${partition} (${why})`,
  consumerCalled: (fact) => calledWords(fact),
  assignmentChanged: ({ partitions }) => `reads ${listed(partitions)}`,
  consumerError: ({ partition, error }) => `is told ${error} for ${partition}`,
  endOffsetReceived: ({ partition, from, error, offset }) =>
    error === 'NONE'
      ? `hears from broker-${from} that ${partition} ends at ${offset}`
      : `is answered ${error} by broker-${from} for the end of ${partition}`,
};

/** `seeks to 17 in [orders-0]`, `calls pause for [orders-0], which throws IllegalStateException` */
function calledWords({ call, partitions, offset, exception }: FactOf<'consumerCalled'>): string {
  const list = listed(partitions);
  if (exception !== null) return `calls ${call} for ${list}, which throws ${exception}`;
  switch (call) {
    case 'pause':
      return `pauses ${list}`;
    case 'resume':
      return `resumes ${list}`;
    case 'seek':
      return `seeks to ${offset} in ${list}`;
    case 'seekToBeginning':
      return `seeks to the beginning of ${list}`;
    case 'seekToEnd':
      return `seeks to the end of ${list}`;
  }
}
