import { type PartitionOffset } from '../../sim/group-facts.ts';
import { type Offset } from '../../sim/protocol/record-batch.ts';
import { type FactOf, type PartitionName } from '../../sim/trace.ts';

type PositionMoved = FactOf<'positionMoved'>;

/**
 * Where members begin with the partitions that their group gives them: at the offset that they are told to
 * be committed, and by `auto.offset.reset` only if they are told that there is none. An application that
 * asks, too, may be told a newer one meanwhile.
 */
export class FirstPositions {
  /** By node: what it was told of each partition that it was given and has not begun with. */
  readonly #told = new Map<string, Map<PartitionName, Set<Offset>>>();

  given(node: string, partitions: readonly PartitionName[]): void {
    const mine = this.#told.get(node) ?? new Map<PartitionName, Set<Offset>>();
    this.#told.set(node, mine);
    for (const partition of partitions) mine.set(partition, new Set());
  }

  takenAway(node: string, partitions: readonly PartitionName[]): void {
    const mine = this.#told.get(node);
    for (const partition of partitions) mine?.delete(partition);
  }

  forget(node: string): void {
    this.#told.delete(node);
  }

  told(node: string, offsets: readonly PartitionOffset[]): void {
    const mine = this.#told.get(node);
    for (const { partition, offset } of offsets) mine?.get(partition)?.add(offset);
  }

  /** @returns What is wrong with it, if it is the first position. */
  moved(node: string, { partition, from, to, why }: PositionMoved): string | null {
    const told = this.#take(node, partition);
    if (why === 'committed') return mismatch(told, to);
    if (why !== 'reset' || from >= 0 || told === undefined || told.has(-1)) return null;
    return told.size === 0
      ? 'its new owner begins there by a reset, and was not told what its group has committed'
      : `its new owner begins there by a reset, and was told that its group has committed ${list(told)}`;
  }

  /** The same for one that begins with records. */
  polled(node: string, partition: PartitionName, position: Offset): string | null {
    return mismatch(this.#take(node, partition), position);
  }

  #take(node: string, partition: PartitionName): ReadonlySet<Offset> | undefined {
    const mine = this.#told.get(node);
    const told = mine?.get(partition);
    mine?.delete(partition);
    return told;
  }
}

function mismatch(told: ReadonlySet<Offset> | undefined, position: Offset): string | null {
  if (told === undefined || told.size === 0 || told.has(position)) return null;
  return `its new owner begins there, and was told that its group has committed ${list(told)}`;
}

function list(offsets: ReadonlySet<Offset>): string {
  return [...offsets].map((offset) => (offset < 0 ? 'nothing' : String(offset))).join(', then ');
}
