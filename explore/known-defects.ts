import { fixes } from '../sim/switches/known-bugs.ts';
import { type Plan } from '../sim/plan.ts';
import { type SwitchDescription } from '../sim/switches/switch-description.ts';
import { type SwitchName, switchTable } from '../sim/switches/switches.ts';

/** A bug that Kafka 4.3.1 has, with the switch that fixes it. */
export interface KnownDefect {
  readonly switch: SwitchName;
  readonly value: string;
  readonly ticket: string;
  readonly what: string;
}

/** Every bug that 4.3.1 is known to have. */
export const knownDefects: readonly KnownDefect[] = fixes.map(({ name, value, description }) => {
  return { switch: name, value, ticket: description.ticket, what: description.what };
});

/** Whether the bug can break the invariant of that id: a run without it differs in other ways, too. */
export function canBreak(defect: KnownDefect, invariant: string): boolean {
  const { mends = [] }: SwitchDescription = switchTable[defect.switch];
  return mends.includes(invariant);
}

/** The same plan for a Kafka without that bug. */
export function withFix(plan: Plan, defect: KnownDefect): Plan {
  return { ...plan, switches: { ...plan.switches, [defect.switch]: defect.value } };
}
