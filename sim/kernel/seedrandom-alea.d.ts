declare module 'seedrandom/lib/alea.js' {
  /** A stream of numbers in [0, 1), each a multiple of 2^-32. */
  // The package exports so.
  // eslint-disable-next-line no-restricted-syntax
  export default function alea(seed: string): () => number;
}
