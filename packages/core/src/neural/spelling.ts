import type { Lexicon } from '../lexicon.ts';
import { capitalise } from '../vocabulary.ts';
import type { Tokenizer } from './backend.ts';
import { joinBytes, NO_BYTES } from './token-index.ts';
import type { WordPlace } from './word-place.ts';

/** How words are written in tokens. */
export class Spelling {
  readonly #tokenizer: Tokenizer;
  readonly #lexicon: Lexicon | undefined;
  readonly #known = new Map<string, Int32Array | null>();

  constructor(tokenizer: Tokenizer, lexicon: Lexicon | undefined) {
    this.#tokenizer = tokenizer;
    this.#lexicon = lexicon;
  }

  /** The tokens of each of a word's forms. */
  spellings(word: string, place: WordPlace): Int32Array[] {
    const spellings: Int32Array[] = [];
    for (const form of this.forms(word, place)) {
      const spelling = this.#spell(form, place.isSpaced);
      if (spelling !== null) spellings.push(spelling);
    }
    return spellings;
  }

  /**
   * The ways to write a normalised word that a text is likely to have: small, capitalised, as the lexicon shows it, and with
   * the letters that have been typed as they were typed.
   */
  forms(word: string, { typed, prefix }: WordPlace): Set<string> {
    const forms = new Set([word, capitalise(word)]);
    if (this.#lexicon !== undefined) forms.add(this.#lexicon.displayForm(word));
    if (typed.length === prefix.length && word.startsWith(prefix)) forms.add(typed + word.slice(prefix.length));
    return forms;
  }

  #spell(form: string, isSpaced: boolean): Int32Array | null {
    const key = isSpaced ? ` ${form}` : form;
    let spelling = this.#known.get(key);
    if (spelling === undefined) {
      spelling = isSpaced ? this.#spellSpaced(form) : this.#spellGlued(form);
      if (this.#known.size >= MOST_KNOWN) this.#known.clear();
      this.#known.set(key, spelling);
    }
    return spelling;
  }

  #spellSpaced(form: string): Int32Array | null {
    const wanted = encoder.encode(` ${form}`);
    for (const text of [` ${form}`, form]) {
      const ids = this.#tokenizer.encode(text);
      if (ids.length > 0 && haveBytes(this.#tokenizer, ids, wanted)) return ids;
    }
    return null;
  }

  /** Behind a bracket, whose token is left out again. */
  #spellGlued(form: string): Int32Array | null {
    const wanted = encoder.encode(form);
    const ids = this.#tokenizer.encode(`(${form}`);
    for (let start = 1; start < ids.length; start++) {
      if (haveBytes(this.#tokenizer, ids.subarray(start), wanted)) return ids.slice(start);
    }
    return null;
  }
}

/** Words remembered before all are forgotten. */
const MOST_KNOWN = 8192;
const encoder = new TextEncoder();

function haveBytes(tokenizer: Tokenizer, ids: Int32Array, wanted: Uint8Array): boolean {
  let bytes = NO_BYTES;
  for (const id of ids) bytes = joinBytes(bytes, tokenizer.bytes(id));
  return bytes.length === wanted.length && bytes.every((byte, index) => byte === wanted[index]);
}
