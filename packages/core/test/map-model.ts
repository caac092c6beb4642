import fc from 'fast-check';
import type { NgramTable } from '../src/ngram-table.ts';
import { buildTable, type UnsortedLevel } from '../src/table-builder.ts';

/** A back-off model in plain maps: what the trie must agree with. N-grams are joined by spaces. */
export interface MapModel {
  readonly order: number;
  /** `<unk>`, `<s>` and `</s>` among them. */
  readonly words: readonly string[];
  readonly logProbs: ReadonlyMap<string, number>;
  readonly logBackoffs: ReadonlyMap<string, number>;
}

/** ln P(word | context) by the back-off recursion (Katz 1987, eq. 16). Unknown words count as `<unk>`. */
export function mapLogProb(model: MapModel, context: readonly string[], word: string): number {
  const known = [...context.slice(Math.max(0, context.length - model.order + 1)), word].map((each) =>
    model.logProbs.has(each) ? each : '<unk>',
  );
  let logBackoff = 0;
  for (let start = 0; start < known.length; start++) {
    const found = model.logProbs.get(known.slice(start).join(' '));
    if (found !== undefined) return logBackoff + found;
    logBackoff += model.logBackoffs.get(known.slice(start, -1).join(' ')) ?? 0;
  }
  throw new Error(`no unigram for ${word}`);
}

/** Length of the longest n-gram that ends in `word`. */
export function mapMatchedOrder(model: MapModel, context: readonly string[], word: string): number {
  const known = [...context, word].slice(-model.order).map((each) => (model.logProbs.has(each) ? each : '<unk>'));
  for (let start = 0; start < known.length; start++) {
    if (model.logProbs.has(known.slice(start).join(' '))) return known.length - start;
  }
  return 0;
}

/** The model as a table, by way of unsorted levels. */
export function tableOf({ order, words, logProbs, logBackoffs }: MapModel): NgramTable {
  const ids = new Map(words.map((word, id) => [word, id] as const));
  const levels = Array.from({ length: order }, (_, index): UnsortedLevel => {
    const ngrams = [...logProbs.keys()].filter((ngram) => ngram.split(' ').length === index + 1);
    if (index === 0) ngrams.sort((a, b) => ids.get(a)! - ids.get(b)!);
    return {
      ids: Uint32Array.from(ngrams.flatMap((ngram) => ngram.split(' ').map((word) => ids.get(word)!))),
      logProbs: Float32Array.from(ngrams, (ngram) => logProbs.get(ngram)!),
      logBackoffs:
        index === order - 1 ? new Float32Array(0) : Float32Array.from(ngrams, (n) => logBackoffs.get(n) ?? 0),
    };
  });
  return buildTable(words, levels);
}

/** Characters of one to four bytes of UTF-8, with surrogate pairs above and below U+FFFD's place in UTF-16. */
const letter = fc.constantFrom('a', 'b', "'", 'é', 'ж', '中', '\uFF41', '𝒶', '🙂');
export const anyWord = fc.string({ unit: letter, minLength: 1, maxLength: 6 });

/**
 * Random models whose probabilities sum to 1 after every context. Suffixes of n-grams may be missing, as in pruned models;
 * with `isClosed` none is.
 */
export function anyModel({ isClosed = false }: { isClosed?: boolean } = {}): fc.Arbitrary<MapModel> {
  return fc
    .record({
      order: fc.integer({ min: 1, max: 4 }),
      ordinary: fc.uniqueArray(anyWord, { maxLength: 12 }),
      picks: fc.array(fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), { maxLength: 40 }),
      masses: fc.infiniteStream(fc.double({ min: 0.01, max: 1, noNaN: true })),
    })
    .map(({ order, ordinary, picks, masses }) => {
      const words = ['<unk>', '<s>', '</s>', ...ordinary];
      const ngrams = new Set<string>();
      for (const pick of picks) {
        const ngram = pick.slice(0, order).map((n, i) => wordAt(words, n, i === 0, i === order - 1));
        for (let end = 2; end <= ngram.length; end++) {
          for (let start = 0; start === 0 || (isClosed && start < end - 1); start++) {
            const shorter = ngram.slice(start, end);
            if (!shorter.slice(1).includes('<s>') && !shorter.slice(0, -1).includes('</s>'))
              ngrams.add(shorter.join(' '));
          }
        }
      }
      return normalized(
        order,
        words,
        [...ngrams].sort((a, b) => a.split(' ').length - b.split(' ').length),
        masses,
        isClosed,
      );
    });
}

function wordAt(words: readonly string[], n: number, isFirst: boolean, isLast: boolean): string {
  const word = words[n % words.length]!;
  if (word === '<s>' && !isFirst) return '<unk>';
  return word === '</s>' && !isLast ? '<unk>' : word;
}

function normalized(
  order: number,
  words: readonly string[],
  ngrams: readonly string[],
  masses: Iterator<number>,
  isClosed: boolean,
): MapModel {
  const logProbs = new Map<string, number>();
  const logBackoffs = new Map<string, number>();
  const model = { order, words, logProbs, logBackoffs };
  const mass = () => masses.next().value as number;
  const unigrams = words.map((word) => (word === '<s>' ? 0 : mass()));
  const total = unigrams.reduce((sum, each) => sum + each);
  words.forEach((word, i) => {
    logProbs.set(word, Math.fround(Math.log(unigrams[i]! / total)));
  });
  for (const [context, followers] of byContext(ngrams)) {
    const suffix = context.split(' ').slice(1);
    const last = followers.filter((word) => !isClosed || logProbs.has([...suffix, word].join(' ')));
    const lower = last.reduce((sum, word) => sum + Math.exp(mapLogProb(model, suffix, word)), 0);
    // Some probability must be left to back off to, and the context be in the model itself.
    if (lower > 0.99 || !logProbs.has(context)) continue;
    const shares = last.map(mass);
    const given = 0.1 + 0.8 * mass();
    const sum = shares.reduce((a, b) => a + b, 0);
    last.forEach((word, i) => {
      logProbs.set(`${context} ${word}`, Math.fround(Math.log((given * shares[i]!) / sum)));
    });
    if (last.length > 0) logBackoffs.set(context, Math.fround(Math.log((1 - given) / (1 - lower))));
  }
  return model;
}

/** The last words of n-grams by the words before, shorter contexts first. */
function byContext(ngrams: readonly string[]): Map<string, string[]> {
  const followers = new Map<string, string[]>();
  for (const ngram of ngrams) {
    const end = ngram.lastIndexOf(' ');
    const context = ngram.slice(0, end);
    followers.set(context, [...(followers.get(context) ?? []), ngram.slice(end + 1)]);
  }
  return followers;
}

/** "the" begins a sentence twice in three, "a" once; after "the", "cat" is likely. */
export const example: MapModel = {
  order: 3,
  words: ['<unk>', '<s>', '</s>', 'a', 'cat', 'the', 'theatre'],
  logProbs: new Map(
    Object.entries({
      '<unk>': 0.1,
      '<s>': 0,
      '</s>': 0.2,
      a: 0.1,
      cat: 0.1,
      the: 0.3,
      theatre: 0.2,
      '<s> the': 0.5,
      'the cat': 0.6,
      'the theatre': 0.1,
      '<s> the cat': 0.25,
    }).map(([ngram, prob]) => [ngram, Math.log(prob)]),
  ),
  logBackoffs: new Map([
    ['<s>', Math.log(0.5 / 0.7)],
    ['the', Math.log(0.3 / 0.7)],
    ['<s> the', Math.log(0.75 / 0.4)],
  ]),
};
