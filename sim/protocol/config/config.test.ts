import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { KafkaConfigError } from './config-definition.ts';
import { parseConsumerConfig, resolveConsumerConfig } from './consumer-config.ts';
import { parseProducerConfig, resolveProducerConfig } from './producer-config.ts';

describe('configs', () => {
  test('acks=1 switches idempotence off silently, and acks=all is kept as -1', () => {
    const one = resolveProducerConfig(parseProducerConfig({ ...base('serializer'), acks: '1' }));
    expect([one.acks, one.enableIdempotence]).toEqual([1, false]);
    const all = resolveProducerConfig(parseProducerConfig(base('serializer')));
    expect([all.acks, all.enableIdempotence, all.deliveryTimeoutMs]).toEqual([-1, true, 120_000]);
  });

  test('six requests in flight are refused unless idempotence is switched off explicitly', () => {
    const texts = { ...base('serializer'), 'max.in.flight.requests.per.connection': '6' };
    expect(() => parseProducerConfig({ ...texts, acks: '1' })).toThrow(KafkaConfigError);
    expect(() => parseProducerConfig({ ...texts, 'enable.idempotence': 'false' })).not.toThrow();
  });

  // Every recorded refusal that is about one value or about delivery semantics, in Kafka's words.
  test.each(recorded('producer'))('a producer with %j is refused as by Kafka', (given, message) => {
    const texts = { ...base('serializer'), ...given };
    expect(() => resolveProducerConfig(parseProducerConfig(texts, hasClass))).toThrow(message);
  });

  test.each(recorded('consumer'))('a consumer with %j is refused as by Kafka', (given, message) => {
    const texts = { ...base('deserializer'), ...given };
    expect(() => resolveConsumerConfig(parseConsumerConfig(texts, hasClass))).toThrow(message);
  });
});

function base(serde: string): Record<string, string> {
  const className = 'org.apache.kafka.common.serialization.StringSerializer';
  return {
    'bootstrap.servers': 'localhost:9092',
    [`key.${serde}`]: className,
    [`value.${serde}`]: className,
  };
}

function hasClass(name: string): boolean {
  return name.startsWith('org.apache.kafka.') && !name.endsWith('.DefaultPartitioner');
}

interface RecordedCase {
  readonly given: Record<string, string | null>;
  readonly error?: { readonly message: string };
}

/** The recorded cases that Kafka's config classes refuse. A null takes a config of the base away. */
function recorded(client: 'producer' | 'consumer'): [Record<string, string>, string][] {
  const file = new URL('../../../conformance/cases/static/config-errors.json', import.meta.url);
  // The file's README says that it is so.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-assignment
  const cases: Record<string, readonly RecordedCase[]> = JSON.parse(readFileSync(file, 'utf8'));
  return (cases[client] ?? []).flatMap(({ given, error }) => {
    const texts = Object.entries(given).filter(
      (entry): entry is [string, string] => entry[1] !== null,
    );
    if (error === undefined || texts.length !== Object.keys(given).length) return [];
    return [[Object.fromEntries(texts), error.message]];
  });
}
