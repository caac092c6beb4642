import { BestWords } from '../best-words.ts';
import type { Distribution } from '../types.ts';
import { normalizeWord } from '../words.ts';
import type { PathTree } from './path-tree.ts';
import type { TokenIndex } from './token-index.ts';

/**
 * The words of a language that puts no spaces between them, as far as they are single tokens: most of Chinese. P(word) is here P(the text
 * goes on with the word's own tokens). Nothing marks a word's end, so a word shares its probability with the longer ones that
 * the tokenizer writes as this one and more: `中` with `中` `央`, not with `中国`, which is a token itself.
 */
export class UnspacedWords {
  readonly #glued: readonly TokenWord[];
  readonly #spaced: readonly TokenWord[];
  readonly #best = new BestWords();

  /** `words`: the normalised words there are. */
  constructor(index: TokenIndex, words: ReadonlySet<string>) {
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
   * The `limit` likeliest words that are one token and complete the prefix, likeliest first, then those of `also` that are not
   * among them. `spell` gives the ways of writing a word in tokens, `run` is called with all of them before any is judged.
   */
  async answer(
    tree: PathTree,
    terms: UnspacedTerms,
    run: (paths: Int32Array[]) => Promise<void>,
  ): Promise<Distribution> {
    const { isSpaced, prefix, limit, also, spell } = terms;
    const likeliest = this.#likeliest(tree, isSpaced, prefix, limit);
    const words = [...new Set([...likeliest, ...also])];
    const spellings = words.map(spell);
    await run(spellings.flat());
    const judged = words.map((word, at) => ({ word, logProb: judge(tree, spellings[at]!) }));
    const best = judged.slice(0, likeliest.length).sort((a, b) => b.logProb - a.logProb);
    const answer = [...best, ...judged.slice(likeliest.length)];
    return {
      words: answer.map(({ word }) => word),
      logProbs: Float32Array.from(answer, ({ logProb }) => logProb),
    };
  }

  #likeliest(tree: PathTree, isSpaced: boolean, prefix: string, limit: number): string[] {
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
}

/** What is asked of `UnspacedWords`. */
export interface UnspacedTerms {
  /** Whether the first token of a word holds the space before it. */
  readonly isSpaced: boolean;
  /** Normalised, as all words are. */
  readonly prefix: string;
  readonly limit: number;
  readonly also: readonly string[];
  spell(word: string): readonly Int32Array[];
}

interface TokenWord {
  readonly tokenId: number;
  readonly word: string;
}

/** ln P(word), its ways of being written summed; of a way not followed to its end a guess. */
function judge(tree: PathTree, ways: readonly Int32Array[]): number {
  let probability = 0;
  for (const way of ways) {
    const { node, left } = tree.follow(way);
    probability += Math.exp(node.logProb) * GUESSED_SHARE ** left;
  }
  return Math.log(probability);
}

/** The share of a path's probability that is guessed to be a token's that it was not run for. */
const GUESSED_SHARE = 0.1;
