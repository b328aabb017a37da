import { type FactOf, type PartitionName } from '../../sim/trace.ts';
import { type Happening, type Work } from './group-account.ts';

/** What ends the work of a consumer. */
export type End = FactOf<'nodeCrashed' | 'nodeStopped' | 'membershipEnded' | 'partitionsRevoked'>;

/** What has last happened to consumers that makes others, or themselves, do work again. */
export class Interruptions {
  /** By node. */
  readonly #ends = new Map<string, Happening<End>>();
  readonly #assignments = new Map<string, Happening<FactOf<'partitionsAssigned'>>>();

  ended(node: string, end: Happening<End>): void {
    this.#ends.set(node, end);
  }

  assigned(node: string, assignment: Happening<FactOf<'partitionsAssigned'>>): void {
    this.#assignments.set(node, assignment);
  }

  /** What has happened since the work to who did it, or else to the node that repeats it. */
  since({ node, at, fact: { partition } }: Work, repeater: string): Happening | undefined {
    const end = this.#ends.get(node);
    if (end !== undefined && end.at >= at && takes(end.fact, partition)) return end;
    const assignment = node === repeater ? undefined : this.#assignments.get(repeater);
    return assignment !== undefined && assignment.at >= at ? assignment : undefined;
  }
}

/** `a crash` */
export function nameOf({ fact: { kind } }: Happening): string {
  if (kind === 'nodeCrashed') return 'a crash';
  return kind === 'nodeStopped' ? 'a stop' : 'a rebalance';
}

function takes(end: End, partition: PartitionName): boolean {
  return end.kind !== 'partitionsRevoked' || end.partitions.includes(partition);
}
