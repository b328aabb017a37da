import { describe, expect, test } from 'vitest';
import { ClusterUnderTest } from '../../../cluster-under-test.ts';
import { seconds } from '../../../kernel/time.ts';
import { Api } from '../../../protocol/api.ts';
import { type BrokerId } from '../../../trace.ts';
import {
  type LedTopic,
  type Protocol,
  TransactionalClient,
  transactionProperties,
} from './testing/transactional-client.ts';

const protocols: readonly Protocol[] = ['v1', 'v2'];
const producerId = 1_000_000;
const lastEpoch = 32_766;

/** A producer that has been given the last epoch of its id. */
function startAtTheEnd(protocol: Protocol): { client: TransactionalClient; topic: LedTopic } {
  const cluster = new ClusterUnderTest({
    properties: transactionProperties,
    features: { 'transaction.version': protocol === 'v1' ? 1 : 2 },
    usedTransactionalIds: [
      { transactionalId: 'payments', producerId, producerEpoch: lastEpoch - 1 },
    ],
  }).start();
  const client = new TransactionalClient(cluster, protocol).find();
  const leader: BrokerId = client.coordinator === 1 ? 2 : 1;
  const topic = { name: 'orders', topicId: cluster.createWith('orders', [leader]), leader };
  cluster.run(seconds(1));
  // Gives the coordinator a block of producer ids, so that it has the next at hand.
  new TransactionalClient(cluster, protocol, 'shipments').find().init();
  client.init();
  expect(client).toMatchObject({ producerId, epoch: lastEpoch });
  return { client, topic };
}

/** One record in a transaction that is open. */
function begin(client: TransactionalClient, topic: LedTopic): void {
  if (client.protocol === 'v1') expect(client.add(topic)).toBe('NONE');
  expect(client.produce(topic)).toBe('NONE');
}

/** A whole transaction. */
function commit(client: TransactionalClient, topic: LedTopic): void {
  begin(client, topic);
  expect(client.end(true)).toBe('NONE');
  client.cluster.run(seconds(1));
  expect(client.state()).toBe('CompleteCommit');
}

describe('a transactional id whose epochs are used up', () => {
  test.each(protocols)('gets another producer id for the next producer (%s)', (protocol) => {
    const { client, topic } = startAtTheEnd(protocol);
    const next = new TransactionalClient(client.cluster, protocol).find().init();
    expect(next.producerId).not.toBe(producerId);
    expect(next.epoch).toBe(0);
    commit(next, topic);
  });

  test.each(protocols)('gets another one when its producer is fenced (%s)', (protocol) => {
    const { client, topic } = startAtTheEnd(protocol);
    begin(client, topic);
    const next = new TransactionalClient(client.cluster, protocol).find().init();
    expect(next.producerId).not.toBe(producerId);
    expect(client.end(true)).toBe('INVALID_PRODUCER_ID_MAPPING');
    commit(next, topic);
  });

  test('gets another one at the end of its last transaction (KIP-890)', () => {
    const { client, topic } = startAtTheEnd('v2');
    const request = client.endRequest(true);
    commit(client, topic);
    const { producerId: next, epoch } = client;
    expect(next).not.toBe(producerId);
    expect(epoch).toBe(0);
    const retried = client.cluster.ask(client.coordinator, Api.endTxn, request);
    expect(retried).toMatchObject({ errorCode: 'NONE', producerId: next, producerEpoch: 0 });
    commit(client, topic);
    expect(client).toMatchObject({ producerId: next, epoch: 1 });
  });

  test('goes on without another one until an error (KIP-360)', () => {
    const { client, topic } = startAtTheEnd('v1');
    commit(client, topic);
    expect(client).toMatchObject({ producerId, epoch: lastEpoch });
    expect(client.tryInit(60_000, lastEpoch)).toBe('NONE');
    expect(client.producerId).not.toBe(producerId);
    expect(client.epoch).toBe(0);
    commit(client, topic);
  });
});
