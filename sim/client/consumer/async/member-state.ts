/** What a consumer is to its group (`MemberState`). */
export type MemberState =
  | 'unsubscribed'
  | 'joining'
  | 'reconciling'
  | 'acknowledging'
  | 'stable'
  | 'fenced'
  | 'prepareLeaving'
  | 'leaving'
  | 'fatal'
  | 'stale';

/**
 * From which states each one may be entered.
 *
 * | state          | the member                                                                   |
 * |----------------|------------------------------------------------------------------------------|
 * | unsubscribed   | is in no group, and wants to be in none                                      |
 * | joining        | asks to be a member, with epoch 0                                            |
 * | reconciling    | has been assigned something that it has not taken up yet                     |
 * | acknowledging  | has taken it up, and tells so with its next heartbeat                        |
 * | stable         | has what it has been assigned                                                |
 * | fenced         | has been removed from the group, and gives up what it had before it rejoins  |
 * | prepareLeaving | gives up what it has in order to leave                                       |
 * | leaving        | tells the group with its next heartbeat that it leaves                       |
 * | fatal          | has met an error that nothing mends                                          |
 * | stale          | has left since the application does not poll; joins again when it does       |
 */
export const previousStates: Readonly<Record<MemberState, ReadonlySet<MemberState>>> = {
  unsubscribed: new Set(['prepareLeaving', 'leaving', 'fenced']),
  joining: new Set(['fenced', 'unsubscribed', 'stale']),
  reconciling: new Set(['stable', 'joining', 'acknowledging', 'reconciling']),
  acknowledging: new Set(['reconciling']),
  stable: new Set(['joining', 'acknowledging', 'reconciling']),
  fenced: new Set([
    'joining',
    'stable',
    'reconciling',
    'acknowledging',
    'prepareLeaving',
    'leaving',
  ]),
  prepareLeaving: new Set(['joining', 'stable', 'reconciling', 'acknowledging', 'unsubscribed']),
  leaving: new Set(['prepareLeaving']),
  fatal: new Set([
    'joining',
    'stable',
    'reconciling',
    'acknowledging',
    'prepareLeaving',
    'leaving',
    'unsubscribed',
  ]),
  stale: new Set(['leaving']),
};

/** Whether an assignment that comes now is taken in. */
export function canHandleNewAssignment(state: MemberState): boolean {
  return previousStates.reconciling.has(state);
}
