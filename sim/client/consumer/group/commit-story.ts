import { type Context } from '../../../kernel/process.ts';
import { type Frame } from '../../../protocol/api.ts';
import { type CommitNumber } from '../../../group-facts.ts';
import { type CommitUid } from '../../../protocol/record-batch.ts';
import { type Fact, type FactOf } from '../../../trace.ts';
import { type Generation } from './generation.ts';
import { type GroupOffset } from './group-offset.ts';

/** Who commits, and why. */
export type CommitCause = FactOf<'offsetCommitAttempted'>['why'];

/** Names one call that commits offsets. */
export interface CommitCall {
  readonly commit: CommitNumber;
  /** Ghost. */
  readonly uid: CommitUid;
  readonly why: CommitCause;
}

/** Tells what becomes of one call that commits offsets, with all its requests. */
export class CommitStory {
  readonly #context: Context<Frame, Fact>;
  readonly #groupId: string;
  readonly commit: CommitNumber;
  /** Ghost; its requests carry it. */
  readonly uid: CommitUid;
  readonly #why: CommitCause;
  #hasBegun = false;
  #unanswered = 0;
  /** A request that was over without success may have taken effect. */
  #isInDoubt = false;

  constructor(context: Context<Frame, Fact>, groupId: string, { commit, uid, why }: CommitCall) {
    this.#context = context;
    this.#groupId = groupId;
    this.commit = commit;
    this.uid = uid;
    this.#why = why;
  }

  /** A request is sent. */
  attempted({ generationId, memberId }: Generation, offsets: readonly GroupOffset[]): void {
    this.#unanswered += 1;
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#context.record({
      kind: 'offsetCommitAttempted',
      groupId: this.#groupId,
      memberId,
      generation: generationId,
      commit: this.commit,
      commitUid: this.uid,
      offsets: offsets.map(({ partition, offset }) => ({ partition: partition.name, offset })),
      why: this.#why,
    });
  }

  /** A request is over, perhaps not the last one. `hasNoEffect`: nor will it ever have one. */
  answered(hasNoEffect: boolean): void {
    this.#unanswered -= 1;
    if (!hasNoEffect) this.#isInDoubt = true;
  }

  succeeded(): void {
    if (!this.#hasBegun) return;
    this.#context.record({ kind: 'offsetCommitSucceeded', commit: this.commit });
  }

  failed(error: string): void {
    if (!this.#hasBegun) return;
    this.#context.record({
      kind: 'offsetCommitFailed',
      commit: this.commit,
      error,
      definite: !this.#isInDoubt && this.#unanswered === 0,
    });
  }
}
