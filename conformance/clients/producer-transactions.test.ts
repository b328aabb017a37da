import { describe, expect, test } from 'vitest';
import { type Switches } from '../../sim/switches/switches.ts';
import { isList } from '../json.ts';
import { ProducerPlayer } from './producer-player.ts';
import { scriptedCase } from './testing/scripted-case.ts';

const given = {
  client: 'producer',
  config: { 'transactional.id': 'x', 'linger.ms': 0, 'request.timeout.ms': 1_000 },
  cluster: {
    nodes: [1, 2],
    coordinator: 1,
    topics: {
      t: [
        [2, 0],
        [2, 0],
      ],
    },
  },
  auto: ['Metadata', 'FindCoordinator', 'InitProducerId', 'AddPartitionsToTxn'],
};
const version1 = { features: { 'transaction.version': 1 } };

const initialized = [{ call: 'initTransactions' }, { advance: 100 }];
const begin = { call: 'begin' };
const sendA = { send: 'a', to: 't-0' };
const commit = { call: 'commit' };
const abort = { call: 'abort' };
const begun = [...initialized, begin, sendA, { answer: 1 }];

describe('a transaction of version 1 that can only be aborted', () => {
  const failed = [
    ...initialized,
    { auto: ['Metadata', 'FindCoordinator', 'AddPartitionsToTxn'] },
    begin,
    sendA,
    { answer: 1, error: 'TOPIC_AUTHORIZATION_FAILED' },
    abort,
  ];

  test('is followed by the next epoch, which abort waits for (KIP-360)', () => {
    const { seen } = play([...failed, { answer: 2 }], version1);
    expect(seen.at(-1)).toMatchObject({
      sent: 'InitProducerId',
      n: 3,
      body: { producerId: 1_000, producerEpoch: 0 },
    });
    const answered = play([...failed, { answer: 2 }, { answer: 3 }], version1);
    expect(answered.seen.at(-1)).toMatchObject({ returned: 'abort' });
    expect(answered.player.takeState()).toEqual({
      state: 'READY',
      pid: 1_000,
      epoch: 1,
      partitions: {},
    });
  });
});

describe('a record that was sent before the transaction', () => {
  const early = [...initialized, sendA, begin, { send: 'b', to: 't-0' }];
  const both = { sent: 'Produce', batches: [{ records: ['a', 'b'], txn: true }] };

  test('goes with the transaction, though its send has thrown', () => {
    const { seen } = play([...early, commit]);
    expect(seen).toContainEqual(
      expect.objectContaining({ threw: 'send a', error: 'IllegalStateException' }),
    );
    expect(seen.at(-1)).toMatchObject(both);
  });

  test.each([{}, version1])('goes at once if the sender has seen that it has to wait: %j', (of) => {
    const flush = { call: 'flush', thread: 'other' };
    const { seen } = play([...initialized, sendA, flush, begin, { send: 'b', to: 't-0' }], of);
    expect(seen.at(-1)).toMatchObject({ ...both, t: 100 });
  });
});

describe('close', () => {
  test('aborts the transaction that is open', () => {
    const { seen } = play([...begun, { call: 'close' }, { answer: 2 }]);
    expect(seen.slice(-2)).toMatchObject([
      { sent: 'EndTxn', body: { committed: false } },
      { returned: 'close' },
    ]);
  });

  test('waits for a commit that another thread waits for', () => {
    const { seen } = play([...begun, { call: 'commit', thread: 'other' }, { call: 'close' }]);
    expect(seen.at(-1)).toMatchObject({ sent: 'EndTxn' });
    const answered = play([
      ...begun,
      { call: 'commit', thread: 'other' },
      { call: 'close' },
      { answer: 2 },
    ]);
    expect(answered.seen.slice(-2)).toMatchObject([{ returned: 'commit' }, { returned: 'close' }]);
  });

  test('at once ends a commit that waits with an exception', () => {
    const { seen } = play([
      ...begun,
      { call: 'commit', thread: 'other' },
      { call: 'close', ms: 0 },
    ]);
    expect(seen).toContainEqual(
      expect.objectContaining({ threw: 'commit', error: 'KafkaException' }),
    );
  });
});

describe('a commit that throws', () => {
  const oneNode = { cluster: { nodes: [1], topics: { t: [[1, 0]] } } };
  const config = { ...given.config, 'max.block.ms': 800 };

  test('has definitely not happened if the only attempt was refused', () => {
    expect(lastEnd([...begun, commit, { answer: 2, error: 'INVALID_TXN_STATE' }])).toMatchObject({
      error: 'InvalidTxnStateException',
      definite: true,
    });
  });

  test('may have happened if an earlier attempt was lost', () => {
    const lost = [...begun, commit, { drop: 2 }, { advance: 300 }];
    const end = lastEnd([...lost, { answer: 3, error: 'PRODUCER_FENCED' }], oneNode);
    expect(end).toMatchObject({ error: 'ProducerFencedException', definite: false });
  });

  test('may have happened if the coordinator has moved meanwhile', () => {
    const moved = [
      ...begun,
      commit,
      { answer: 2, error: 'NOT_COORDINATOR' },
      { advance: 300 },
      { answer: 3, error: 'INVALID_PRODUCER_EPOCH' },
    ];
    expect(lastEnd(moved)).toMatchObject({ definite: false });
  });

  test('may yet happen if its time is over', () => {
    const end = lastEnd([...begun, commit, { advance: 900 }], { config });
    expect(end).toMatchObject({ error: 'TimeoutException', definite: false });
  });

  test('has definitely not happened if a record had failed before', () => {
    const failed = [
      ...initialized,
      begin,
      sendA,
      { answer: 1, error: 'INVALID_TXN_STATE' },
      commit,
    ];
    expect(lastEnd(failed)).toMatchObject({
      error: 'KafkaException caused by TransactionAbortableException',
      definite: true,
    });
  });
});

