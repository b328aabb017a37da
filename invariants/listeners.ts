import { type GroupFact } from '../sim/group-facts.ts';
import {
  type BrokerFact,
  type ClientFact,
  type ControllerFact,
  type KernelFact,
} from '../sim/trace.ts';
import { type TransactionFact } from '../sim/transaction-facts.ts';
import { type HandledKind, type Handler, type Handlers } from './invariant.ts';

/** Who hears which kind of fact, in the order given. */
export type Listeners = { readonly [K in HandledKind]: readonly Handler<K>[] };

type Of = <K extends HandledKind>(kind: K) => readonly Handler<K>[];

export function listenersOf(all: readonly Handlers[]): Listeners {
  const byKind = new Map<string, Handlers[]>();
  for (const handlers of all) {
    for (const kind of Object.keys(handlers)) {
      const others = byKind.get(kind);
      if (others === undefined) byKind.set(kind, [handlers]);
      else others.push(handlers);
    }
  }
  const of: Of = (kind) => listenersTo(kind, byKind.get(kind) ?? []);
  // Written out, so that a fact is dispatched by a plain property.
  return {
    ...kernelListeners(of),
    ...clientListeners(of),
    ...brokerListeners(of),
    ...controllerListeners(of),
    ...groupListeners(of),
    ...transactionListeners(of),
    leaderAppended: of('leaderAppended'),
    transactionalAppended: of('transactionalAppended'),
    coordinatorAppended: of('coordinatorAppended'),
    coordinatorStored: of('coordinatorStored'),
    committedLost: of('committedLost'),
  };
}

function kernelListeners(of: Of): Pick<Listeners, KernelFact['kind']> {
  return {
    nodeStarted: of('nodeStarted'),
    nodeStopped: of('nodeStopped'),
    nodeCrashed: of('nodeCrashed'),
    nodePaused: of('nodePaused'),
    nodeResumed: of('nodeResumed'),
    clockChanged: of('clockChanged'),
    diskChanged: of('diskChanged'),
    frameSent: of('frameSent'),
    frameDelivered: of('frameDelivered'),
    frameLost: of('frameLost'),
    connectionOpened: of('connectionOpened'),
    connectionClosed: of('connectionClosed'),
    faultStarted: of('faultStarted'),
    faultEnded: of('faultEnded'),
    faultNeverFired: of('faultNeverFired'),
    faultsHealed: of('faultsHealed'),
    runEnded: of('runEnded'),
  };
}

function clientListeners(of: Of): Pick<Listeners, ClientFact['kind']> {
  return {
    sendAttempted: of('sendAttempted'),
    sendAccumulated: of('sendAccumulated'),
    sendAcked: of('sendAcked'),
    sendFailed: of('sendFailed'),
    producerIdAssigned: of('producerIdAssigned'),
    batchSent: of('batchSent'),
    produceResponseReceived: of('produceResponseReceived'),
    fetchReceived: of('fetchReceived'),
    recordsPolled: of('recordsPolled'),
    positionMoved: of('positionMoved'),
    assignmentChanged: of('assignmentChanged'),
    consumerError: of('consumerError'),
    endOffsetReceived: of('endOffsetReceived'),
  };
}

function brokerListeners(of: Of): Pick<Listeners, BrokerFact['kind']> {
  return {
    logLoaded: of('logLoaded'),
    batchAppended: of('batchAppended'),
    logTruncated: of('logTruncated'),
    highWatermarkMoved: of('highWatermarkMoved'),
    logStartMoved: of('logStartMoved'),
    logCleaned: of('logCleaned'),
    replicaRemoved: of('replicaRemoved'),
    leaderStarted: of('leaderStarted'),
    followerStarted: of('followerStarted'),
    isrViewChanged: of('isrViewChanged'),
    followerFetched: of('followerFetched'),
    produceAnswered: of('produceAnswered'),
    fetchServed: of('fetchServed'),
    listOffsetsServed: of('listOffsetsServed'),
    partitionFailed: of('partitionFailed'),
    replicaInspected: of('replicaInspected'),
  };
}

function controllerListeners(of: Of): Pick<Listeners, ControllerFact['kind']> {
  return {
    topicCreated: of('topicCreated'),
    topicDeleted: of('topicDeleted'),
    partitionChanged: of('partitionChanged'),
    alterPartitionAnswered: of('alterPartitionAnswered'),
    brokerRegistered: of('brokerRegistered'),
    brokerFenced: of('brokerFenced'),
    brokerUnfenced: of('brokerUnfenced'),
    brokerInControlledShutdown: of('brokerInControlledShutdown'),
    configChanged: of('configChanged'),
  };
}

function listenersTo<K extends HandledKind>(
  kind: K,
  all: readonly Handlers[],
): readonly Handler<K>[] {
  const found: Handler<K>[] = [];
  for (const handlers of all) {
    const handler = handlers[kind];
    if (handler !== undefined) found.push(handler);
  }
  return found;
}

function groupListeners(of: Of): Pick<Listeners, GroupFact['kind']> {
  return {
    partitionsAssigned: of('partitionsAssigned'),
    partitionsRevoked: of('partitionsRevoked'),
    membershipEnded: of('membershipEnded'),
    offsetCommitAttempted: of('offsetCommitAttempted'),
    offsetCommitSucceeded: of('offsetCommitSucceeded'),
    offsetCommitFailed: of('offsetCommitFailed'),
    committedOffsetsReceived: of('committedOffsetsReceived'),
    recordsProcessed: of('recordsProcessed'),
    coordinatorLoaded: of('coordinatorLoaded'),
    coordinatorUnloaded: of('coordinatorUnloaded'),
    groupChanged: of('groupChanged'),
    memberRemoved: of('memberRemoved'),
    offsetCommitAnswered: of('offsetCommitAnswered'),
    offsetFetchAnswered: of('offsetFetchAnswered'),
  };
}

function transactionListeners(of: Of): Pick<Listeners, TransactionFact['kind']> {
  return {
    transactionsInitialized: of('transactionsInitialized'),
    transactionBegun: of('transactionBegun'),
    transactionOffsetsAttempted: of('transactionOffsetsAttempted'),
    transactionOffsetsEnded: of('transactionOffsetsEnded'),
    transactionEndAttempted: of('transactionEndAttempted'),
    transactionEndReturned: of('transactionEndReturned'),
    transactionalErrorRaised: of('transactionalErrorRaised'),
    initProducerIdAnswered: of('initProducerIdAnswered'),
    producerFenced: of('producerFenced'),
    transactionPartitionsAnswered: of('transactionPartitionsAnswered'),
    endTxnAnswered: of('endTxnAnswered'),
    transactionTimedOut: of('transactionTimedOut'),
    transactionInspected: of('transactionInspected'),
  };
}
