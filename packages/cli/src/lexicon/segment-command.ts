import { mkdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { writeFileAtomically } from '../atomic-write.ts';
import { CommandFailure, type CommandIo, parseCommandLine, parseCount, UsageError } from '../command.ts';
import { createPacer, createProgress } from '../progress.ts';
import { readText } from '../train/text-reader.ts';
import { readChineseLine, type TokenSink } from './chinese-text.ts';
import { readDictionary } from './dictionary.ts';
import { HanSegmenter, WordTrie } from './han-segmenter.ts';
import { NewWordFinder } from './new-words.ts';

const help = `Usage: foreword segment --dictionary FILE[=SCALE]… --out DIR TEXT[=WEIGHT]…

Chooses the words of a Chinese lexicon and divides texts into them: dictionaries give the first words and frequencies, the
texts are read with them, new words are found where characters keep together, and the most frequent words of both are
kept. Writes DIR/words.tsv, a word and its frequency a line, and each text under its own name, a sentence a line, for
"foreword train --text tokens --words DIR/words.tsv".

  --dictionary FILE[=SCALE]  lines of a word and its frequency, multiplied by SCALE (default 1); repeatable
  --size N                   keep the N most frequent words (default 100000)
  --dictionary-share X       how much the dictionaries count in a word's frequency, the texts the rest (default 0.25)
  --longest N                most characters of a word (default 6)
  --new-words N              fewest occurrences of a new word (default 40; 0: find none)
  --out DIR                  the folder to write to
`;

/** `foreword segment`. */
export async function segmentCommand(argv: string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseCommandLine(argv, {
    dictionary: { type: 'string', multiple: true, default: [] },
    size: { type: 'string', default: '100000' },
    'dictionary-share': { type: 'string', default: '0.25' },
    longest: { type: 'string', default: '6' },
    'new-words': { type: 'string', default: '40' },
    out: { type: 'string' },
  });
  if (values.help) {
    io.stdout(help);
    return 0;
  }
  if (values.out === undefined) throw new UsageError('--out is missing: the folder to write to.');
  if (values.dictionary.length === 0)
    throw new UsageError('--dictionary is missing: a list of words with frequencies.');
  if (positionals.length === 0) throw new UsageError('No text was named. Give one or more text files.');
  const share = Number(values['dictionary-share']);
  if (!(share >= 0 && share <= 1)) {
    throw new UsageError(`--dictionary-share takes a number from 0 to 1, not "${values['dictionary-share']}".`);
  }
  const texts = positionals.map((argument) => readScaled(argument));
  checkOutputs(texts, values.out);
  const longest = parseCount('longest', values.longest, 1, 16);
  const leastOccurrences = parseCount('new-words', values['new-words'], 0);
  const size = parseCount('size', values.size, 1);
  const lexicon = await readDictionaries(values.dictionary, longest);
  if (leastOccurrences > 0) await addNewWords(lexicon, texts, { leastOccurrences, longest }, io);
  await reestimate(lexicon, texts, share, io);
  const kept = select(lexicon, size);
  const others = await reestimate(kept, texts, share, io);
  await mkdir(values.out, { recursive: true });
  for (const { file } of texts) await writeSegmented(file, join(values.out, basename(file)), kept, io);
  await writeFileAtomically(join(values.out, WORD_LIST), wordLines(kept, others), io.signal);
  return 0;
}

/** Words with what they are worth in dictionaries and in the texts. */
interface Lexicon {
  readonly trie: WordTrie;
  /** By word id: frequency in the dictionaries. */
  readonly dictionary: number[];
  /** By word id: share of all words, as far as it is known. */
  shares: Float64Array;
}

interface ScaledFile {
  readonly file: string;
  readonly scale: number;
}

/** A word of another script with its weighted occurrences. */
type OtherWords = ReadonlyMap<string, number>;

function readScaled(argument: string): ScaledFile {
  const [, file = argument, scale] = /^(.+)=([^=/]*)$/.exec(argument) ?? [];
  if (scale === undefined) return { file, scale: 1 };
  const number = Number(scale);
  if (scale === '' || !(number > 0 && number < Infinity)) {
    throw new UsageError(`The number behind ${file}= must be above 0, not "${scale}".`);
  }
  return { file, scale: number };
}

/** Every text needs a file of its own to be written to, and none may be written over. */
function checkOutputs(texts: readonly ScaledFile[], folder: string): void {
  const inputs = new Set(texts.map(({ file }) => resolve(file)));
  const outputs = new Map([[join(resolve(folder), WORD_LIST), '']]);
  for (const { file } of texts) {
    const output = join(resolve(folder), basename(file));
    if (inputs.has(output)) throw new UsageError(`--out must be another folder than that of ${file}.`);
    const other = outputs.get(output);
    if (other !== undefined) {
      const both = other === '' ? 'the list of words' : other;
      throw new UsageError(`${file} and ${both} would both be written to ${output}. Rename one.`);
    }
    outputs.set(output, file);
  }
}

const WORD_LIST = 'words.tsv';

async function readDictionaries(files: readonly string[], longest: number): Promise<Lexicon> {
  const trie = new WordTrie();
  const dictionary: number[] = [];
  for (const { file, scale } of files.map(readScaled)) {
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new CommandFailure(`The dictionary ${file} cannot be read. Check the path.`, { cause });
    });
    for (const { word, frequency } of readDictionary(text, longest)) {
      const id = trie.add(word);
      dictionary[id] = Math.max(dictionary[id] ?? 0, frequency * scale);
    }
  }
  if (!dictionary.some((frequency) => frequency > 0))
    throw new CommandFailure(`${files.join(', ')} hold no Chinese words with frequencies.`);
  return { trie, dictionary, shares: shares(dictionary) };
}

