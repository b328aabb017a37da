import { z } from 'zod';
import { type SwitchName, switchTable } from '../../sim/switches/switches.ts';

/** Whether that is a switch of the model. */
export function isSwitch(name: string): name is SwitchName {
  return Object.hasOwn(switchTable, name);
}

/** Why a switch cannot have a value; undefined if it can. */
export function switchProblem(name: SwitchName, value: string): string | undefined {
  const values: readonly string[] = switchTable[name].values;
  if (values.includes(value)) return undefined;
  return `expected ${name} to be ${values.join(' or ')}, not ${JSON.stringify(value)}`;
}

/** Fixes of Kafka that are turned off, or on. */
export const switches = z
  .partialRecord(z.enum(Object.keys(switchTable).filter(isSwitch)), z.string())
  .default({});
