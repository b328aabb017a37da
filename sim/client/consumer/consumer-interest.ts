import { type MetadataInterest } from '../metadata.ts';
import { type SubscriptionState } from './subscription-state.ts';

/** Which topics a consumer wants to know of (`ConsumerMetadata`). */
export class ConsumerInterest implements MetadataInterest {
  readonly allowAutoTopicCreation: boolean;
  readonly #subscriptions: SubscriptionState;
  /** Of a lookup of offsets that is going on. */
  #transientTopics: ReadonlySet<string> = new Set();

  constructor(subscriptions: SubscriptionState, allowAutoTopicCreation: boolean) {
    this.#subscriptions = subscriptions;
    this.allowAutoTopicCreation = allowAutoTopicCreation;
  }

  /** For as long as a lookup needs them. */
  set transientTopics(topics: ReadonlySet<string>) {
    this.#transientTopics = topics;
  }

  topics(): readonly string[] {
    return [...new Set([...this.#subscriptions.metadataTopics, ...this.#transientTopics])];
  }

  /** A consumer always asks for all its topics. */
  newTopics(): null {
    return null;
  }

  retains(topic: string): boolean {
    return this.#transientTopics.has(topic) || this.#subscriptions.needsMetadata(topic);
  }
}
