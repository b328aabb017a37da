import { expect, test } from 'vitest';
import { decideEnd, type EndContext, type EndRequest } from './end-decision.ts';
import { lastClientEpoch, TransactionMetadata } from './transaction-metadata.ts';
import { type TransactionState } from './transaction-state.ts';
import { transactionSwitches } from './transaction-switches.ts';
import { type Switches } from '../../../switches/switches.ts';

function contextWith(switches: Switches): EndContext {
  return { producerIds: { next: () => 99 }, switches: transactionSwitches(switches) };
}

function metadataAt(state: TransactionState, producerEpoch: number): TransactionMetadata {
  return new TransactionMetadata('payments', {
    state,
    producerId: 7,
    prevProducerId: -1,
    nextProducerId: -1,
    producerEpoch,
    lastProducerEpoch: -1,
    timeoutMs: 60_000,
    partitions: new Map(),
    startTimestampMs: 1_000,
    lastUpdateTimestampMs: 1_000,
    clientVersion: 2,
    txnUid: 1,
  });
}

function abort(producerEpoch: number, isFromClient: boolean): EndRequest {
  const producer = { producerId: 7, producerEpoch };
  const time = { transactionVersion: 2, nowMs: 2_000, txnUid: 1 };
  return { ...producer, isCommit: false, isFromClient, ...time };
}

test.each([
  [{}, 99],
  [{ 'tv2.rotateOnFence': 'off' }, -1],
] as const)('a producer fenced in its last epoch gets another id: %o', (switches, producerId) => {
  const metadata = metadataAt('ONGOING', lastClientEpoch);
  metadata.prepareFenceEpoch();
  const end = abort(lastClientEpoch + 1, false);
  expect(decideEnd(metadata, end, contextWith(switches))).toMatchObject({
    state: 'PREPARE_ABORT',
    nextProducerId: producerId,
  });
});

test.each([
  [{}, 'CONCURRENT_TRANSACTIONS'],
  [{ 'tv2.pendingCheckFirst': 'off' }, 'PRODUCER_FENCED'],
] as const)('an end with the epoch that is pending waits: %o', (switches, error) => {
  const metadata = metadataAt('PREPARE_COMMIT', 5);
  metadata.prepareComplete(1_500);
  expect(decideEnd(metadata, abort(5, true), contextWith(switches))).toBe(error);
});
