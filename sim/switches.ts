/**
 * Turns single protocol fixes of Kafka off, or fixes of bugs that 4.3.1 still has on. Absent means:
 * as Kafka 4.3.1 was released. Each row is listed with its ticket in `switchTable`.
 */
export type Switches = Readonly<Partial<Record<SwitchName, string>>>;

export interface SwitchDescription {
  /** The values besides the released behaviour. */
  readonly values: readonly string[];
  /** Ticket or KIP. */
  readonly ticket: string;
  /** The release that fixed it, or `in 4.3.1`. */
  readonly versions: string;
  readonly what: string;
  /** Ids of the invariants of which at least one is expected to break; empty: a fix that is turned on. */
  readonly breaks: readonly string[];
}

/** Every switch that the model knows. */
export const switchTable = {
  'repl.truncate': {
    values: ['hw'],
    ticket: 'KIP-101, KAFKA-1211',
    versions: 'before 0.11.0',
    what: 'a follower truncates to its own high watermark, not by leader epoch',
    breaks: ['C3', 'R1', 'R3', 'R12'],
  },
} as const satisfies Record<string, SwitchDescription>;

export type SwitchName = keyof typeof switchTable;
