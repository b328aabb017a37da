import { toByteArray, utf8Bytes } from '../../../protocol/bytes.ts';
import { compareTexts } from '../../../protocol/compare-texts.ts';
import { crc32c } from '../../../protocol/crc32c.ts';
import { javaHashCode } from '../../../protocol/java-hash.ts';
import { type Uuid } from '../../../protocol/uuid.ts';
import { type MetadataImage, type TopicImage } from '../../metadata/metadata-image.ts';
import { type KnownTopics } from './consumer/target-assignment.ts';

const twoTo21 = 0x20_0000;

/** What a coordinator knows of topics: the broker's newest metadata (`CoordinatorMetadataImage`). */
export class GroupTopics implements KnownTopics {
  readonly #image: MetadataImage;

  constructor(image: MetadataImage) {
    this.#image = image;
  }

  /** Grows with every change of the metadata. */
  get version(): number {
    return this.#image.appliedOffset;
  }

  get names(): Iterable<string> {
    return this.#image.topicsByName.keys();
  }

  readonly topicIdOf = (name: string): Uuid | undefined =>
    this.#image.topicsByName.get(name)?.topicId;

  readonly nameOf = (topicId: Uuid): string | undefined =>
    this.#image.topicsById.get(topicId)?.name;

  readonly partitionCountOf = (topicId: Uuid): number | undefined =>
    this.#image.topicsById.get(topicId)?.partitions.length;

  /**
   * Changes when one of the topics does: its id, its partitions, or where they are (KIP-1101). 0 if
   * there is none of them. Kafka's is another hash; only whether two are equal counts.
   */
  hashOf(names: ReadonlySet<string>): number {
    const topics: string[] = [];
    for (const name of [...names].sort(compareTexts)) {
      const topic = this.#image.topicsByName.get(name);
      if (topic !== undefined) topics.push(this.#describe(topic));
    }
    if (topics.length === 0) return 0;
    const text = topics.join('\n');
    return crc32c(toByteArray(utf8Bytes(text))) * twoTo21 + (javaHashCode(text) >>> 11);
  }

  #describe({ name, topicId, partitions }: TopicImage): string {
    const racks = partitions.map(({ replicas }) =>
      replicas
        .flatMap((replica) => this.#image.brokers.get(replica)?.rack ?? [])
        .sort(compareTexts)
        .join(','),
    );
    return `${name}/${topicId}/${racks.join(';')}`;
  }
}
