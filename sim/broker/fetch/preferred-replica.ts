import { type Partition } from '../replica/partition.ts';

/** The only selector besides "the leader" that comes with Kafka. */
export const rackAwareSelector = 'org.apache.kafka.common.replica.RackAwareReplicaSelector';

interface ReplicaView {
  readonly brokerId: number;
  readonly logEndOffset: number;
  readonly sinceCaughtUpMs: number;
}

/**
 * The replica from which a client in `clientRack` had better read: the leader if it is there, else the
 * most caught-up of those there which have the offset and are in the ISR; -1 to stay with the leader
 * (KIP-392, `ReplicaManager.findPreferredReadReplica`).
 */
export function preferredReadReplica(
  partition: Partition,
  reader: { readonly clientRack: string; readonly fetchOffset: number; readonly nowMs: number },
): number {
  const { host } = partition;
  if (partition.leaderLog === undefined || reader.clientRack === '') return -1;
  if (rackOf(partition, host.brokerId) === reader.clientRack) return -1;

  let best: ReplicaView | undefined = undefined;
  for (const replica of partition.remoteReplicas) {
    const hasOffset =
      replica.logEndOffset >= reader.fetchOffset && replica.logStartOffset <= reader.fetchOffset;
    if (!hasOffset || !partition.isr.isr.includes(replica.brokerId)) continue;
    if (rackOf(partition, replica.brokerId) !== reader.clientRack) continue;
    const view: ReplicaView = {
      brokerId: replica.brokerId,
      logEndOffset: replica.logEndOffset,
      sinceCaughtUpMs: reader.nowMs - replica.lastCaughtUpTimeMs,
    };
    if (best === undefined || isBetter(view, best)) best = view;
  }
  return best?.brokerId ?? -1;
}

/** Undefined for a broker that is fenced or has no rack. */
function rackOf(partition: Partition, brokerId: number): string | undefined {
  const broker = partition.host.image.brokers.get(brokerId);
  return broker === undefined || broker.isFenced ? undefined : (broker.rack ?? undefined);
}

/** Of equally caught-up ones the one with the largest id (`ReplicaView.comparator`). */
function isBetter(a: ReplicaView, b: ReplicaView): boolean {
  if (a.logEndOffset !== b.logEndOffset) return a.logEndOffset > b.logEndOffset;
  if (a.sinceCaughtUpMs !== b.sinceCaughtUpMs) return a.sinceCaughtUpMs < b.sinceCaughtUpMs;
  return a.brokerId > b.brokerId;
}