function shares(counts: ArrayLike<number>): Float64Array {
  let total = 0;
  for (let id = 0; id < counts.length; id++) total += counts[id]!;
  return Float64Array.from(counts, (count) => count / total);
}

/** A word that was never counted may still be the right one. */
const LEAST_SHARE = 1e-9;

function segmenterOf({ trie, shares }: Lexicon): HanSegmenter {
  return new HanSegmenter(
    trie,
    shares.map((share) => Math.log(Math.max(share, LEAST_SHARE))),
  );
}

async function addNewWords(
  lexicon: Lexicon,
  texts: readonly ScaledFile[],
  limits: { leastOccurrences: number; longest: number },
  io: CommandIo,
): Promise<void> {
  const { trie, dictionary } = lexicon;
  const finder = new NewWordFinder(trie.words.length);
  const sink: TokenSink = {
    han: (wordId) => finder.add(wordId),
    other: () => finder.add(-1),
    sentenceEnd: () => finder.add(-1),
  };
  for (const { file } of texts) await readChinese(file, 'Looking for new words in', segmenterOf(lexicon), sink, io);
  const found = finder.found(trie.words, { ...limits, leastCohesion: 5 });
  const known = trie.words.length;
  for (const word of found.keys()) dictionary[trie.add(word)] ??= 0;
  const total = dictionary.reduce((sum, count) => sum + count, 0);
  lexicon.shares = shares(dictionary);
  const grown = new Float64Array(trie.words.length);
  grown.set(lexicon.shares.subarray(0, known));
  // As many as were counted side by side, of as many words as the dictionary counted.
  for (const [word, count] of found) grown[trie.id(word)] ||= count / total;
  lexicon.shares = grown;
  if (!io.quiet) io.stderr(`Found ${trie.words.length - known} new words.\n`);
}

