import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { normalizeWord, wordSpans } from '@foreword/core';
import { CommandFailure, type CommandIo } from '../command.ts';
import { createPacer, createProgress } from '../progress.ts';

/** One n-gram of a list and how often it occurred. */
export interface CountedNgram {
  /** Normalised words, `<s>` and `</s>`. */
  readonly words: readonly string[];
  /** The words as the list writes them, with their capitals. */
  readonly forms: readonly string[];
  readonly count: number;
}

/** What a list held besides what was used. */
export interface ListTally {
  lines: number;
  /** Lines left out: with part-of-speech tags, or with signs at an end that are no words. */
  skipped: number;
}

/**
 * Reads a list of n-grams with counts, line by line, gunzipped where its name ends in `.gz`. Layouts, told apart by the line itself:
 * `ngram<TAB>count`; Google Books 2 `ngram<TAB>year<TAB>count<TAB>volumes`; Google Books 3 `ngram<TAB>year,count,volumes<TAB>…`;
 * and, under a header line `ngram,freq`, comma-separated values. Words are read as the predictor reads them: `it 's` is one word,
 * a comma inside an n-gram is passed over. Throws `CommandFailure` naming file and line where there is no count.
 */
export async function readCountList(
  file: string,
  io: CommandIo,
  tally: ListTally,
  use: (ngram: CountedNgram) => void,
): Promise<void> {
  const progress = createProgress(io, `Reading ${file}`, (await stat(file)).size);
  const pace = createPacer(io);
  const stream = createReadStream(file, { signal: io.signal });
  let readBytes = 0;
  stream.on('data', (chunk) => {
    readBytes += chunk.length;
  });
  const parser = new CountListParser(file, tally);
  const read = async (chunks: AsyncIterable<Buffer>) => {
    for await (const lines of linesOf(chunks)) {
      for (const line of lines) {
        const ngram = parser.read(line);
        if (ngram !== undefined) use(ngram);
      }
      progress.update(readBytes);
      await pace();
    }
  };
  try {
    await (file.endsWith('.gz') ? pipeline(stream, createGunzip(), read) : pipeline(stream, read));
  } finally {
    progress.finish();
  }
}

/** Splits a stream into lines, a chunk's lines at a time. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop()!;
    if (rest.length > MOST_LINE_LENGTH)
      throw new CommandFailure('A line has more than a million characters: this is no list of n-grams.');
    yield lines;
  }
  yield [rest + decoder.end()];
}

const MOST_LINE_LENGTH = 1_000_000;

/** Takes the lines of one list in order. */
export class CountListParser {
  readonly #file: string;
  readonly #tally: ListTally;
  /** Normalised word by token; undefined: no word. */
  readonly #words = new Map<string, string | undefined>();
  #isCsv = false;

  constructor(file: string, tally: ListTally) {
    this.#file = file;
    this.#tally = tally;
  }

  /** The n-gram of a line; undefined when it is blank, a header or left out. */
  read(rawLine: string): CountedNgram | undefined {
    const line = rawLine.replace(/^\ufeff/, '').replace(/\r$/, '');
    if (line.trim() === '') return undefined;
    this.#tally.lines += 1;
    if (this.#tally.lines === 1 || !line.includes('\t')) {
      if (/^"?ngram"?,"?freq"?(,|$)/i.test(line)) {
        this.#isCsv = true;
        return undefined;
      }
    }
    const { ngram, count } = this.#isCsv && !line.includes('\t') ? csvLine(line) : tabLine(line);
    if (!(count >= 0 && Number.isFinite(count))) {
      throw new CommandFailure(
        `${this.#file}, line ${this.#tally.lines}: expected "ngram<TAB>count", found "${line.slice(0, 60)}".`,
      );
    }
    const read = this.#readTokens(ngram.split(' ').filter((token) => token !== ''));
    if (read === undefined) this.#tally.skipped += 1;
    return read && count > 0 ? { ...read, count } : undefined;
  }

  #readTokens(tokens: readonly string[]): Omit<CountedNgram, 'count'> | undefined {
    const words: string[] = [];
    const forms: string[] = [];
    for (const [index, token] of tokens.entries()) {
      const word = this.#word(token);
      if (word !== undefined) {
        words.push(word);
        forms.push(token);
      } else if (clitic.test(token) && forms.length > 0) {
        forms.push(`${forms.pop()}${token}`);
        words.splice(-1, 1, normalizeWord(forms.at(-1)!));
      } else if (index === 0 || index === tokens.length - 1 || !passedOver.test(token)) {
        return undefined;
      }
    }
    return words.length === 0 ? undefined : { words, forms };
  }

  /** The normalised word or sentence mark a token stands for. */
  #word(token: string): string | undefined {
    if (this.#words.has(token)) return this.#words.get(token);
    const word = sentenceMarks.get(token) ?? plainWord(token);
    if (this.#words.size > MOST_REMEMBERED) this.#words.clear();
    this.#words.set(token, word);
    return word;
  }
}

const MOST_REMEMBERED = 1 << 20;
const sentenceMarks = new Map([
  ...['<s>', '<S>', '_START_'].map((token) => [token, '<s>'] as const),
  ...['</s>', '</S>', '_END_'].map((token) => [token, '</s>'] as const),
  ...['<unk>', '<UNK>'].map((token) => [token, '<unk>'] as const),
]);
const partOfSpeech = /^_[A-Z]+_$|_(NOUN|VERB|ADJ|ADV|PRON|DET|ADP|NUM|CONJ|PRT|X|\.)$/;
/** What English tokenisers cut off a word. */
const clitic = /^(n['’]t|['’](s|m|re|ve|ll|d))$/i;
/** Signs inside a sentence, which the predictor's reading drops. */
const passedOver = /^[,;:"“”‘’'()[\]–—-]+$/;

function plainWord(token: string): string | undefined {
  if (partOfSpeech.test(token) || clitic.test(token)) return undefined;
  const spans = wordSpans(token);
  return spans.length === 1 && spans[0]!.end - spans[0]!.start === token.length ? normalizeWord(token) : undefined;
}

function tabLine(line: string): { ngram: string; count: number } {
  const [ngram, ...fields] = line.split('\t') as [string, ...string[]];
  if (fields.length > 0 && fields.every((field) => /^\d{4},\d+,\d+$/.test(field))) {
    return { ngram, count: fields.reduce((sum, field) => sum + Number(field.split(',')[1]), 0) };
  }
  if (fields.length === 3) return { ngram, count: number(fields[1]) };
  return { ngram, count: fields.length === 1 ? number(fields[0]) : Number.NaN };
}

function csvLine(line: string): { ngram: string; count: number } {
  const match = /^(?:"((?:[^"]|"")*)"|([^",]*)),([^,]*)(?:,|$)/.exec(line);
  if (match === null) return { ngram: '', count: Number.NaN };
  return { ngram: match[2] ?? match[1]!.replaceAll('""', '"'), count: number(match[3]) };
}

function number(text: string | undefined): number {
  return text !== undefined && /^\d+(\.\d+)?(e\+?\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN;
}
