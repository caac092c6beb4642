import { BestWords } from '../best-words.ts';
import type { Distribution } from '../types.ts';
import { normalizeWord } from '../words.ts';
import type { Tokenizer } from './backend.ts';
import { divideContinuations } from './continuations.ts';
import type { PathTree } from './path-tree.ts';
import type { Spelling } from './spelling.ts';
import { joinBytes, NO_BYTES, type TokenIndex } from './token-index.ts';
import type { WordPlace } from './word-place.ts';

/** What `UnspacedWords` asks of the model whose words they are. */
export interface PathReader {
  /** The paths known behind a text of these tokens. */
  tree(ids: Int32Array): Promise<PathTree>;
  /** Learns a path to its end. */
  follow(tree: PathTree, path: Int32Array): Promise<void>;
  /** Learns of the paths what is worth its cost. */
  explore(tree: PathTree, paths: readonly Int32Array[]): Promise<void>;
}

/**
 * The words of a language that puts no spaces between them. P(word) is here P(the text goes on with it), each divided into tokens together with
 * the text before: one time in eight a token reaches over the boundary between two Chinese words, and the word divided by itself
 * would be 80 times less likely than it is. Nothing marks a word's end, so a word shares its probability with the longer ones that
 * the tokenizer writes as this one and more: `中` with `中` `央`, not with `中国`, which is a token itself.
 */
export class UnspacedWords {
  readonly #tokenizer: Tokenizer;
  readonly #index: TokenIndex;
  readonly #spelling: Spelling;
  readonly #glued: readonly TokenWord[];
  readonly #spaced: readonly TokenWord[];
  readonly #best = new BestWords();

  /** `words`: the normalised words there are. */
  constructor(tokenizer: Tokenizer, index: TokenIndex, spelling: Spelling, words: ReadonlySet<string>) {
    this.#tokenizer = tokenizer;
    this.#index = index;
    this.#spelling = spelling;
    const glued: TokenWord[] = [];
    const spaced: TokenWord[] = [];
    for (let tokenId = 0; tokenId < index.size; tokenId++) {
      const { text, rest } = index.decoded(tokenId);
      if (rest.length > 0) continue;
      const isSpaced = text.startsWith(' ');
      const word = normalizeWord(isSpaced ? text.slice(1) : text);
      if (words.has(word)) (isSpaced ? spaced : glued).push({ tokenId, word });
    }
    this.#glued = glued;
    this.#spaced = spaced;
  }

  /**
   * The `limit` likeliest words that are one token right behind the text and complete the prefix, likeliest first, then those of
   * `also` that are not among them.
   */
  async answer(
    place: WordPlace,
    { limit, also }: { readonly limit: number; readonly also: readonly string[] },
    reader: PathReader,
  ): Promise<Distribution> {
    const own = this.#tokenizer.encode(place.text);
    const likeliest = limit > 0 ? this.#likeliest(await reader.tree(own), place, limit) : [];
    const words = [...new Set([...likeliest, ...also])];
    const logProbs = await this.#judge(words, place, reader);
    const order = words.map((_, at) => at);
    const best = order.slice(0, likeliest.length).sort((a, b) => logProbs[b]! - logProbs[a]!);
    const answer = [...best, ...order.slice(likeliest.length)];
    return { words: answer.map((at) => words[at]!), logProbs: Float32Array.from(answer, (at) => logProbs[at]!) };
  }

  #likeliest(tree: PathTree, { isSpaced, prefix }: WordPlace, limit: number): string[] {
    const tokens = isSpaced ? this.#spaced : this.#glued;
    const best = this.#best;
    // Some words are two tokens: small and capitalised.
    best.clear(2 * limit);
    for (const [at, { tokenId, word }] of tokens.entries()) {
      const logProb = tree.startLogProb(tokenId);
      if (logProb > best.worst && word.startsWith(prefix)) best.offer(at, logProb);
    }
    const found = best.wordIds.subarray(0, best.sort());
    return [...new Set(Array.from(found, (at) => tokens[at]!.word))].slice(0, limit);
  }

  /** ln P of each word, its forms summed. */
  async #judge(words: readonly string[], place: WordPlace, reader: PathReader): Promise<number[]> {
    const { text, isSpaced } = place;
    // At a line's beginning the tokenizer puts the space itself.
    const space = isSpaced && text !== '' && !text.endsWith('\n') ? ' ' : '';
    const forms = words.flatMap((word) => Array.from(this.#spelling.forms(word, place), (form) => ({ word, form })));
    const divided = divideContinuations(
      this.#tokenizer,
      text,
      forms.map(({ form }) => space + form),
    );
    const ways = forms
      .map(({ word, form }, at) => ({ word, form, path: divided.paths[at]! }))
      .filter(({ form, path }) => this.#spells(path, form));
    const tree = await reader.tree(divided.shared);
    await reader.follow(tree, divided.rest);
    await reader.explore(
      tree,
      ways.map(({ path }) => path),
    );
    const logTotal = this.#logTotal(tree, divided.rest);
    const probabilities = new Map<string, number>();
    for (const { word, path } of ways) {
      const { node, left } = tree.follow(path);
      const probability = Math.exp(node.logProb - logTotal) * GUESSED_SHARE ** left;
      probabilities.set(word, (probabilities.get(word) ?? 0) + probability);
    }
    // A token that the text before ends with, and another word does not leave whole, is not in the total.
    return words.map((word) => Math.min(0, Math.log(probabilities.get(word) ?? 0)));
  }

  /** Whether tokens end with a form, which has bytes that they all know. */
  #spells(path: Int32Array, form: string): boolean {
    const bytes = this.#bytes(path);
    const wanted = encoder.encode(form);
    const start = bytes.length - wanted.length;
    return wanted.length > 0 && start >= 0 && wanted.every((byte, at) => bytes[start + at] === byte);
  }

  /** ln P(the text goes on as `rest` does): with its tokens, or with one that begins like them. */
  #logTotal(tree: PathTree, rest: Int32Array): number {
    if (rest.length === 0) return 0;
    const begun = this.#bytes(rest);
    let total = Math.exp(tree.follow(rest).node.logProb);
    for (let tokenId = 0; tokenId < this.#index.size; tokenId++) {
      const bytes = this.#index.bytes(tokenId);
      if (bytes.length > begun.length && begun.every((byte, at) => bytes[at] === byte)) {
        total += Math.exp(tree.startLogProb(tokenId));
      }
    }
    return Math.log(total);
  }

  #bytes(path: Int32Array): Uint8Array {
    let bytes = NO_BYTES;
    for (const id of path) bytes = joinBytes(bytes, this.#index.bytes(id));
    return bytes;
  }
}

interface TokenWord {
  readonly tokenId: number;
  readonly word: string;
}

const encoder = new TextEncoder();

/** The share of a path's probability that is guessed to be a token's that it was not run for. */
const GUESSED_SHARE = 0.1;