/** Reads the texts and sets each word's share to what dictionaries and texts say together. Returns the words of other scripts. */
async function reestimate(
  lexicon: Lexicon,
  texts: readonly ScaledFile[],
  dictionaryShare: number,
  io: CommandIo,
): Promise<OtherWords> {
  const counts = new Float64Array(lexicon.trie.words.length);
  const others = new Map<string, number>();
  let all = 0;
  const segmenter = segmenterOf(lexicon);
  for (const { file, scale } of texts) {
    const sink: TokenSink = {
      han(wordId) {
        if (wordId >= 0) counts[wordId]! += scale;
        all += scale;
      },
      other(token) {
        others.set(token, (others.get(token) ?? 0) + scale);
        all += scale;
      },
      sentenceEnd() {},
    };
    await readChinese(file, 'Counting', segmenter, sink, io);
  }
  if (all === 0) throw new CommandFailure(`${texts.map(({ file }) => file).join(', ')} hold no words.`);
  const dictionary = shares(lexicon.dictionary);
  lexicon.shares = counts.map(
    (count, id) => dictionaryShare * (dictionary[id] ?? 0) + ((1 - dictionaryShare) * count) / all,
  );
  const scaled = [...others].map(([word, count]) => [word, ((1 - dictionaryShare) * count) / all] as const);
  return new Map(scaled);
}

/** The most frequent words, and every single character whatever its frequency: without it a text could not be typed. */
function select({ trie, dictionary, shares }: Lexicon, size: number): Lexicon {
  const order = trie.words
    .map((word, id) => ({ word, id, share: shares[id]! }))
    .sort((a, b) => Number(b.word.length === 1) - Number(a.word.length === 1) || b.share - a.share)
    .slice(0, size);
  const kept = new WordTrie();
  const counts: number[] = [];
  for (const { word, id } of order) counts[kept.add(word)] = dictionary[id] ?? 0;
  return { trie: kept, dictionary: counts, shares: Float64Array.from(order, ({ share }) => share) };
}

async function writeSegmented(file: string, out: string, lexicon: Lexicon, io: CommandIo): Promise<void> {
  const segmenter = segmenterOf(lexicon);
  await writeFileAtomically(out, segmentedLines(file, lexicon.trie.words, segmenter, io), io.signal);
}

async function* segmentedLines(
  file: string,
  words: readonly string[],
  segmenter: HanSegmenter,
  io: CommandIo,
): AsyncGenerator<string> {
  let text = '';
  let line: string[] = [];
  const sink: TokenSink = {
    han: (wordId) => line.push(wordId < 0 ? '<unk>' : words[wordId]!),
    other: (token) => line.push(token),
    sentenceEnd() {
      text += `${line.join(' ')}\n`;
      line = [];
    },
  };
  for await (const _ of chineseLines(file, 'Writing', segmenter, sink, io)) {
    yield text;
    text = '';
  }
  yield text;
}

async function readChinese(
  file: string,
  what: string,
  segmenter: HanSegmenter,
  sink: TokenSink,
  io: CommandIo,
): Promise<void> {
  for await (const _ of chineseLines(file, what, segmenter, sink, io));
}

async function* chineseLines(
  file: string,
  what: string,
  segmenter: HanSegmenter,
  sink: TokenSink,
  io: CommandIo,
): AsyncGenerator<void> {
  const pace = createPacer(io);
  const progress = createProgress(io, `${what} ${basename(file)}`, 0);
  let rest = '';
  for await (const { text, bytesRead } of readText(file)) {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) readChineseLine(line, segmenter, sink);
    progress.update(bytesRead);
    await pace();
    yield;
  }
  readChineseLine(rest, segmenter, sink);
  progress.finish();
}

/** Frequencies per thousand million, so that they are whole numbers. */
function* wordLines({ trie, shares }: Lexicon, others: OtherWords): Generator<string> {
  const frequency = (share: number) => Math.max(1, Math.round(share * 1e9));
  const lines: (readonly [string, number])[] = trie.words.map((word, id) => [word, frequency(shares[id]!)]);
  for (const [word, share] of others)
    if (word !== '<unk>' && share * 1e9 >= LEAST_OTHER) lines.push([word, frequency(share)]);
  lines.sort((a, b) => b[1] - a[1]);
  for (const [word, count] of lines) yield `${word}\t${count}\n`;
}

/** Per thousand million: rarer words of other scripts are left to chance. */
const LEAST_OTHER = 1000;
