declare module 'seedrandom/lib/alea.js' {
  /** A stream of numbers in [0, 1), each a multiple of 2^-32. */
  export default function alea(seed: string): () => number;
}
