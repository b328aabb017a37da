/**
 * A rolling hash over everything that happens in a run. Two runs of one plan and seed have equal
 * fingerprints; two runs that differ anywhere have, but for chance (2^-62), different ones.
 */
export class Fingerprint {
  #a = 0x2545f491;
  #b = 0x9e3779b9;
  /** How many numbers were mixed in. */
  count = 0;

  /** Mixes in a number; of one beyond 32 bits the low 32 bits of its whole part. */
  mix(value: number): void {
    const a = Math.imul(this.#a ^ value, 0x85ebca6b);
    this.#a = a ^ (a >>> 13);
    const b = Math.imul(this.#b + value, 0xc2b2ae35);
    this.#b = (b << 15) | (b >>> 17);
    this.count += 1;
  }

  mixText(text: string): void {
    for (let index = 0; index < text.length; index += 1) this.mix(text.charCodeAt(index));
  }

  /** Sixteen hexadecimal digits. */
  digest(): string {
    return hex(this.#a) + hex(this.#b);
  }
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
