import { sentenceSpans, type WordSpan, wordSpans } from '@foreword/core';
import { CasingStatistics } from './casing-statistics.ts';
import { readText } from './text-reader.ts';
import { SENTENCE_END, TokenWriter } from './token-file.ts';
import { WordTable } from './word-table.ts';

/**
 * How a text is read. `words`: running text, as the predictor reads it. `tokens`: one sentence a line, its tokens
 * separated by ASCII white space and taken as they are; `<s>` and `</s>` count as white space.
 */
export type TextMode = 'words' | 'tokens';

/** What was found in a text besides its token file. */
export interface TokenisedText {
  readonly words: WordTable;
  /** How the words were written; empty in `tokens` mode. */
  readonly casing: CasingStatistics;
}

/** Reads a text file and writes its token file. */
export async function tokenise(
  path: string,
  mode: TextMode,
  tokenPath: string,
  pace: () => Promise<void> | undefined,
  onBytes?: (bytesRead: number) => void,
): Promise<TokenisedText> {
  const words = new WordTable();
  const casing = new CasingStatistics(words);
  const writer = new TokenWriter(tokenPath);
  const read = mode === 'words' ? wordReader(casing, words, writer) : tokenReader(words, writer);
  try {
    for await (const bytesRead of readThrough(path, read)) {
      onBytes?.(bytesRead);
      await pace();
    }
    writer.flush();
  } finally {
    writer.close();
  }
  return { words, casing };
}

/** Takes in a text; returns how many UTF-16 units of it are done. The rest comes again, with more behind it. */
export type PieceReader = (text: string, isLast: boolean) => number;

/** Hands a text file to `read`; yields the bytes read so far after every piece but the last. */
export async function* readThrough(path: string, read: PieceReader): AsyncGenerator<number> {
  let pending = '';
  for await (const piece of readText(path)) {
    pending += piece.text;
    pending = pending.slice(read(pending, false));
    yield piece.bytesRead;
  }
  read(pending, true);
}

/** Takes in a sentence and the words in it, at least one; `isAfterBlankLine`: it is the first of a new document. */
export type SentenceReader = (sentence: string, words: readonly WordSpan[], isAfterBlankLine: boolean) => void;

/** Reads running text as every model does: the sentences that hold a word, in order. */
export function sentenceReader(readSentence: SentenceReader): PieceReader {
  let gap = '';
  return (text, isLast) => {
    const wholeLines = text.lastIndexOf('\n') + 1;
    const end = isLast ? text.length : wholeLines > 0 ? wholeLines : endOfReadablePart(text);
    const readable = text.slice(0, end);
    let done = 0;
    for (const { start, end } of sentenceSpans(readable)) {
      const sentence = readable.slice(start, end);
      const words = wordSpans(sentence);
      if (words.length === 0) continue;
      gap += readable.slice(done, start);
      readSentence(sentence, words, hasBlankLine(gap));
      gap = '';
      done = end;
    }
    gap += readable.slice(done);
    // A gap of any length is remembered by what it has to say.
    gap = hasBlankLine(gap) ? '\n\n' : /\n\s*$/.test(gap) ? '\n' : '';
    return end;
  };
}

function hasBlankLine(gap: string): boolean {
  return gap.length > 1 && /\n\s*\n/.test(gap);
}

function wordReader(casing: CasingStatistics, words: WordTable, writer: TokenWriter): PieceReader {
  return sentenceReader((sentence, spans) => {
    for (const id of casing.readSentence(sentence, spans)) {
      words.count(id);
      writer.add(id);
    }
    writer.add(SENTENCE_END);
  });
}

/** Where to cut an endless line: before its last sentence, or else at a white space, or else anywhere. */
function endOfReadablePart(text: string): number {
  if (text.length < LONGEST_LINE) return 0;
  const last = sentenceSpans(text).at(-1)?.start ?? 0;
  if (last > 0) return last;
  const space = text.search(/\s\S*$/);
  return space > 0 ? space : text.length;
}

/** UTF-16 units. Longer lines are cut between sentences. */
const LONGEST_LINE = 1 << 16;

function tokenReader(words: WordTable, writer: TokenWriter): PieceReader {
  let isSentenceOpen = false;
  const endSentence = () => {
    if (isSentenceOpen) writer.add(SENTENCE_END);
    isSentenceOpen = false;
  };
  const readToken = (token: string) => {
    if (token === '<s>' || token === '</s>') return;
    const id = words.id(token);
    words.count(id);
    writer.add(id);
    isSentenceOpen = true;
  };
  return (text, isLast) => {
    let start = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      // NUL, tab, line feed, vertical tab, form feed, carriage return, space: KenLM's delimiters.
      if (code > 32 || (code !== 32 && code !== 0 && (code < 9 || code > 13))) continue;
      if (i > start) readToken(text.slice(start, i));
      start = i + 1;
      if (code === 10) endSentence();
    }
    if (isLast) {
      if (start < text.length) readToken(text.slice(start));
      endSentence();
      return text.length;
    }
    // What can be no word need not be gathered whole.
    if (text.length - start > LONGEST_LINE) {
      readToken(text.slice(start));
      return text.length;
    }
    return start;
  };
}
