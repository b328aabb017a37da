import { describe, expect, test } from 'vitest';
import { ConfigError } from '../sim/config-error.ts';
import { exactlyOnce } from './exactly-once.ts';
import { leaderCrash } from './leader-crash.ts';
import { placesIn } from './problem.ts';
import { readScenario } from './read-scenario.ts';
import { type Configured, type Setting, withSettings } from './settings.ts';

const places = placesIn('leader-crash');
const scenario = readScenario(leaderCrash, places);

function set(name: string, value: string, isFromFile = false): Setting {
  return { name, value, place: isFromFile ? 'app.properties:3' : `--set ${name}`, isFromFile };
}

function configured(...settings: readonly Setting[]): Configured {
  return withSettings(scenario, settings, places);
}

test('a setting goes to every client, topic or broker of its kind', () => {
  const { clients, cluster } = configured(
    set('producer.acks', '1'),
    set('topic.min.insync.replicas', '1'),
    set('broker.replica.lag.time.max.ms', '5000'),
  ).scenario;
  expect(clients[0]?.config).toEqual({ acks: '1' });
  expect(clients[1]?.config).toEqual({ 'auto.offset.reset': 'earliest' });
  expect(cluster.topics[0]?.config).toEqual({ 'min.insync.replicas': '1' });
  expect(cluster.config).toEqual({ 'replica.lag.time.max.ms': '5000' });
});

test('a setting of producers goes to what pipelines write with, and those of consumers to what they read with', () => {
  const pipeline = readScenario(exactlyOnce, places);
  const { clients } = withSettings(
    pipeline,
    [set('producer.linger.ms', '7'), set('consumer.fetch.max.bytes', '1000000')],
    places,
  ).scenario;
  const [source, biller] = clients;
  expect(source?.config).toMatchObject({ acks: 'all', 'linger.ms': '7' });
  expect(biller?.config).toMatchObject({ 'group.id': 'billing', 'fetch.max.bytes': '1000000' });
  expect(biller?.config).not.toHaveProperty(['linger.ms']);
  expect(biller).toMatchObject({
    output: { config: { 'transactional.id': '{name}', 'linger.ms': '7' } },
  });
});

test('a setting that makes impossible what a client does is refused', () => {
  const op = { op: 'subscribe', at: '1s', pattern: 'ord.*', matchedBy: 'broker' } as const;
  const config = { 'group.id': 'shop', 'group.protocol': 'consumer' };
  const clients = [{ kind: 'consumer', config, workload: [op] }] as const;
  const matching = readScenario({ ...leaderCrash, faults: [], clients, expect: {} }, places);
  expect(() => withSettings(matching, [set('consumer.group.protocol', 'classic')], places)).toThrow(
    'clients[0].workload[0].matchedBy: needs group.protocol=consumer',
  );
});

test('a feature has a level that it can have', () => {
  const { cluster } = configured(set('feature.transaction.version', '1')).scenario;
  expect(cluster.features).toEqual({ 'transaction.version': 1 });
  expect(() => configured(set('feature.transaction.version', '3'))).toThrow(
    '--set feature.transaction.version: ',
  );
  expect(() => configured(set('feature.transactions', '1'))).toThrow(
    '--set feature.transactions: ',
  );
  expect(() => configured(set('feature.group.version', 'on'))).toThrow(
    '--set feature.group.version: ',
  );
});

test('of several settings for one name the last counts', () => {
  const { clients } = configured(set('producer.acks', '1'), set('producer.acks', '0')).scenario;
  expect(clients[0]?.config).toEqual({ acks: '0' });
});

test('switches and kafka are set by their names', () => {
  const { switches, kafka } = configured(
    set('repl.truncate', 'hw'),
    set('kafka', 'ideal'),
  ).scenario;
  expect(switches).toEqual({ 'repl.truncate': 'hw' });
  expect(kafka).toBe('ideal');
});

test('what is about the world outside is checked and then left out', () => {
  const servers = set('producer.bootstrap.servers', 'kafka-1.example.com:9092', true);
  const { scenario: without, settings } = configured(servers, set('producer.acks', '1', true));
  expect(without.clients[0]?.config).toEqual({ acks: '1' });
  expect([...settings]).toEqual([['producer.acks', '1']]);
  const wrong = set('producer.bootstrap.servers', 'kafka-1.example.com', true);
  expect(() => configured(wrong)).toThrow('app.properties:3: Invalid url in bootstrap.servers');
});

test("a config of an application's own in its file is told, and ignored", () => {
  const { warnings } = configured(set('producer.schema.registry.url', 'http://x', true));
  expect(warnings).toEqual([
    'app.properties:3: Kafka 4.3.1 has no producer config schema.registry.url; it is ignored, as ' +
      'Kafka does',
  ]);
});

test('a config that changes nothing in the model is told', () => {
  const { warnings } = configured(
    set('broker.num.io.threads', '1'),
    set('producer.partitioner.class', 'com.example.Mine', true),
    set('producer.security.protocol', 'SSL', true),
  );
  expect(warnings).toEqual([
    '--set broker.num.io.threads: num.io.threads is not modelled, and changes nothing here',
    'app.properties:3: the class that partitioner.class names is not modelled, and changes nothing here',
  ]);
});

describe('what cannot be set is refused where it was written', () => {
  test.each<[string, readonly Setting[]]>([
    ['--set producer.ack: Kafka 4.3.1 has no producer config ack', [set('producer.ack', '1')]],
    [
      '--set producer.acks: Invalid value 2 for configuration acks: String must be one of: all, ' +
        '-1, 0, 1',
      [set('producer.acks', '2')],
    ],
    [
      'app.properties:3: Must set acks to all in order to use the idempotent producer. Otherwise we ' +
        'cannot guarantee idempotence.',
      [set('producer.acks', '1', true), set('producer.enable.idempotence', 'true')],
    ],
    ['--set kafka: expected kafka to be released or ideal, not "4.2"', [set('kafka', '4.2')]],
    [
      '--set repl.truncate: expected repl.truncate to be hw or epoch1, not "lso"',
      [set('repl.truncate', 'lso')],
    ],
  ])('%s', (message, settings) => {
    expect(() => configured(...settings)).toThrow(ConfigError);
    expect(() => configured(...settings)).toThrow(message);
  });

  test('a name that is nothing', () => {
    expect(() => configured(set('acks', '1'))).toThrow(/^--set acks: acks is neither kafka, nor/u);
  });
});
