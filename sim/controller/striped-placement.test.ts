import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../kernel/random.ts';
import { placeReplicas, type UsableBroker } from './striped-placement.ts';

function place(brokers: readonly UsableBroker[], partitions: number, replicationFactor: number) {
  return placeReplicas(brokers, { partitions, replicationFactor }, createRandom('placement'));
}

function alive(id: number, rack: string | null = null): UsableBroker {
  return { id, rack, isFenced: false };
}

describe('placement', () => {
  test('needs a replica, a broker that is alive, and as many brokers as replicas', () => {
    expect(place([alive(1)], 1, 0)).toMatchObject({ kind: 'refused' });
    expect(place([{ ...alive(1), isFenced: true }], 1, 1)).toMatchObject({ kind: 'refused' });
    expect(place([alive(1)], 1, 2)).toMatchObject({ kind: 'refused' });
  });

  test('gives each partition of a topic another leader', () => {
    const placement = place([alive(1), alive(2), alive(3)], 3, 3);
    const leaders =
      placement.kind === 'placed' ? placement.assignments.map(([leader]) => leader) : [];
    expect(new Set(leaders)).toEqual(new Set([1, 2, 3]));
  });

  test('spreads a partition over the racks', () => {
    const brokers = [alive(1, 'a'), alive(2, 'a'), alive(3, 'b'), alive(4, 'b')];
    const rackOf = new Map(brokers.map(({ id, rack }) => [id, rack]));
    const placement = place(brokers, 8, 2);
    for (const replicas of placement.kind === 'placed' ? placement.assignments : []) {
      expect(new Set(replicas.map((broker) => rackOf.get(broker))).size).toBe(2);
    }
  });

  test('puts no replica twice and no leader on a fenced broker', () => {
    const broker = fc.record({
      id: fc.nat(20),
      rack: fc.constantFrom(null, 'a', 'b', 'c'),
      isFenced: fc.boolean(),
    });
    const brokers = fc.uniqueArray(broker, { selector: ({ id }) => id, minLength: 1 });
    const holds = fc.property(
      brokers,
      fc.integer({ min: 1, max: 12 }),
      fc.nat(),
      (all, count, seed) => {
        const factor = 1 + (seed % all.length);
        const request = { partitions: count, replicationFactor: factor };
        const placement = placeReplicas(all, request, createRandom(String(seed)));
        if (placement.kind === 'refused') {
          expect(all.every(({ isFenced }) => isFenced)).toBe(true);
          return;
        }
        expect(placement.assignments.length).toBe(count);
        for (const replicas of placement.assignments) {
          expect(new Set(replicas).size).toBe(factor);
          expect(all.find(({ id }) => id === replicas[0])?.isFenced).toBe(false);
        }
      },
    );
    fc.assert(holds);
  });
});
