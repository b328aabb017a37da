/** What requests of a group say of their sender, as it is known when they are sent. */
export interface MemberInfo {
  /** Empty before the member has had an epoch. */
  readonly memberId: string;
  /** Undefined while it has none. */
  readonly epoch: number | undefined;
}

export const unknownMember: MemberInfo = { memberId: '', epoch: undefined };
