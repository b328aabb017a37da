import { type Plan } from '../plan.ts';
import { type SwitchDescription } from './switch-description.ts';
import { type Switches, type SwitchName, switchTable } from './switches.ts';

/** A switch and the value that fixes a bug which Kafka 4.3.1 still has. */
export interface Fix {
  readonly name: SwitchName;
  readonly value: string;
  readonly description: SwitchDescription;
}

/** Every fix of a bug that 4.3.1 still has. */
export const fixes: readonly Fix[] = Object.keys(switchTable)
  .filter(isSwitchName)
  .flatMap((name) => {
    const description: SwitchDescription = switchTable[name];
    const isFix = description.versions.startsWith('in 4.3.1') && description.breaks.length === 0;
    return isFix ? description.values.map((value) => ({ name, value, description })) : [];
  });

/** The switches that a run has: those of its plan, and for an ideal Kafka every fix. */
export function switchesInForce({ kafka, switches }: Plan): Switches {
  if (kafka === 'released') return switches;
  return { ...Object.fromEntries(fixes.map(({ name, value }) => [name, value])), ...switches };
}

function isSwitchName(name: string): name is SwitchName {
  return Object.hasOwn(switchTable, name);
}
