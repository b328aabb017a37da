import { type CommitNumber } from '../../sim/group-facts.ts';
import { type CommitUid } from '../../sim/protocol/record-batch.ts';
import { type FactOf } from '../../sim/trace.ts';
import { type Handlers, type Instant } from '../invariant.ts';
import { rememberedFor } from './group-truth.ts';

/** A call that commits offsets. */
export interface CommitCall {
  readonly node: string;
  readonly fact: FactOf<'offsetCommitAttempted'>;
  readonly at: Instant;
  /** As the consumer knows it; it does not know what becomes of what it has given up. */
  outcome: 'open' | 'succeeded' | 'failed' | 'unknown';
}

/** Every call of consumers that commits offsets. */
export class CommitCalls {
  readonly handlers: Handlers;
  /** Those that have not returned, by node. */
  readonly #open = new Map<string, Map<CommitNumber, CommitCall>>();
  /** Oldest first. */
  readonly #byUid = new Map<CommitUid, CommitCall>();

  constructor() {
    this.handlers = {
      offsetCommitAttempted: (fact, { node, at }) => {
        this.#forgetOld(at);
        const call: CommitCall = { node, fact, at, outcome: 'open' };
        const mine = this.#open.get(node) ?? new Map<CommitNumber, CommitCall>();
        this.#open.set(node, mine);
        mine.set(fact.commit, call);
        this.#byUid.set(fact.commitUid, call);
      },
      offsetCommitSucceeded: ({ commit }, moment) => {
        moment.commit = this.#close(moment.node, commit, 'succeeded');
      },
      offsetCommitFailed: ({ commit, definite }, moment) => {
        moment.commit = this.#close(moment.node, commit, definite ? 'failed' : 'unknown');
      },
    };
  }

  /** Calls of consumers that run, by node. */
  open(): IterableIterator<[string, ReadonlyMap<CommitNumber, CommitCall>]> {
    return this.#open.entries();
  }

  /** Undefined for a call that nobody made, or that was made long ago. */
  find(uid: CommitUid | undefined): CommitCall | undefined {
    return uid === undefined ? undefined : this.#byUid.get(uid);
  }

  nodeEnded(node: string): void {
    for (const call of this.#open.get(node)?.values() ?? []) call.outcome = 'unknown';
    this.#open.delete(node);
  }

  #close(
    node: string,
    commit: CommitNumber,
    outcome: CommitCall['outcome'],
  ): CommitCall | undefined {
    const mine = this.#open.get(node);
    const call = mine?.get(commit);
    mine?.delete(commit);
    if (call !== undefined) call.outcome = outcome;
    return call;
  }

  #forgetOld(now: Instant): void {
    for (const [uid, { at, outcome }] of this.#byUid) {
      if (outcome === 'open' || at > now - rememberedFor) return;
      this.#byUid.delete(uid);
    }
  }
}
