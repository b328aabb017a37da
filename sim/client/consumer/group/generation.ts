/** Which member this is, of which generation of its group (`AbstractCoordinator.Generation`). */
export interface Generation {
  /** -1: it is in none. */
  readonly generationId: number;
  /** Empty: it has none. */
  readonly memberId: string;
  /** Name of the assignor that the members have agreed on. */
  readonly protocolName: string | null;
}

export const noGeneration: Generation = { generationId: -1, memberId: '', protocolName: null };

export function isSameGeneration(one: Generation, other: Generation): boolean {
  return (
    one.generationId === other.generationId &&
    one.memberId === other.memberId &&
    one.protocolName === other.protocolName
  );
}
