import { type CellKind, type Disk } from '../kernel/disk.ts';
import { type Random } from '../kernel/random.ts';
import { randomUuid, type Uuid } from '../protocol/uuid.ts';

interface MetaProperties {
  readonly directoryId: Uuid;
}

const metaProperties: CellKind<MetaProperties> = { name: 'meta.properties' };

/** The id of the broker's one log directory (KIP-858), given when its disk is used for the first time. */
export function directoryId(disk: Disk, random: Random): Uuid {
  const cell = disk.cell(metaProperties, 'log-dir');
  if (cell.value === undefined) cell.writeAndFlush({ directoryId: randomUuid(random) });
  return cell.value?.directoryId ?? '';
}
