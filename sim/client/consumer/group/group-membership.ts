import { type Context } from '../../../kernel/process.ts';
import { type Frame } from '../../../protocol/api.ts';
import { type ExceptionName } from '../../../protocol/exceptions.ts';
import { type Fact, type FactOf } from '../../../trace.ts';
import { type Generation, isSameGeneration, noGeneration } from './generation.ts';

/**
 * | from \ to            | unjoined                | preparing       | completing         | stable         |
 * |----------------------|-------------------------|-----------------|--------------------|----------------|
 * | unjoined             |                         | joins           |                    |                |
 * | preparingRebalance   | left, fenced            | joins again     | JoinGroup answered |                |
 * | completingRebalance  | left, fenced            | joins again     |                    | SyncGroup answered |
 * | stable               | left, fenced            | joins again     |                    |                |
 */
export type MemberState = 'unjoined' | 'preparingRebalance' | 'completingRebalance' | 'stable';

/** An error that tells a member that its generation is over. */
export type GenerationError = 'UNKNOWN_MEMBER_ID' | 'ILLEGAL_GENERATION' | 'FENCED_INSTANCE_ID';

/**
 * How a consumer stands in its classic group (`AbstractCoordinator`). Both of its threads change it: the
 * one of the application joins, and either may take in an answer that ends the generation.
 */
export class GroupMembership {
  readonly groupId: string;
  /** Null: a dynamic member. */
  readonly instanceId: string | null;
  state: MemberState = 'unjoined';
  generation: Generation = noGeneration;
  isRejoinNeeded = true;
  /** What is told with the next JoinGroup (KIP-800). */
  rejoinReason = '';
  /** Before the next JoinGroup the partitions of the last generation are to be given up. */
  needsJoinPrepare = true;
  readonly #context: Context<Frame, Fact>;
  readonly #preparesAgain: boolean;

  /** `preparesAgain`: also a member that was about to join gives up what it had when it loses its generation. */
  constructor(
    context: Context<Frame, Fact>,
    groupId: string,
    instanceId: string | null,
    preparesAgain = true,
  ) {
    this.#context = context;
    this.groupId = groupId;
    this.instanceId = instanceId;
    this.#preparesAgain = preparesAgain;
  }

  get hasNotJoined(): boolean {
    return this.state === 'unjoined' || this.state === 'preparingRebalance';
  }

  get isRebalancing(): boolean {
    return this.state === 'preparingRebalance' || this.state === 'completingRebalance';
  }

  /** Undefined while the group is not stable, as far as this member knows. */
  get stableGeneration(): Generation | undefined {
    return this.state === 'stable' ? this.generation : undefined;
  }

  /** Whether it was in a generation that is over now, so that its partitions may be another's. */
  get hasLostGeneration(): boolean {
    const { generationId, memberId } = this.generation;
    return generationId === noGeneration.generationId || memberId === noGeneration.memberId;
  }

  /** Whether the generation was forgotten; the member id may have been kept. */
  get isReset(): boolean {
    const { generationId, protocolName } = this.generation;
    return generationId === noGeneration.generationId && protocolName === null;
  }

  isUnchangedSince(sent: Generation): boolean {
    return isSameGeneration(this.generation, sent);
  }

  requestRejoin(reason: string): void {
    this.rejoinReason = reason;
    this.isRejoinNeeded = true;
  }

  requestRejoinIfNecessary(reason: string): void {
    if (!this.isRejoinNeeded) this.requestRejoin(reason);
  }

  /** The coordinator wants the member to join with this id. */
  takeMemberId(memberId: string): void {
    this.generation = { ...noGeneration, memberId };
    this.requestRejoin(`need to re-join with the given member-id: ${memberId}`);
  }

  /** An answer to `api` says that the generation is over. With ILLEGAL_GENERATION the member id stays. */
  failed(api: string, error: GenerationError): void {
    if (error === 'UNKNOWN_MEMBER_ID') this.#tellEnd('fenced');
    if (error === 'FENCED_INSTANCE_ID') this.#tellEnd('fatal', 'FencedInstanceIdException');
    const keepsMemberId = error === 'ILLEGAL_GENERATION';
    this.reset(`encountered ${error} from ${api} response`, keepsMemberId);
  }

  left(why: FactOf<'membershipEnded'>['why']): void {
    if (this.state !== 'unjoined') this.#tellEnd(why);
    this.reset('consumer pro-actively leaving the group', false);
  }

  reset(reason: string, keepsMemberId: boolean): void {
    this.state = 'unjoined';
    const { memberId } = this.generation;
    this.generation = keepsMemberId ? { ...noGeneration, memberId } : noGeneration;
    this.requestRejoin(reason);
    if (this.#preparesAgain) this.needsJoinPrepare = true;
  }

  #tellEnd(why: FactOf<'membershipEnded'>['why'], error: ExceptionName | null = null): void {
    const { groupId, instanceId } = this;
    const { memberId } = this.generation;
    if (memberId === noGeneration.memberId) return;
    this.#context.record({ kind: 'membershipEnded', groupId, memberId, instanceId, why, error });
  }
}
