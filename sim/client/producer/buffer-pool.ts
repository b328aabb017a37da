/** A thread that waits for memory. */
export interface MemoryWaiter {
  readonly neededBytes: number;
  /** What it has got so far. */
  collectedBytes: number;
  /** It should try to collect more, in this same instant. */
  readonly memoryFreed: () => void;
}

/**
 * The memory of a producer's batches, `buffer.memory` bytes (`BufferPool`). Buffers of `batch.size` are
 * kept and used again. Threads that find too little wait in a queue; the first one is told whenever
 * memory comes back, and takes it piece by piece. A thread that comes later may be faster than one that
 * was told and has not yet run.
 */
export class BufferPool {
  readonly #totalBytes: number;
  readonly #pooledSize: number;
  readonly #waiters: MemoryWaiter[] = [];
  #pooledBuffers = 0;
  #unpooledBytes: number;
  #isClosed = false;

  constructor(totalBytes: number, pooledSize: number) {
    this.#totalBytes = totalBytes;
    this.#pooledSize = pooledSize;
    this.#unpooledBytes = totalBytes;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get hasWaiters(): boolean {
    return this.#waiters.length > 0;
  }

  get availableBytes(): number {
    return this.#unpooledBytes + this.#pooledBuffers * this.#pooledSize;
  }

  /** Whether so much could ever be had. */
  canHold(sizeInBytes: number): boolean {
    return sizeInBytes <= this.#totalBytes;
  }

  /** Takes the memory, if there is enough. */
  tryAllocate(sizeInBytes: number): boolean {
    const isAllocated = this.#take(sizeInBytes);
    if (isAllocated) this.#tellFirst();
    return isAllocated;
  }

  wait(waiter: MemoryWaiter): void {
    this.#waiters.push(waiter);
  }

  /** Gives the waiter what there is; true if it has all now, and has left the queue. */
  collect(waiter: MemoryWaiter): boolean {
    const missing = waiter.neededBytes - waiter.collectedBytes;
    if (waiter.collectedBytes === 0 && missing === this.#pooledSize && this.#pooledBuffers > 0) {
      this.#pooledBuffers -= 1;
      waiter.collectedBytes = missing;
    } else {
      this.#unpool(missing);
      const got = Math.min(missing, this.#unpooledBytes);
      this.#unpooledBytes -= got;
      waiter.collectedBytes += got;
    }
    if (waiter.collectedBytes < waiter.neededBytes) return false;
    this.#remove(waiter);
    return true;
  }

  /** The waiter gives up, and gives back what it had collected. */
  giveUp(waiter: MemoryWaiter): void {
    this.#unpooledBytes += waiter.collectedBytes;
    this.#remove(waiter);
  }

  deallocate(sizeInBytes: number): void {
    if (sizeInBytes === this.#pooledSize) this.#pooledBuffers += 1;
    else this.#unpooledBytes += sizeInBytes;
    this.#waiters[0]?.memoryFreed();
  }

  /** No memory is given any more; all who wait are told. */
  close(): void {
    this.#isClosed = true;
    for (const waiter of this.#waiters) waiter.memoryFreed();
  }

  #take(sizeInBytes: number): boolean {
    if (sizeInBytes === this.#pooledSize && this.#pooledBuffers > 0) {
      this.#pooledBuffers -= 1;
      return true;
    }
    if (this.availableBytes < sizeInBytes) return false;
    this.#unpool(sizeInBytes);
    this.#unpooledBytes -= sizeInBytes;
    return true;
  }

  /** Breaks buffers up until there are so many bytes, if possible. */
  #unpool(sizeInBytes: number): void {
    while (this.#pooledBuffers > 0 && this.#unpooledBytes < sizeInBytes) {
      this.#pooledBuffers -= 1;
      this.#unpooledBytes += this.#pooledSize;
    }
  }

  #remove(waiter: MemoryWaiter): void {
    this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
    this.#tellFirst();
  }

  #tellFirst(): void {
    if (this.availableBytes > 0) this.#waiters[0]?.memoryFreed();
  }
}
