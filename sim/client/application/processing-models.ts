import { present } from '../../kernel/assert.ts';
import { type Polled, type ProcessingModel, type ProcessingTools } from './processing-model.ts';
import { ClientException, type Steps } from './steps.ts';

/** Commits nothing itself: the consumer does if `enable.auto.commit` is set, and otherwise nobody. */
export function* autoCommit(polled: Polled, { process }: ProcessingTools): Steps<void> {
  yield* process(polled);
}

/**
 * Works first and commits then: a crash between the two makes the next one work on it again, and a failure
 * makes this one go back.
 */
function* atLeastOnce(polled: Polled, { process, consumer }: ProcessingTools): Steps<void> {
  try {
    yield* process(polled);
    yield* consumer.commitSync();
  } catch (thrown) {
    if (thrown instanceof ClientException && thrown.name !== 'WakeupException') {
      yield* consumer.rewind();
    }
    throw thrown;
  }
}

/** Commits first and works then: a crash between the two loses records. */
function* atMostOnce(polled: Polled, { process, consumer }: ProcessingTools): Steps<void> {
  yield* consumer.commitSync();
  yield* process(polled);
}

/** Works, and commits without waiting for the answer. */
function* commitAsync(polled: Polled, { process, consumer }: ProcessingTools): Steps<void> {
  yield* process(polled);
  consumer.commitAsync();
}

/** Lets other threads work and polls on, so that commits run ahead of the work. */
function* handOver(polled: Polled, tools: ProcessingTools): Steps<void> {
  tools.handOver(polled);
  yield* [];
}

/** Works, and commits what comes of it together with the positions, or neither. */
function* exactlyOnce(polled: Polled, tools: ProcessingTools): Steps<void> {
  const { transactions, consumer } = tools;
  try {
    yield* transactions.begin();
    yield* tools.process(polled);
    yield* sendPositions(polled, tools);
    yield* transactions.commit();
  } catch (thrown) {
    if (!(thrown instanceof ClientException)) throw thrown;
    if (yield* transactions.recover()) yield* transactions.replace();
    yield* consumer.rewind();
    if (thrown.name === 'WakeupException') throw thrown;
  }
}

function* sendPositions(polled: Polled, { transactions, consumer }: ProcessingTools): Steps<void> {
  const names = new Set(polled.map(({ partition }) => partition));
  const offsets = consumer.positions.filter(({ partition }) => names.has(partition.name));
  yield* transactions.sendOffsets(offsets, present(consumer.group, 'a group'));
}

/** The models that a plan can name. */
export const processingModels: ReadonlyMap<string, ProcessingModel> = new Map([
  ['auto-commit', autoCommit],
  ['at-least-once', atLeastOnce],
  ['at-most-once', atMostOnce],
  ['commit-async', commitAsync],
  ['hand-over', handOver],
  ['exactly-once', exactlyOnce],
]);
