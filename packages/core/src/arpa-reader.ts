import { PredictionError } from './errors.ts';
import { MAX_ORDER, MAX_WORDS } from './ngram-format.ts';
import type { NgramTable } from './ngram-table.ts';
import { buildTable, type UnsortedLevel } from './table-builder.ts';

/**
 * Reads an ARPA file, as written by KenLM, SRILM, IRSTLM or `writeArpa`, from its pieces in order. CRLF, a byte order
 * mark, blank lines and any text before `\data\` are allowed. Where `<unk>` is missing it gets log10 P = -100, as in
 * KenLM; the probability of `<s>` is disregarded. Contexts that a pruned file left out are filled in with the
 * probability they had by back-off, so that every answer stays the same.
 * Throws `PredictionError` `file-malformed` with the number of the line. Memory: about 40 bytes an n-gram.
 */
export async function readArpa(
  chunks: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): Promise<NgramTable> {
  const parser = new ArpaParser();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  const feed = (text: string) => {
    const lines = text.split('\n');
    lines[0] = rest + lines[0]!;
    rest = lines.pop()!;
    for (const line of lines) parser.line(line);
    // A file without line ends must not be gathered whole.
    parser.checkLength(rest);
  };
  for await (const chunk of chunks) {
    if (typeof chunk === 'string') feed(chunk);
    else feed(decode(decoder, parser, chunk));
  }
  feed(`${decode(decoder, parser)}\n`);
  return parser.finish();
}

const MAX_LINE_LENGTH = 65536;
const MISSING_LOG10 = -100;
const OUTER_SPACE = /^[ \t]+|[ \t]+$/g;
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
/** Well within 32-bit floating point, far beyond any probability. */
const GREATEST = 1e30;

function decode(decoder: TextDecoder, parser: ArpaParser, chunk?: Uint8Array): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
  } catch (cause) {
    throw parser.error('the text after it is not UTF-8', cause);
  }
}

/** Takes the lines of one ARPA file in order. */
class ArpaParser {
  #lineNumber = 0;
  /** 0 before `\data\`, 1 in the counts, order + 1 in the n-grams of an order, -1 after `\end\`. */
  #section = 0;
  readonly #counts: number[] = [];
  readonly #ids: Map<string, number> = new Map();
  readonly #levels: GrowingLevel[] = [];

  error(found: string, cause?: unknown): PredictionError {
    return new PredictionError('file-malformed', `ARPA file, line ${this.#lineNumber}: ${found}.`, { cause });
  }

  checkLength(line: string): void {
    if (line.length > MAX_LINE_LENGTH) throw this.error(`a line is longer than ${MAX_LINE_LENGTH} characters`);
  }

