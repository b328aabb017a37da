import { type Failure, failureOfError } from './failure.ts';
import { type MemberInfo, unknownMember } from './member-info.ts';

export const staleEpochName = failureOfError('STALE_MEMBER_EPOCH').name;

/** From whom requests about committed offsets come. */
export class GroupSender {
  readonly groupId: string;
  /** As the membership has told it last. */
  memberInfo: MemberInfo = unknownMember;

  constructor(groupId: string) {
    this.groupId = groupId;
  }

  /** The epoch with which the request was sent is old, and there is another one. */
  hasNewerEpoch({ name }: Failure): boolean {
    return name === staleEpochName && this.memberInfo.epoch !== undefined;
  }
}
