/** What a switch does to Kafka. */
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
  /** Of a fix: ids of the invariants that break without it; left out, none can. */
  readonly mends?: readonly string[];
}
