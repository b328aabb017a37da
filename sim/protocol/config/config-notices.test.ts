import { describe, expect, test } from 'vitest';
import { configNotices } from './config-notices.ts';

describe('config notices', () => {
  test('are silent about what the model acts on', () => {
    expect(configNotices('producer', { 'linger.ms': '5', acks: 'all' })).toEqual([]);
    expect(configNotices('broker', { 'log.retention.hours': '5' })).toEqual([]);
  });

  test('name what Kafka does not know, what is not modelled, and classes of one’s own', () => {
    expect(configNotices('broker', { 'num.io.threads': '8' })).toEqual([
      { config: 'num.io.threads', reason: 'not modelled' },
    ]);
    const notices = configNotices('producer', {
      'linger.mss': '5',
      'ssl.protocol': 'TLSv1.3',
      'partitioner.class': 'com.acme.MyPartitioner',
    });
    expect(notices).toEqual([
      { config: 'linger.mss', reason: 'unknown to Kafka' },
      { config: 'ssl.protocol', reason: 'not modelled' },
      { config: 'partitioner.class', reason: 'class not modelled' },
    ]);
  });
});
