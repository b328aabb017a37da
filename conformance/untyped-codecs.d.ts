declare module 'lz4js' {
  const lz4: { readonly decompress: (frame: Uint8Array) => Uint8Array };
  // The package exports so.
  // eslint-disable-next-line no-restricted-syntax
  export default lz4;
}

declare module 'snappyjs' {
  const snappy: { readonly uncompress: (block: Uint8Array) => Uint8Array };
  // The package exports so.
  // eslint-disable-next-line no-restricted-syntax
  export default snappy;
}
