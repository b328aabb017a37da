import { type BrokerState } from '../../protocol/messages/alter-partition-request.ts';

/**
 * The ISR as its leader has it (KIP-497): what the controller has committed, and at most one change
 * that has been proposed and not yet answered.
 *
 * | from | what | to |
 * |---|---|---|
 * | committed | a follower has caught up | pendingExpand |
 * | committed | members have fallen behind | pendingShrink |
 * | pending | the controller has done it, or new metadata | committed |
 * | pending | refused for certain | committed, as before |
 */
export interface IsrState {
  readonly kind: 'committed' | 'pendingExpand' | 'pendingShrink';
  /** As committed; ascending. */
  readonly isr: readonly number[];
  /** Whom the high watermark waits for: whoever is, or may already be, in the ISR. */
  readonly maximalIsr: readonly number[];
  /** 1 while recovering from an unclean election; a leader takes itself for recovered at once. */
  readonly leaderRecoveryState: number;
  readonly proposal: IsrProposal | null;
}

/** A change of the ISR that is on its way to the controller. */
export interface IsrProposal {
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
  readonly leaderRecoveryState: number;
  readonly newIsr: readonly BrokerState[];
  /** What becomes of the ISR if the change has certainly not been made. */
  readonly lastCommitted: IsrState;
}

const recovered = 0;

export function committedIsr(isr: readonly number[], leaderRecoveryState = recovered): IsrState {
  return { kind: 'committed', isr, maximalIsr: isr, leaderRecoveryState, proposal: null };
}

/** The new replica counts at once, which can only hold the high watermark back. */
export function pendingExpand(
  proposal: IsrProposal,
  { added, usesCommitted }: { readonly added: number; readonly usesCommitted: boolean },
): IsrState {
  const { isr, leaderRecoveryState } = proposal.lastCommitted;
  const maximalIsr = usesCommitted ? isr : withMember(isr, added);
  return { kind: 'pendingExpand', isr, maximalIsr, leaderRecoveryState, proposal };
}

/** The removed replicas still count: the controller may refuse, and elect one of them. */
export function pendingShrink(
  proposal: IsrProposal,
  { kept, isOptimistic }: { readonly kept: readonly number[]; readonly isOptimistic: boolean },
): IsrState {
  const { isr, leaderRecoveryState } = proposal.lastCommitted;
  const maximalIsr = isOptimistic ? kept : isr;
  return { kind: 'pendingShrink', isr, maximalIsr, leaderRecoveryState, proposal };
}

export function withMember(isr: readonly number[], added: number): number[] {
  return [...isr, added].sort((a, b) => a - b);
}
