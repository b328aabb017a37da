import { type ErrorName } from '../../protocol/errors.ts';
import { type MetadataResponse } from '../../protocol/messages/metadata-response.ts';
import { type MetadataInterest, type MetadataListener } from '../metadata.ts';

interface UsedTopic {
  /** When it is forgotten if no record is sent to it. */
  expiresMs: number;
}

/** Which topics a producer wants to know of: those that it has sent to lately (`ProducerMetadata`). */
export class ProducerInterest implements MetadataInterest, MetadataListener {
  readonly allowAutoTopicCreation = true;
  readonly #maxIdleMs: number;
  readonly #topics = new Map<string, UsedTopic>();
  readonly #newTopics = new Set<string>();
  readonly #errors = new Map<string, ErrorName>();

  /** `maxIdleMs`: `metadata.max.idle.ms`. */
  constructor(maxIdleMs: number) {
    this.#maxIdleMs = maxIdleMs;
  }

  /** The topic is used; true if nothing was known of it, so that an update is to be requested. */
  add(topic: string, nowMs: number): boolean {
    const expiresMs = nowMs + this.#maxIdleMs;
    const known = this.#topics.get(topic);
    if (known !== undefined) {
      known.expiresMs = expiresMs;
      return false;
    }
    this.#topics.set(topic, { expiresMs });
    this.#newTopics.add(topic);
    return true;
  }

  isNew(topic: string): boolean {
    return this.#newTopics.has(topic);
  }

  topics(): readonly string[] {
    return [...this.#topics.keys()];
  }

  newTopics(): readonly string[] {
    return [...this.#newTopics];
  }

  /** An idle topic is forgotten when an answer comes that has it. */
  retains(topic: string, _isInternal: boolean, nowMs: number): boolean {
    const known = this.#topics.get(topic);
    if (known === undefined) return false;
    if (this.#newTopics.has(topic) || known.expiresMs > nowMs) return true;
    this.#topics.delete(topic);
    return false;
  }

  /** What the latest answer says is wrong with the topic. */
  errorOf(topic: string): ErrorName | undefined {
    return this.#errors.get(topic);
  }

  metadataUpdated({ topics }: MetadataResponse): void {
    this.#errors.clear();
    for (const { name, errorCode } of topics) {
      if (errorCode !== 'NONE') this.#errors.set(name ?? '', errorCode);
      this.#newTopics.delete(name ?? '');
    }
  }

  metadataClosed(): void {
    // Nobody waits here.
  }
}
