declare module 'virtual:pack' {
  /** The folder of the pack, relative to the page. */
  export const packUrl: string;
}

interface ImportMetaEnv {
  /** Bytes of what runs the neural models, decompressed; of its WebAssembly, that is, beside which the rest is nothing. */
  readonly RUNTIME_BYTES: number;
}
