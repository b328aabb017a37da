/** What a consumer subscribes to instead of topics: all those whose whole name matches. */
export interface SubscribedPattern {
  readonly text: string;
  /**
   * `client`: by the client, against its metadata (`subscribe(Pattern)`). `broker`: by the coordinator of
   * the group, as RE2/J does (`subscribe(SubscriptionPattern)`, KIP-848).
   */
  readonly matchedBy: 'client' | 'broker';
}

/** The same pattern for the client to match with; what Java and JavaScript read differently is left out. */
export function expressionOf({ text }: SubscribedPattern): RegExp {
  return new RegExp(`^(?:${text})$`, 'u');
}
