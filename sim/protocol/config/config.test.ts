import { describe, expect, test } from 'vitest';
import { resolveBrokerConfig } from './broker-config.ts';
import { KafkaConfigError } from './config-definition.ts';
import { resolveConsumerConfig } from './consumer-config.ts';
import { resolveProducerConfig } from './producer-config.ts';
import { resolveTopicConfig } from './topic-config.ts';

describe('producer configs', () => {
  test('default to what Kafka 4.3.1 has', () => {
    expect(resolveProducerConfig({})).toMatchObject({
      clientId: 'producer-1',
      acks: -1,
      enableIdempotence: true,
      batchSize: 16_384,
      lingerMs: 5,
      deliveryTimeoutMs: 120_000,
      maxInFlightRequestsPerConnection: 5,
      compressionType: 'none',
    });
  });

  test('switch idempotence off silently with acks=1', () => {
    const config = resolveProducerConfig({ acks: '1' });
    expect([config.acks, config.enableIdempotence]).toEqual([1, false]);
  });

  test('refuse six requests in flight unless idempotence is switched off explicitly', () => {
    const six = { 'max.in.flight.requests.per.connection': '6' };
    expect(() => resolveProducerConfig({ ...six, acks: '1' })).toThrow('at most 5');
    const config = resolveProducerConfig({ ...six, 'enable.idempotence': 'false' });
    expect(config.maxInFlightRequestsPerConnection).toBe(6);
  });

  test('raise a delivery time-out that nobody has set, and refuse one that is too short', () => {
    expect(resolveProducerConfig({ 'linger.ms': '100000' }).deliveryTimeoutMs).toBe(130_000);
    expect(problemOf(() => resolveProducerConfig({ 'delivery.timeout.ms': '100' }))).toEqual({
      config: 'delivery.timeout.ms',
      explanation:
        'delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms',
    });
  });
});

describe('consumer configs', () => {
  test('commit nothing by themselves without a group', () => {
    expect(resolveConsumerConfig({}).enableAutoCommit).toBe(false);
    expect(resolveConsumerConfig({ 'group.id': 'g' }).enableAutoCommit).toBe(true);
  });

  test('name assignors by class, never by a short name', () => {
    const texts = { 'group.id': 'g', 'partition.assignment.strategy': 'range' };
    expect(problemOf(() => resolveConsumerConfig(texts))).toEqual({
      config: 'partition.assignment.strategy',
      explanation: 'range ClassNotFoundException exception occurred',
    });
  });
});

describe('topic configs', () => {
  test('inherit from the broker in the unit in which it says them', () => {
    const broker = resolveBrokerConfig({ 'log.retention.hours': '2', 'min.insync.replicas': '2' });
    const topic = resolveTopicConfig({ 'segment.ms': '7' }, broker);
    expect([topic.retentionMs, topic.minInsyncReplicas, topic.segmentMs]).toEqual([
      7_200_000, 2, 7,
    ]);
  });

  test('take any negative retention of the broker as none', () => {
    const broker = resolveBrokerConfig({ 'log.retention.minutes': '-7' });
    expect(resolveTopicConfig({}, broker).retentionMs).toBe(-1);
  });

  test('are refused where a broker gives them values that contradict each other', () => {
    const lags = {
      'log.cleaner.min.compaction.lag.ms': '10',
      'log.cleaner.max.compaction.lag.ms': '5',
    };
    expect(() => resolveBrokerConfig(lags)).toThrow('conflict topic config setting');
  });
});

function problemOf(resolve: () => unknown): unknown {
  try {
    return resolve();
  } catch (error) {
    if (!(error instanceof KafkaConfigError)) throw error;
    return { config: error.config, explanation: error.explanation };
  }
}
