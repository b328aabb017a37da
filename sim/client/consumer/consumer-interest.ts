import { type ConsumerConfig } from '../../protocol/config/consumer-config.ts';
import { type Uuid } from '../../protocol/uuid.ts';
import { type MetadataInterest } from '../metadata.ts';
import { type SubscriptionState } from './subscription-state.ts';

type InterestConfig = Pick<ConsumerConfig, 'allowAutoCreateTopics' | 'excludeInternalTopics'>;

/** Which topics a consumer wants to know of (`ConsumerMetadata`). */
export class ConsumerInterest implements MetadataInterest {
  readonly #config: InterestConfig;
  readonly #subscriptions: SubscriptionState;
  /** Of a lookup of offsets that is going on. */
  #transientTopics: ReadonlySet<string> = new Set();

  constructor(subscriptions: SubscriptionState, config: InterestConfig) {
    this.#subscriptions = subscriptions;
    this.#config = config;
  }

  /** True in a request for all topics, false in one for ids; neither makes any topic. */
  get allowAutoTopicCreation(): boolean {
    if (this.#subscriptions.type === 'pattern') return true;
    return this.topicIds() === null && this.#config.allowAutoCreateTopics;
  }

  /** For as long as a lookup needs them. */
  set transientTopics(topics: ReadonlySet<string>) {
    this.#transientTopics = topics;
  }

  /** Of a pattern that this client matches, any topic may be one. */
  topics(): readonly string[] | null {
    if (this.#subscriptions.type === 'pattern') return null;
    return [...new Set([...this.#subscriptions.metadataTopics, ...this.#transientTopics])];
  }

  /** A consumer always asks for all its topics. */
  newTopics(): null {
    return null;
  }

  /** What a coordinator has assigned by a pattern is asked for by ids, unless a lookup needs names. */
  topicIds(): readonly Uuid[] | null {
    const { type, assignedTopicIds } = this.#subscriptions;
    return type === 'brokerPattern' && this.#transientTopics.size === 0 ? assignedTopicIds : null;
  }

  retains(topic: string, isInternal: boolean, _nowMs: number, topicId?: Uuid): boolean {
    const subscriptions = this.#subscriptions;
    if (this.#transientTopics.has(topic) || subscriptions.needsMetadata(topic)) return true;
    if (topicId !== undefined && subscriptions.type === 'brokerPattern') {
      if (subscriptions.assignedTopicIds.includes(topicId)) return true;
    }
    if (isInternal && this.#config.excludeInternalTopics) return false;
    return subscriptions.matchesPattern(topic);
  }
}
