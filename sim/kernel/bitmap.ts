/** A set of small whole numbers that finds its next member fast. */
export class Bitmap {
  readonly #words: Int32Array;
  /** A bit for each word that is not empty. */
  readonly #summary: Int32Array;

  constructor(size: number) {
    this.#words = new Int32Array(Math.ceil(size / 32));
    this.#summary = new Int32Array(Math.ceil(this.#words.length / 32));
  }

  add(member: number): void {
    const word = member >>> 5;
    this.#words[word] = (this.#words[word] ?? 0) | (1 << (member & 31));
    this.#summary[word >>> 5] = (this.#summary[word >>> 5] ?? 0) | (1 << (word & 31));
  }

  remove(member: number): void {
    const word = member >>> 5;
    const left = (this.#words[word] ?? 0) & ~(1 << (member & 31));
    this.#words[word] = left;
    if (left === 0) {
      this.#summary[word >>> 5] = (this.#summary[word >>> 5] ?? 0) & ~(1 << (word & 31));
    }
  }

  /** The smallest member that is at least `from`, or -1. */
  nextFrom(from: number): number {
    const first = from >>> 5;
    if (first >= this.#words.length) return -1;
    const bits = (this.#words[first] ?? 0) & (-1 << (from & 31));
    if (bits !== 0) return (first << 5) | lowestBit(bits);
    const word = this.#nextWord(first + 1);
    return word === -1 ? -1 : (word << 5) | lowestBit(this.#words[word] ?? 0);
  }

  #nextWord(from: number): number {
    const first = from >>> 5;
    if (first >= this.#summary.length) return -1;
    let bits = (this.#summary[first] ?? 0) & (-1 << (from & 31));
    for (let index = first; ;) {
      if (bits !== 0) return (index << 5) | lowestBit(bits);
      index += 1;
      if (index >= this.#summary.length) return -1;
      bits = this.#summary[index] ?? 0;
    }
  }
}

/** Position of the lowest bit that is set in `bits`, which must not be 0. */
function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
