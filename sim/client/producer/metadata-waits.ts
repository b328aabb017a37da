import { type Metadata, type MetadataListener } from '../metadata.ts';
import { type ThreadWait } from './thread-wait.ts';

interface MetadataWait {
  readonly version: number;
  readonly thread: ThreadWait;
}

/** Threads that wait for new metadata (`ProducerMetadata.awaitUpdate`). */
export class MetadataWaits implements MetadataListener {
  readonly #metadata: Metadata;
  #waits: MetadataWait[] = [];

  constructor(metadata: Metadata) {
    this.#metadata = metadata;
    metadata.addListener(this);
  }

  /** Notifies the thread once, when the metadata are newer than `version`, or closed. */
  add(version: number, thread: ThreadWait): void {
    this.#waits.push({ version, thread });
  }

  /** The thread does not wait any more. */
  remove(thread: ThreadWait): void {
    this.#waits = this.#waits.filter((wait) => wait.thread !== thread);
  }

  metadataUpdated(): void {
    if (this.#waits.length === 0) return;
    const { updateVersion } = this.#metadata;
    this.#notify(({ version }) => updateVersion > version);
  }

  metadataClosed(): void {
    this.#notify(() => true);
  }

  #notify(isOver: (wait: MetadataWait) => boolean): void {
    const over = this.#waits.filter(isOver);
    this.#waits = this.#waits.filter((wait) => !isOver(wait));
    for (const { thread } of over) thread.notify();
  }
}
