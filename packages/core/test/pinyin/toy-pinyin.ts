import { type NgramModel, openNgram } from '../../src/ngram-model.ts';
import { writeNgram } from '../../src/ngram-writer.ts';
import { writePinyinLexicon } from '../../src/pinyin/lexicon-writer.ts';
import { openPinyinLexicon, type PinyinLexicon } from '../../src/pinyin/pinyin-lexicon.ts';
import { syllableId } from '../../src/pinyin/syllables.ts';
import { type MapModel, tableOf } from '../map-model.ts';

/** A word of a small model. */
export interface ToyWord {
  readonly word: string;
  /** In any unit. */
  readonly frequency: number;
  /** Reading → share: `{ hang: 0.4, xing: 0.6 }`. Empty for what cannot be typed. */
  readonly readings: Readonly<Record<string, number>>;
}

/** A small Chinese model with its lexicon. */
export interface Toy {
  readonly model: MapModel;
  readonly ngramBytes: Uint8Array;
  readonly ngram: NgramModel;
  readonly lexiconBytes: Uint8Array;
  readonly lexicon: PinyinLexicon;
  readonly words: readonly ToyWord[];
}

/** Probabilities of words after others: `{ 我: { 爱: 0.5 } }`. */
export type Pairs = Readonly<Record<string, Readonly<Record<string, number>>>>;

/**
 * A bigram model at full precision: unigrams by frequency, a tenth of them all for each of `<unk>` and `</s>`; what the pairs
 * leave of a context's probability goes to the other words by their unigrams.
 */
export function toyOf(words: readonly ToyWord[], pairs: Pairs): Toy {
  const total = words.reduce((sum, { frequency }) => sum + frequency, 0) / 0.8;
  const unigrams = new Map<string, number>([
    ['<unk>', 0.1],
    ['<s>', 0],
    ['</s>', 0.1],
    ...words.map(({ word, frequency }) => [word, frequency / total] as const),
  ]);
  const logProbs = new Map([...unigrams].map(([word, probability]) => [word, Math.log(probability)]));
  const logBackoffs = new Map<string, number>();
  for (const [context, followers] of Object.entries(pairs)) {
    let [given, lower] = [0, 0];
    for (const [word, probability] of Object.entries(followers)) {
      logProbs.set(`${context} ${word}`, Math.log(probability));
      given += probability;
      lower += unigrams.get(word)!;
    }
    logBackoffs.set(context, Math.log((1 - given) / (1 - lower)));
  }
  const model = { order: 2, words: [...unigrams.keys()], logProbs, logBackoffs };
  const table = tableOf(model);
  const frequencies = Float64Array.from(
    table.words,
    (word) => words.find((each) => each.word === word)?.frequency ?? 0,
  );
  const ngramBytes = writeNgram({ ...table, frequencies }, { quantize: false, isOffensive: (word) => word === '，' });
  const ngram = openNgram(ngramBytes);
  const entries = words.flatMap(({ word, frequency, readings }) =>
    Object.entries(readings).map(([reading, share]) => ({
      wordId: ngram.vocabulary.id(word),
      syllables: reading.split("'").map(syllableId),
      share,
      frequency,
    })),
  );
  const lexiconBytes = writePinyinLexicon(entries, ngram.vocabulary.size);
  return {
    model,
    ngramBytes,
    ngram,
    lexiconBytes,
    lexicon: openPinyinLexicon(lexiconBytes, ngram.vocabulary.size),
    words,
  };
}

function word(word: string, frequency: number, ...readings: (string | readonly [string, number])[]): ToyWord {
  const shares = readings.map((reading) => (typeof reading === 'string' ? ([reading, 1] as const) : reading));
  return { word, frequency, readings: Object.fromEntries(shares) };
}

/** Words with all that makes pinyin hard: homophones, polyphones, splits in two ways, ü, syllables without an initial. */
export const toy: Toy = toyOf(
  [
    word('，', 60),
    word('ok', 1),
    word('的', 90, 'de'),
    word('得', 20, 'de'),
    word('我', 50, 'wo'),
    word('你', 40, 'ni'),
    word('尼', 2, 'ni'),
    word('好', 30, 'hao'),
    word('号', 10, 'hao'),
    word('你好', 12, "ni'hao"),
    word('先', 15, 'xian'),
    word('西', 8, 'xi'),
    word('安', 6, 'an'),
    word('西安', 5, "xi'an"),
    word('行', 14, ['xing', 0.75], ['hang', 0.25]),
    word('银行', 9, "yin'hang"),
    word('行动', 7, "xing'dong"),
    word('动', 5, 'dong'),
    word('银', 2, 'yin'),
    word('因', 4, 'yin'),
    word('中', 12, 'zhong'),
    word('国', 11, 'guo'),
    word('中国', 25, "zhong'guo"),
    word('人', 35, 'ren'),
    word('中国人', 10, "zhong'guo'ren"),
    word('爱', 13, 'ai'),
    word('爱国', 4, "ai'guo"),
    word('女', 9, 'nv'),
    word('女儿', 6, "nv'er"),
    word('儿', 3, 'er'),
    word('二', 8, 'er'),
    word('怒', 2, 'nu'),
    word('略', 2, 'lve'),
    word('饿', 1, 'e'),
    word('方', 6, 'fang'),
    word('方案', 5, "fang'an"),
    word('反', 4, 'fan'),
    word('反感', 3, "fan'gan"),
    word('案', 2, 'an'),
    word('感', 3, 'gan'),
  ],
  {
    '<s>': { 我: 0.2, 你好: 0.1, 中国: 0.05 },
    '，': { 我: 0.2, 你: 0.15, 的: 0.01 },
    我: { 爱: 0.3, 的: 0.2, 女儿: 0.1 },
    爱: { 你: 0.3, 我: 0.2, 中国: 0.1 },
    你: { 的: 0.2, 好: 0.05 },
    中国: { 人: 0.3, 的: 0.2, 银行: 0.15 },
    银行: { 的: 0.3 },
    先: { 得: 0.2, 行动: 0.1 },
    的: { 人: 0.1, 西安: 0.02, 怒: 0.01 },
    中国人: { 的: 0.4 },
  },
);

/** Syllables of the toy's lexicon, as they are typed. */
export const toySyllables: readonly string[] = [
  ...new Set(toy.words.flatMap(({ readings }) => Object.keys(readings).flatMap((reading) => reading.split("'")))),
];
