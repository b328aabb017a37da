import { type AsyncParts } from './async-parts.ts';
import { type MembershipManager } from './membership-manager.ts';

/** Keeps the topics up to date that match a pattern of the client (`ApplicationEventProcessor`). */
export class PatternMatching {
  readonly #parts: AsyncParts;
  readonly #membership: MembershipManager;
  /** Version of the metadata that the pattern was matched against last. */
  #seenVersion: number;

  constructor(parts: AsyncParts, membership: MembershipManager) {
    this.#parts = parts;
    this.#membership = membership;
    this.#seenVersion = parts.metadata.updateVersion;
  }

  /** The application polls: there may be new metadata. */
  update(): void {
    const { metadata, subscriptions } = this.#parts;
    if (subscriptions.type !== 'pattern' || this.#seenVersion >= metadata.updateVersion) return;
    this.#seenVersion = metadata.updateVersion;
    this.match();
  }

  /** The member joins even if nothing matches. */
  match(): void {
    const { metadata, subscriptions } = this.#parts;
    const isOther = subscriptions.matchPattern(metadata.snapshot.topicNames());
    if (isOther) this.#seenVersion = metadata.requestUpdateForNewTopics();
    this.#membership.subscriptionUpdated();
  }
}
