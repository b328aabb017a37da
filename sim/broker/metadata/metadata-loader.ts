import { assert } from '../../kernel/assert.ts';
import { isMetadataRecord, type Offset, type RecordBatch } from '../../protocol/record-batch.ts';
import { MetadataDelta } from './metadata-delta.ts';
import { type MetadataImage } from './metadata-image.ts';
import { replay } from './metadata-replay.ts';

/** Makes the broker follow a change of the metadata; the image has it already. */
export type MetadataPublisher = (delta: MetadataDelta) => void;

/**
 * Applies committed metadata and publishes one delta for each commit, however many batches it holds:
 * states in between are never seen (`MetadataLoader`, `MetadataBatchLoader`). The first publication
 * waits until everything below the high watermark known then has been loaded. That may be before the
 * controller knows of the present life of the broker, which then leads on as its last life did.
 */
export class MetadataLoader {
  /** Offset of the last record published; -1 before the first publication. */
  publishedOffset: Offset = -1;
  readonly #image: MetadataImage;
  readonly #publish: MetadataPublisher;
  readonly #mayStart: () => boolean;
  #delta = new MetadataDelta();
  #isCatchingUp = true;

  /** @param mayStart Whether the image may be the first to be published. */
  constructor(image: MetadataImage, publish: MetadataPublisher, mayStart: () => boolean) {
    this.#image = image;
    this.#publish = publish;
    this.#mayStart = mayStart;
  }

  load(batches: readonly RecordBatch[], highWatermark: Offset): void {
    for (const batch of batches) this.#apply(batch);
    if (this.#isCatchingUp) {
      const hasCaughtUp = highWatermark - 1 <= this.#image.appliedOffset;
      if (!hasCaughtUp || this.#image.appliedOffset < 0 || !this.#mayStart()) return;
      this.#isCatchingUp = false;
    }
    const delta = this.#delta;
    this.#delta = new MetadataDelta();
    this.#publish(delta);
    this.publishedOffset = this.#image.appliedOffset;
  }

  #apply(batch: RecordBatch): void {
    assert(batch.baseOffset > this.#image.appliedOffset, 'metadata are applied in order');
    for (const record of batch.records) {
      if (record.data !== null && isMetadataRecord(record.data)) {
        replay(this.#image, this.#delta, record.data);
      }
    }
    this.#image.appliedOffset = batch.lastOffset;
  }
}
