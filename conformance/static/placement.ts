import { z } from 'zod';
import { placeReplicas, type UsableBroker } from '../../sim/controller/striped-placement.ts';
import { createRandom } from '../../sim/kernel/random.ts';
import { type Difference } from '../case-result.ts';
import { differenceAt } from '../difference.ts';
import { type Comparison, section } from './section.ts';

/** Least and most, over 200 seeds. */
const range = z.tuple([z.number(), z.number()]);
const count = z.int();

const placementCase = z.strictObject({
  brokers: z.array(
    z.strictObject({
      id: z.int(),
      rack: z.string().optional(),
      fenced: z.boolean().optional(),
    }),
  ),
  partitions: z.int(),
  replicationFactor: z.int(),
  error: z.strictObject({ exception: z.string(), message: z.string() }).optional(),
  examples: z.array(z.array(z.array(z.int()))).optional(),
  over200: z
    .strictObject({
      leadersPerUnfencedBroker: range,
      replicasPerUnfencedBroker: range,
      racksPerPartition: range,
      fencedReplicasPerPartition: range,
      partitionsWithFencedLeader: count,
      partitionsWithDuplicateReplica: count,
      partitionsWithFencedBeforeUnfenced: count,
    })
    .optional(),
});

const seeds = 200;

/** Where replicas come to lie is drawn: only what is true of all draws can be compared. */
export const placement = section(placementCase, (recorded): Comparison => {
  const brokers = recorded.brokers.map(({ id, rack, fenced }): UsableBroker => {
    return { id, rack: rack ?? null, isFenced: fenced ?? false };
  });
  const measured = new Measured(brokers);
  for (let seed = 0; seed < seeds; seed += 1) {
    const placed = placeReplicas(brokers, recorded, createRandom(`placement/${seed}`));
    if (placed.kind === 'refused') {
      return differenceAt('placement', recorded.error?.message, placed.message);
    }
    measured.add(placed.assignments);
  }
  const { over200, error } = recorded;
  if (over200 === undefined) return differenceAt('placement', error?.message, undefined);
  return measured.differenceFrom(over200);
});

type Ranges = NonNullable<z.infer<typeof placementCase>['over200']>;

/** Of these, as many draws of Kafka's need not have shown the extremes. */
const drawn = ['leadersPerUnfencedBroker', 'replicasPerUnfencedBroker'];

function isWithin(came: readonly number[], [least, most]: readonly number[], slack: number) {
  const [low = NaN, high = NaN] = came;
  return low >= (least ?? NaN) - slack && high <= (most ?? NaN) + slack;
}

class Measured {
  readonly #brokers: ReadonlyMap<number, UsableBroker>;
  readonly #ranges = new Map<string, [least: number, most: number]>();
  readonly #counts = new Map<string, number>([
    ['partitionsWithFencedLeader', 0],
    ['partitionsWithDuplicateReplica', 0],
    ['partitionsWithFencedBeforeUnfenced', 0],
  ]);

  constructor(brokers: readonly UsableBroker[]) {
    this.#brokers = new Map(brokers.map((broker) => [broker.id, broker]));
  }

  add(assignments: readonly (readonly number[])[]): void {
    for (const { id, isFenced } of this.#brokers.values()) {
      if (isFenced) continue;
      const leads = assignments.filter(([leader]) => leader === id).length;
      this.#widen('leadersPerUnfencedBroker', leads);
      const has = assignments.filter((replicas) => replicas.includes(id)).length;
      this.#widen('replicasPerUnfencedBroker', has);
    }
    for (const replicas of assignments) this.#addPartition(replicas);
  }

  /** The first range that is wider than Kafka's, or thing that happens where it never does. */
  differenceFrom(recorded: Ranges): Difference | undefined {
    for (const [name, expected] of Object.entries(recorded)) {
      const came =
        typeof expected === 'number' ? (this.#counts.get(name) ?? 0) : this.#ranges.get(name);
      const isLike =
        typeof expected === 'number'
          ? (came === 0) === (expected === 0)
          : typeof came === 'object' && isWithin(came, expected, drawn.includes(name) ? 1 : 0);
      if (!isLike) return { step: name, expected, came };
    }
    return undefined;
  }

  #addPartition(replicas: readonly number[]): void {
    const fenced = replicas.map((id) => this.#brokers.get(id)?.isFenced === true);
    const racks = new Set(replicas.map((id) => this.#brokers.get(id)?.rack ?? null));
    this.#widen('racksPerPartition', racks.size);
    this.#widen('fencedReplicasPerPartition', fenced.filter((isFenced) => isFenced).length);
    const firstFenced = fenced.indexOf(true);
    this.#count('partitionsWithFencedLeader', fenced[0] === true);
    this.#count('partitionsWithDuplicateReplica', new Set(replicas).size < replicas.length);
    this.#count(
      'partitionsWithFencedBeforeUnfenced',
      firstFenced >= 0 && fenced.lastIndexOf(false) > firstFenced,
    );
  }

  #widen(name: string, value: number): void {
    const [least, most] = this.#ranges.get(name) ?? [value, value];
    this.#ranges.set(name, [Math.min(least, value), Math.max(most, value)]);
  }

  #count(name: string, isSo: boolean): void {
    if (isSo) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }
}
