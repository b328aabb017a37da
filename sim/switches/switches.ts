import { consumerSwitchTable } from './consumer-switches.ts';
import { controllerSwitchTable } from './controller-switches.ts';
import { groupSwitchTable } from './group-switches.ts';
import { producerSwitchTable } from './producer-switches.ts';
import { replicationSwitchTable } from './replication-switches.ts';
import { type SwitchDescription } from './switch-description.ts';
import { transactionSwitchTable } from './transaction-switches.ts';

/**
 * Turns single protocol fixes of Kafka off, or fixes of bugs that 4.3.1 still has on. Absent means:
 * as Kafka 4.3.1 was released. Each row is listed with its ticket in `switchTable`.
 */
export type Switches = Readonly<Partial<Record<SwitchName, string>>>;

/** Every switch that the model knows. */
export const switchTable = {
  ...replicationSwitchTable,
  ...controllerSwitchTable,
  ...producerSwitchTable,
  ...transactionSwitchTable,
  ...groupSwitchTable,
  ...consumerSwitchTable,
} as const satisfies Record<string, SwitchDescription>;

export type SwitchName = keyof typeof switchTable;