  line(raw: string): void {
    this.#lineNumber++;
    this.checkLength(raw);
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (this.#section === -1 || line.trim() === '') return;
    if (line.startsWith('\\')) this.#header(line.trim());
    else if (this.#section === 1) this.#count(line);
    else if (this.#section > 1) this.#ngram(line);
    else if (line.startsWith('\uFEFF\\data\\')) this.#section = 1;
  }

  finish(): NgramTable {
    if (this.#section !== -1) {
      throw this.error(this.#section === 0 ? 'the file has no line \\data\\' : 'the file ends without \\end\\');
    }
    this.#addMissing('<unk>', MISSING_LOG10);
    this.#addMissing('<s>', -99);
    this.#addMissing('</s>', MISSING_LOG10);
    return buildTable(
      [...this.#ids.keys()],
      this.#levels.map((level) => level.take()),
    );
  }

  #header(line: string): void {
    const order = this.#levels.length;
    if (line === '\\data\\' && this.#section === 0) {
      this.#section = 1;
      return;
    }
    if (this.#section === 0) return;
    if (order > 0) this.#checkCount(order);
    if (line === '\\end\\' && order === this.#counts.length && order > 0) {
      this.#section = -1;
    } else if (line === `\\${order + 1}-grams:` && order < this.#counts.length) {
      this.#levels.push(new GrowingLevel(order + 1, order + 1 < this.#counts.length));
      this.#section = order + 2;
    } else {
      const expected = order < this.#counts.length ? `\\${order + 1}-grams:` : '\\end\\';
      throw this.error(`"${shorten(line)}" stands where ${expected} should`);
    }
  }

  #checkCount(order: number): void {
    const found = this.#levels[order - 1]!.length;
    const declared = this.#counts[order - 1]!;
    if (found !== declared) throw this.error(`there are ${found} ${order}-grams, \\data\\ says ${declared}`);
  }

  #count(line: string): void {
    const match = /^ngram\s+(\d{1,2})\s*=\s*(\d{1,10})\s*$/.exec(line);
    if (!match) throw this.error(`"${shorten(line)}" is no line like "ngram 1=5000"`);
    const order = Number(match[1]);
    if (order !== this.#counts.length + 1) throw this.error(`the count of order ${this.#counts.length + 1} is missing`);
    if (order > MAX_ORDER) throw this.error(`order ${order} is above ${MAX_ORDER}, the highest this library reads`);
    if (order === 1 && Number(match[2]) > MAX_WORDS) throw this.error(`${match[2]} words are more than ${MAX_WORDS}`);
    this.#counts.push(Number(match[2]));
  }

  #ngram(line: string): void {
    const order = this.#section - 1;
    const level = this.#levels[order - 1]!;
    const fields = line.replace(OUTER_SPACE, '').split(/[ \t]+/);
    const hasBackoff = fields.length === order + 2;
    if (!hasBackoff && fields.length !== order + 1) {
      throw this.error(`"${shorten(line)}" is no ${order}-gram: a log10 probability, ${order} words, a back-off`);
    }
    const logProb = this.#number(fields[0]!) * Math.LN10;
    if (logProb > 0) throw this.error(`the log10 probability ${fields[0]} is above 0`);
    const logBackoff = hasBackoff ? this.#number(fields[order + 1]!) * Math.LN10 : 0;
    if (order === 1) this.#addWord(fields[1]!, logProb, logBackoff);
    else {
      for (let k = 1; k <= order; k++) {
        const id = this.#ids.get(fields[k]!);
        if (id === undefined) throw this.error(`"${shorten(fields[k]!)}" is not among the 1-grams`);
        level.ids.push(id);
      }
      level.push(logProb, logBackoff);
    }
  }

  #addWord(word: string, logProb: number, logBackoff: number): void {
    if (/[\p{Surrogate}\0]/u.test(word)) throw this.error('a word holds a NUL or half a surrogate pair');
    const name = SPECIAL_SPELLINGS.get(word) ?? word;
    if (this.#ids.has(name)) throw this.error(`"${shorten(word)}" stands among the 1-grams twice`);
    this.#levels[0]!.ids.push(this.#ids.size);
    this.#ids.set(name, this.#ids.size);
    this.#levels[0]!.push(name === '<s>' ? -Infinity : logProb, logBackoff);
  }

  #addMissing(word: string, log10: number): void {
    if (!this.#ids.has(word)) this.#addWord(word, log10 * Math.LN10, 0);
  }

  #number(text: string): number {
    if (NUMBER.test(text) && Math.abs(Number(text)) < GREATEST) return Number(text);
    if (/^-inf(inity)?$/i.test(text)) return -99;
    throw this.error(`"${shorten(text)}" is no number from ${-GREATEST} to ${GREATEST}`);
  }
}

/** KenLM reads both spellings of the unknown word. */
const SPECIAL_SPELLINGS: ReadonlyMap<string, string> = new Map([['<UNK>', '<unk>']]);

/** The n-grams of one order as they come, in arrays that double when full: a count in the file allocates nothing. */
class GrowingLevel {
  readonly order: number;
  readonly ids: GrowingIds = new GrowingIds();
  length = 0;
  #logProbs: Float32Array = new Float32Array(64);
  #logBackoffs: Float32Array;

  constructor(order: number, hasBackoffs: boolean) {
    this.order = order;
    this.#logBackoffs = new Float32Array(hasBackoffs ? 64 : 0);
  }

  push(logProb: number, logBackoff: number): void {
    if (this.length === this.#logProbs.length) {
      this.#logProbs = doubled(this.#logProbs);
      this.#logBackoffs = doubled(this.#logBackoffs);
    }
    this.#logProbs[this.length] = logProb;
    if (this.#logBackoffs.length > 0) this.#logBackoffs[this.length] = logBackoff;
    this.length++;
  }

  take(): UnsortedLevel {
    return {
      ids: this.ids.take(),
      logProbs: this.#logProbs.slice(0, this.length),
      logBackoffs: this.#logBackoffs.slice(0, this.length),
    };
  }
}

class GrowingIds {
  #ids: Uint32Array = new Uint32Array(64);
  #length = 0;

  push(id: number): void {
    if (this.#length === this.#ids.length) {
      const ids = new Uint32Array(this.#length * 2);
      ids.set(this.#ids);
      this.#ids = ids;
    }
    this.#ids[this.#length++] = id;
  }

  take(): Uint32Array {
    return this.#ids.slice(0, this.#length);
  }
}

function doubled(values: Float32Array): Float32Array {
  const larger = new Float32Array(values.length * 2);
  larger.set(values);
  return larger;
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
