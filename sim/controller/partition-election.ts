import { type BrokerId } from '../trace.ts';
import { noLeader, type PartitionRegistration } from './partition-registration.ts';
import { type ReplicaList } from './replica-lists.ts';

/**
 * - `preferred`: the first replica if it may lead; else keep the partition online.
 * - `online`: keep it online with a member of the ISR, or of the ELR if the ISR is empty.
 * - `unclean`: if need be with any replica that is alive.
 */
export type Election = 'preferred' | 'online' | 'unclean';

/** Who may be taken when ISR and ELR are empty: `fenced` is the inverted test of KAFKA-19522. */
export type LastKnownLeaderRule = 'active' | 'fenced' | 'never';

export interface Candidates {
  readonly replicas: ReplicaList;
  readonly isr: ReplicaList;
  readonly elr: ReplicaList;
  readonly isAcceptable: (broker: BrokerId) => boolean;
  readonly lastKnownLeader: LastKnownLeaderRule;
}

export interface Elected {
  readonly leader: BrokerId;
  /** The leader may not have all that was committed. */
  readonly isUnclean: boolean;
}

/**
 * Chooses a leader among the candidates (`PartitionChangeBuilder.electLeader`). A current leader
 * that may lead stays, but for the preferred one.
 */
export function electLeader(
  partition: PartitionRegistration,
  candidates: Candidates,
  election: Election,
): Elected {
  const { replicas } = candidates;
  const first = replicas[0] ?? noLeader;
  if (election === 'preferred' && mayLead(first, candidates)) return cleanly(first);
  if (mayLead(partition.leader, candidates)) return cleanly(partition.leader);

  const clean = replicas.find((replica) => mayLead(replica, candidates));
  if (clean !== undefined) return cleanly(clean);
  const lastKnown = lastKnownLeader(partition, candidates);
  if (lastKnown !== undefined) return { leader: lastKnown, isUnclean: true };
  const alive = election === 'unclean' ? replicas.find(candidates.isAcceptable) : undefined;
  return alive === undefined ? cleanly(noLeader) : { leader: alive, isUnclean: true };
}

function cleanly(leader: BrokerId): Elected {
  return { leader, isUnclean: false };
}

function mayLead(replica: BrokerId, { isr, elr, isAcceptable }: Candidates): boolean {
  const isEligible = isr.includes(replica) || (isr.length === 0 && elr.includes(replica));
  return isEligible && isAcceptable(replica);
}

/** The one last leader may lead again when nobody else is left (the part of KIP-966 that is in 4.3). */
function lastKnownLeader(
  { lastKnownElr }: PartitionRegistration,
  { isr, elr, isAcceptable, lastKnownLeader: rule }: Candidates,
): BrokerId | undefined {
  const [lastKnown] = lastKnownElr;
  if (rule === 'never' || isr.length > 0 || elr.length > 0) return undefined;
  if (lastKnown === undefined || lastKnownElr.length > 1) return undefined;
  return isAcceptable(lastKnown) === (rule === 'active') ? lastKnown : undefined;
}
