import { type MetadataRecord } from '../protocol/metadata-record.ts';
import { type Uuid } from '../protocol/uuid.ts';

/** The topics that are committed, which is what Kafka's read operations see. */
export class StableTopics {
  readonly #idByName = new Map<string, Uuid>();
  readonly #nameById = new Map<Uuid, string>();

  idOf(name: string): Uuid | undefined {
    return this.#idByName.get(name);
  }

  nameOf(id: Uuid): string | undefined {
    return this.#nameById.get(id);
  }

  committed(record: MetadataRecord): void {
    if (record.type === 'TopicRecord') {
      this.#idByName.set(record.name, record.topicId);
      this.#nameById.set(record.topicId, record.name);
    } else if (record.type === 'RemoveTopicRecord') {
      const name = this.#nameById.get(record.topicId);
      this.#nameById.delete(record.topicId);
      if (name !== undefined) this.#idByName.delete(name);
    }
  }
}
