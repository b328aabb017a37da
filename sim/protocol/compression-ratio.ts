import { type CompressionType } from './record-batch.ts';

/** Kafka's number of each codec in a batch's attributes (`CompressionType`). */
export const compressionIds: Readonly<Record<CompressionType, number>> = {
  none: 0,
  gzip: 1,
  snappy: 2,
  lz4: 3,
  zstd: 4,
};

/**
 * What part of its size JSON of some hundred bytes a record keeps, as Kafka's codecs measured it
 * (conformance, `compressedSizes`). The simulator compresses nothing: a batch built with a codec is
 * this much smaller, whatever is in it.
 */
export const assumedRatios: Readonly<Record<CompressionType, number>> = {
  none: 1,
  gzip: 0.25,
  snappy: 0.375,
  lz4: 0.375,
  zstd: 0.25,
};

const improvingStep = Math.fround(0.005);
const deterioratingStep = Math.fround(0.05);

/**
 * A producer's guess of how well the records of each topic compress, in 32-bit floats as Java computes
 * it. One for all producers of a process (`CompressionRatioEstimator`).
 */
export class CompressionRatioEstimator {
  readonly #ratios = new Map<string, Map<CompressionType, number>>();

  estimation(topic: string, type: CompressionType): number {
    return this.#ratios.get(topic)?.get(type) ?? 1;
  }

  /** Learns from a finished batch: a worse ratio counts at once, a better one step by step. */
  update(topic: string, type: CompressionType, observedRatio: number): number {
    const observed = Math.fround(observedRatio);
    const current = this.estimation(topic, type);
    if (observed > current) {
      this.set(topic, type, Math.max(Math.fround(current + deterioratingStep), observed));
    } else if (observed < current) {
      this.set(topic, type, Math.max(Math.fround(current - improvingStep), observed));
    }
    return this.estimation(topic, type);
  }

  /** After a batch was refused as too large: 1, or what the batch that was too large had. */
  set(topic: string, type: CompressionType, ratio: number): void {
    const known = this.#ratios.get(topic) ?? new Map<CompressionType, number>();
    this.#ratios.set(topic, known.set(type, Math.fround(ratio)));
  }
}
