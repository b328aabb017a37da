import { z } from 'zod';
import { className } from '../../sim/client/producer/exceptions.ts';
import { type PendingRequest, requestPriority } from '../../sim/client/producer/pending-request.ts';
import { enteredFrom, type ProducerState } from '../../sim/client/producer/producer-states.ts';
import { type ErrorName, errorNames, errorProperties } from '../../sim/protocol/errors.ts';
import { differenceAt } from '../difference.ts';
import {
  addOffsetsAnswer,
  addPartitionsAnswer,
  endTxnAnswer,
  findCoordinatorAnswer,
  initProducerIdAnswer,
  ProducerUnderTest,
  txnOffsetCommitAnswer,
} from './producer-under-test.ts';
import { firstOfSteps, section } from './section.ts';

const requestNames = [
  'FindCoordinator(transaction)',
  'FindCoordinator(group)',
  'InitProducerId',
  'AddPartitionsToTxn',
  'AddOffsetsToTxn',
  'TxnOffsetCommit',
  'EndTxn(commit)',
  'EndTxn(abort)',
  'Produce',
] as const;

const reaction = z.strictObject({
  request: z.enum(requestNames),
  transactionVersion: z.int(),
  outcome: z.strictObject({
    from: z.string(),
    state: z.string(),
    /** An exception, or `ownException`. */
    lastError: z.string().optional(),
    retriesRequest: z.boolean(),
    looksUpCoordinator: z.boolean().optional(),
    epochBumpRequired: z.boolean().optional(),
    callCompleted: z.boolean().optional(),
    callSucceeded: z.boolean().optional(),
  }),
  errors: z.array(z.enum(errorNames)),
});

type Outcome = z.infer<typeof reaction>['outcome'];

const ownException = "the error's own exception";

/** What each error in an answer does to a producer with transactions. */
export const producerReactions = section(reaction, (recorded) =>
  firstOfSteps(recorded.errors, (error) => {
    const { lastError } = recorded.outcome;
    const expected = lastError === ownException ? errorProperties(error).exception : lastError;
    const name = `${recorded.request} ${error}`;
    return differenceAt(
      name,
      { ...recorded.outcome, lastError: expected },
      reactTo(recorded, error),
    );
  }),
);

const stateRow = z.strictObject({ state: z.string(), validPrevious: z.array(z.string()) });

/** Of two-phase commit, which is not modelled. */
const notModelled = 'PREPARED_TRANSACTION';

/** From where a producer enters each of its states; a fatal error is always possible. */
export const producerStates = section(stateRow, ({ state, validPrevious }) => {
  if (state === notModelled) return { reason: 'two-phase commit (KIP-939) is not modelled' };
  const sources = new Map<string, readonly ProducerState[]>(Object.entries(enteredFrom)).get(state);
  const recorded = validPrevious.filter((name) => name !== notModelled);
  return differenceAt(state, recorded, sources ?? [...Object.keys(enteredFrom), 'FATAL_ERROR']);
});

function reactTo(
  { request: name, transactionVersion }: z.infer<typeof reaction>,
  error: ErrorName,
): Outcome {
  const producer = new ProducerUnderTest(transactionVersion);
  const { manager } = producer;
  if (name === 'Produce') {
    producer.begin();
    producer.addPartition();
    const from = manager.states.current;
    manager.recordFailed(errorProperties(error).exception, 'sender');
    return outcomeOf(producer, from, undefined);
  }
  const request = requestOf(producer, name);
  const from = manager.states.current;
  request.answered(answers[name](error));
  return outcomeOf(producer, from, request);
}

/** Brings the producer to where it has sent the request. */
function requestOf(
  producer: ProducerUnderTest,
  name: Exclude<(typeof requestNames)[number], 'Produce'>,
): PendingRequest {
  if (name === 'InitProducerId') return producer.initialize();
  if (name === 'FindCoordinator(transaction)') return producer.lookUp(producer.initialize());
  producer.begin();
  switch (name) {
    case 'AddPartitionsToTxn':
      producer.addPartition();
      return producer.next();
    case 'AddOffsetsToTxn':
      return producer.sendOffsets();
    case 'TxnOffsetCommit':
      return producer.commitOffsets();
    case 'FindCoordinator(group)':
      return producer.lookUp(producer.commitOffsets());
    case 'EndTxn(commit)':
    case 'EndTxn(abort)':
      return producer.end(name === 'EndTxn(commit)');
  }
}

const answers = {
  'FindCoordinator(transaction)': findCoordinatorAnswer,
  'FindCoordinator(group)': findCoordinatorAnswer,
  InitProducerId: initProducerIdAnswer,
  AddPartitionsToTxn: addPartitionsAnswer,
  AddOffsetsToTxn: addOffsetsAnswer,
  TxnOffsetCommit: txnOffsetCommitAnswer,
  'EndTxn(commit)': endTxnAnswer,
  'EndTxn(abort)': endTxnAnswer,
} as const;

function outcomeOf(
  { manager, call }: ProducerUnderTest,
  from: ProducerState,
  request: PendingRequest | undefined,
): Outcome {
  const { current, lastError } = manager.states;
  const isBumpRequired = manager.bumps.isRequired;
  const next = manager.nextRequest(false);
  const looksUp = next !== request && next?.priority === requestPriority.findCoordinator;
  return {
    from,
    state: current,
    lastError: lastError === undefined ? undefined : className(lastError),
    retriesRequest: request?.isRetry ?? false,
    looksUpCoordinator: looksUp ? true : undefined,
    epochBumpRequired: isBumpRequired ? true : undefined,
    callCompleted: call?.isCompleted,
    callSucceeded: call?.isCompleted === true ? call.error === undefined : undefined,
  };
}
