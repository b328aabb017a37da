import { type Random } from '../kernel/random.ts';
import { type BrokerId } from '../trace.ts';

/** A broker on which replicas can be put. */
export interface UsableBroker {
  readonly id: BrokerId;
  readonly rack: string | null;
  readonly isFenced: boolean;
}

/** Replicas of each new partition, or why there is no place for them. */
export type Placement =
  | { readonly kind: 'placed'; readonly assignments: readonly (readonly BrokerId[])[] }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * Kafka's `StripedReplicaPlacer`: replicas go over the racks and, inside each, over its brokers in
 * turn, from starting points that are drawn. A leader is never put on a fenced broker; other
 * replicas only when a rack has no unfenced broker left.
 */
export function placeReplicas(
  brokers: readonly UsableBroker[],
  { partitions, replicationFactor }: { partitions: number; replicationFactor: number },
  random: Random,
): Placement {
  const refusal = refusalOf(brokers, replicationFactor);
  if (refusal !== undefined) return { kind: 'refused', message: refusal };

  const racks = new RackList(brokers, random);
  const assignments: (readonly BrokerId[])[] = [];
  for (let partition = 0; partition < partitions; partition += 1) {
    assignments.push(racks.place(replicationFactor));
  }
  return { kind: 'placed', assignments };
}

function refusalOf(
  brokers: readonly UsableBroker[],
  replicationFactor: number,
): string | undefined {
  if (replicationFactor <= 0) {
    return `Invalid replication factor ${replicationFactor}: the replication factor must be positive.`;
  }
  if (brokers.every((broker) => broker.isFenced)) {
    return 'All brokers are currently fenced, or have all their log directories cordoned.';
  }
  if (replicationFactor <= brokers.length) return undefined;
  const known = `${brokers.length} broker(s) are registered or some brokers have all their log directories cordoned`;
  return `The target replication factor of ${replicationFactor} cannot be reached because only ${known}.`;
}

/** Brokers of one rack that are taken in turn; each round begins one further. */
class BrokerCircle {
  readonly #brokers: BrokerId[];
  readonly #random: Random;
  #start: number;
  #taken = 0;
  #round = 0;

  constructor(brokers: readonly BrokerId[], random: Random) {
    this.#brokers = brokers.toSorted((a, b) => a - b);
    this.#random = random;
    this.#start = brokers.length === 0 ? 0 : random.below(brokers.length);
  }

  shuffle(): void {
    shuffle(this.#brokers, this.#random);
  }

  /** The next broker in this round; `undefined` if all have been taken. */
  next(round: number): BrokerId | undefined {
    const count = this.#brokers.length;
    if (count === 0) return undefined;
    if (this.#round !== round) {
      this.#round = round;
      this.#taken = 0;
      this.#start = (this.#start + 1) % count;
    }
    if (this.#taken >= count) return undefined;
    const broker = this.#brokers[(this.#start + this.#taken) % count];
    this.#taken += 1;
    return broker;
  }
}

class Rack {
  readonly fenced: BrokerCircle;
  readonly unfenced: BrokerCircle;

  constructor(brokers: readonly UsableBroker[], random: Random) {
    const ids = (isFenced: boolean) =>
      brokers.filter((broker) => broker.isFenced === isFenced).map((broker) => broker.id);
    this.fenced = new BrokerCircle(ids(true), random);
    this.unfenced = new BrokerCircle(ids(false), random);
  }

  next(round: number): BrokerId | undefined {
    return this.unfenced.next(round) ?? this.fenced.next(round);
  }
}

class RackList {
  readonly #racks: Rack[];
  readonly #random: Random;
  readonly #unfencedCount: number;
  #start: number;
  #round = 0;

  constructor(brokers: readonly UsableBroker[], random: Random) {
    const byName = new Map<string | null, UsableBroker[]>();
    for (const broker of brokers) {
      const inRack = byName.get(broker.rack);
      if (inRack === undefined) byName.set(broker.rack, [broker]);
      else inRack.push(broker);
    }
    this.#racks = [...byName]
      .toSorted(([a], [b]) => compareRacks(a, b))
      .map(([, inRack]) => new Rack(inRack, random));
    this.#random = random;
    this.#unfencedCount = brokers.filter((broker) => !broker.isFenced).length;
    this.#start = random.below(this.#racks.length);
  }

  /** Replicas of the next partition, of which the racks can bear that many. */
  place(replicationFactor: number): readonly BrokerId[] {
    // After as many partitions as brokers the stripes would repeat themselves.
    if (this.#round === this.#unfencedCount && this.#unfencedCount > 1) {
      shuffle(this.#racks, this.#random);
      for (const rack of this.#racks) {
        rack.fenced.shuffle();
        rack.unfenced.shuffle();
      }
      this.#round = 0;
    }
    if (this.#start === this.#racks.length) this.#start = 0;

    const replicas: BrokerId[] = [];
    let leaderRack = this.#placeLeader(replicas);
    for (let at = this.#start; replicas.length < replicationFactor;) {
      // The leader's rack has had its turn.
      if (at === leaderRack) leaderRack = -1;
      else this.#take(this.#racks[at]?.next(this.#round), replicas);
      at = (at + 1) % this.#racks.length;
    }
    this.#round += 1;
    this.#start += 1;
    return replicas;
  }

  /** Takes the leader from the first rack that has an unfenced broker left, and returns its index. */
  #placeLeader(replicas: BrokerId[]): number {
    for (let at = this.#start; ; at = (at + 1) % this.#racks.length) {
      if (this.#take(this.#racks[at]?.unfenced.next(this.#round), replicas)) return at;
    }
  }

  #take(broker: BrokerId | undefined, replicas: BrokerId[]): boolean {
    if (broker === undefined) return false;
    replicas.push(broker);
    return true;
  }
}

/** Brokers without a rack count as one rack, which comes first. */
function compareRacks(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === null ? -1 : 1;
  return a < b ? -1 : 1;
}

/** Java's `Collections.shuffle`. */
function shuffle(items: unknown[], random: Random): void {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const drawn = random.below(last + 1);
    const item = items[drawn];
    items[drawn] = items[last];
    items[last] = item;
  }
}
