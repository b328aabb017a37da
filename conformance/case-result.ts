/** What came of asking the model what a real Kafka was asked. */
export type CaseResult = Agreement | Disagreement | Omission;

export interface Agreement {
  /** Where the case stands: `static/time.json epochCache 3`, `live/replication/policy.jsonl:1`. */
  readonly case: string;
  readonly outcome: 'agrees';
}

export interface Disagreement {
  readonly case: string;
  readonly outcome: 'differs';
  /** What in the case: `step 4 at /topics/0/errorCode`. */
  readonly step: string;
  /** What Kafka said there, and what the model says. */
  readonly expected: unknown;
  readonly came: unknown;
}

export interface Omission {
  readonly case: string;
  readonly outcome: 'not modelled';
  readonly reason: string;
}

/** What a disagreement says besides the name of its case. */
export type Difference = Pick<Disagreement, 'step' | 'expected' | 'came'>;

export function resultOf(name: string, difference: Difference | undefined): CaseResult {
  if (difference === undefined) return { case: name, outcome: 'agrees' };
  return { case: name, outcome: 'differs', ...difference };
}