describe('a record of a transaction that runs out of retries', () => {
  const config = { ...given.config, retries: 1 };
  const failed = [
    ...initialized,
    begin,
    sendA,
    { answer: 1, error: 'NOT_ENOUGH_REPLICAS' },
    { advance: 100 },
    { answer: 2, error: 'NOT_ENOUGH_REPLICAS' },
    commit,
  ];

  test('does not look as if it could be sent again (KAFKA-19176)', () => {
    expect(play(failed, { config }).seen.at(-1)).toMatchObject({
      threw: 'commit',
      cause: 'TransactionAbortableException',
    });
  });

  test('does with txn.wrapRetriable=off', () => {
    const { seen } = play(failed, { config }, { 'txn.wrapRetriable': 'off' });
    expect(seen.at(-1)).toMatchObject({ cause: 'NotEnoughReplicasException' });
  });
});

describe('a record for which the partitioner chooses again, since a batch is full', () => {
  const config = { ...given.config, 'batch.size': 200, 'linger.ms': 5 };
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const sends = names.map((name) => ({ send: name, to: 't', size: 30 }));
  const sent = (switches: Switches): readonly unknown[] => {
    const steps = [...initialized, begin, ...sends, commit];
    const { seen } = play(steps, { config, draws: [0, 1] }, switches);
    return seen.flatMap(({ batches }) => (isList(batches) ? batches : []));
  };
  test('is sent with its partition as part of the transaction', () => {
    const last = { p: 't-0', records: ['g'] };
    expect(sent({})).toMatchObject([{ p: 't-1' }, last, { p: 't-1' }]);
  });

  // What its leader has of other partitions waits behind it.
  test('is not sent with txn.addBeforeFinalPartition=on (KAFKA-13782)', () => {
    const first = { p: 't-1', records: ['a', 'b', 'c'] };
    expect(sent({ 'txn.addBeforeFinalPartition': 'on' })).toMatchObject([first]);
  });

  test('is given up when it is too old, and then commit throws at once', () => {
    const impatient = { ...config, 'delivery.timeout.ms': 1_500 };
    const steps = [...initialized, begin, ...sends, commit, { answer: 1 }, { advance: 1_500 }];
    const switches: Switches = { 'txn.addBeforeFinalPartition': 'on' };
    const { seen } = play(steps, { config: impatient, draws: [0, 1] }, switches);
    expect(seen.filter(({ t }) => t === 1_600)).toMatchObject([
      { failed: 'g' },
      { failed: 'd' },
      { failed: 'e' },
      { failed: 'f' },
      { threw: 'commit', error: 'TransactionAbortableException' },
    ]);
  });
});

describe('facts of a transaction', () => {
  test('name it by the number that the application has given', () => {
    const steps = [...begun, commit, { answer: 2 }, begin, { send: 'b', to: 't-0' }];
    const { player } = play(steps);
    const told = player.facts.flatMap((fact) =>
      'txnUid' in fact ? [[fact.kind, fact.txnUid]] : [],
    );
    expect(told).toEqual([
      ['transactionBegun', 1],
      ['sendAttempted', 1],
      ['transactionEndAttempted', 1],
      ['transactionEndReturned', 1],
      ['transactionBegun', 2],
      ['sendAttempted', 2],
    ]);
  });

  test('tell of each epoch', () => {
    const { player } = play([...begun, commit, { answer: 2 }]);
    const assigned = player.facts.filter(({ kind }) => kind === 'producerIdAssigned');
    expect(assigned).toMatchObject([
      { producerId: 1_000, producerEpoch: 0 },
      { producerId: 1_000, producerEpoch: 1 },
    ]);
  });

  test('tell of the error that ends the producer', () => {
    const { player } = play([...begun, commit, { answer: 2, error: 'PRODUCER_FENCED' }]);
    const raised = player.facts.filter(({ kind }) => kind === 'transactionalErrorRaised');
    expect(raised).toMatchObject([{ txnUid: 1, error: 'ProducerFencedException', isFatal: true }]);
  });
});

/** Takes a producer through the steps; `seen`: all that it did. */
function play(steps: readonly object[], changes: object = {}, switches: Switches = {}) {
  const played = scriptedCase({ ...given, ...changes }, steps);
  const player = new ProducerPlayer(played.given, switches);
  for (const step of played.steps) player.play(step);
  return { player, seen: player.takeSeen() };
}

/** How the last commit or abort has ended. */
function lastEnd(steps: readonly object[], changes: object = {}): unknown {
  return play(steps, changes).player.facts.findLast(
    ({ kind }) => kind === 'transactionEndReturned',
  );
}
