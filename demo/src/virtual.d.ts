declare module 'virtual:packs' {
  /** A pack that came with the page, opened or not. */
  export interface PackOfPage {
    /** Its folder, relative to the page. */
    readonly url: string;
    readonly name: string;
    readonly licence: string;
    /** What it was trained on, each with its licence. */
    readonly sources: readonly string[];
    readonly words: number;
    /** Counted phrases of all lengths. */
    readonly ngrams: number;
    /** Of the n-gram, decompressed. */
    readonly sizeBytes: number;
  }

  /** The packs that came with the page, by language. */
  export const packs: Readonly<Record<'en' | 'zh', PackOfPage>>;
}

/** The dictionaries of opencc-js, which come without types. */
declare module 'opencc-js/dict/*' {
  const dictionary: string;
  export default dictionary;
}

interface ImportMetaEnv {
  /** Bytes of what runs the neural models, decompressed; of its WebAssembly, that is, beside which the rest is nothing. */
  readonly RUNTIME_BYTES: number;
  /** A regular expression that the addresses of the scripts fit which only those fetch who write Chinese. */
  readonly CHINESE_SCRIPTS: string;
}
