import { type Plan } from '../sim/plan.ts';
import { type SwitchName, switchTable } from '../sim/switches.ts';

/** A bug that Kafka 4.3.1 has, with the switch that fixes it. */
export interface KnownDefect {
  readonly switch: SwitchName;
  readonly value: string;
  readonly ticket: string;
  readonly what: string;
}

/** Every fix of a bug that 4.3.1 still has. */
export const knownDefects: readonly KnownDefect[] = Object.keys(switchTable)
  .filter(isSwitchName)
  .flatMap((name) => {
    const { values, versions, ticket, what } = switchTable[name];
    if (versions !== 'in 4.3.1') return [];
    return values.map((value) => ({ switch: name, value, ticket, what }));
  });

/** The same plan for a Kafka without that bug. */
export function withFix(plan: Plan, defect: KnownDefect): Plan {
  return { ...plan, switches: { ...plan.switches, [defect.switch]: defect.value } };
}

function isSwitchName(name: string): name is SwitchName {
  return Object.hasOwn(switchTable, name);
}
