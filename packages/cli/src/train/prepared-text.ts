import { createHash } from 'node:crypto';
import { mkdir, open, rename, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { FormEvidence } from './casing-statistics.ts';
import { readText } from './text-reader.ts';
import { TokenFile } from './token-file.ts';
import { type TextMode, tokenise } from './tokeniser.ts';

/** A text read once and for all: its words as numbers on disk, and what was learned about them. */
export interface PreparedText {
  readonly tokens: TokenFile;
  /** Names the text, its state and how it was read: equal keys, equal tokens. */
  readonly key: string;
  /** `words[id]` for the ids in `tokens`, from 2. */
  readonly words: readonly string[];
  /** Occurrences by id. */
  readonly occurrences: Float64Array;
  readonly casing: readonly (FormEvidence & { readonly wordId: number })[];
  readonly sizeBytes: number;
}

/** What preparing needs to know. */
export interface PreparationOptions {
  readonly mode: TextMode;
  /** Folder that keeps prepared texts. */
  readonly folder: string;
  readonly pace: () => Promise<void> | undefined;
  readonly onBytes?: (bytesRead: number) => void;
}

/** Reads a text, or takes what an earlier run left in the folder if path, size, time of change and mode are the same. */
export async function prepareText(path: string, options: PreparationOptions): Promise<PreparedText> {
  const { mode, folder, pace, onBytes } = options;
  const { size, mtimeMs } = await stat(path);
  const key = createHash('sha256')
    .update(JSON.stringify([READING, mode, resolve(path), size, mtimeMs]))
    .digest('hex')
    .slice(0, 16);
  const home = join(folder, key);
  await mkdir(home, { recursive: true });
  const tokenPath = join(home, 'tokens');
  // The list of words is written last: where it is, all is.
  if ((await stat(join(home, 'words')).catch(() => undefined)) === undefined) {
    const { words, casing } = await tokenise(path, mode, `${tokenPath}.part`, pace, onBytes);
    await rename(`${tokenPath}.part`, tokenPath);
    await writeLines(join(home, 'casing'), casingLines(casing.evidence()));
    await writeLines(join(home, 'words'), wordLines(words.words, words.occurrences));
  }
  onBytes?.(size);
  return { tokens: new TokenFile(tokenPath), key, sizeBytes: size, ...(await readSummary(home)) };
}

/** Goes into every key; to be raised when the same bytes would be read as other words. */
const READING = 1;

function* wordLines(words: readonly string[], occurrences: Float64Array): Generator<string> {
  for (let id = 0; id < words.length; id++) yield `${words[id]}\t${occurrences[id]}\n`;
}

function* casingLines(evidence: Iterable<FormEvidence & { wordId: number }>): Generator<string> {
  for (const { wordId, form, inside, first, plain } of evidence)
    yield `${wordId}\t${form}\t${inside}\t${first}\t${plain}\n`;
}

/** Writes a scratch file so that it has its name only once it is whole. */
async function writeLines(path: string, lines: Iterable<string>): Promise<void> {
  const file = await open(`${path}.part`, 'w');
  try {
    let batch = '';
    for (const line of lines) {
      batch += line;
      if (batch.length < BATCH_LENGTH) continue;
      await file.writeFile(batch);
      batch = '';
    }
    await file.writeFile(batch);
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
}

const BATCH_LENGTH = 1 << 20;

async function readSummary(home: string): Promise<Pick<PreparedText, 'words' | 'occurrences' | 'casing'>> {
  const words: string[] = [];
  const occurrences: number[] = [];
  for await (const [word, count] of records(join(home, 'words'))) {
    words.push(word!);
    occurrences.push(Number(count));
  }
  const casing: (FormEvidence & { wordId: number })[] = [];
  for await (const [wordId, form, inside, first, plain] of records(join(home, 'casing'))) {
    casing.push({
      wordId: Number(wordId),
      form: form!,
      inside: Number(inside),
      first: Number(first),
      plain: Number(plain),
    });
  }
  return { words, occurrences: Float64Array.from(occurrences), casing };
}

/** The tab-separated fields of each line. */
async function* records(path: string): AsyncGenerator<string[]> {
  let pending = '';
  for await (const { text } of readText(path)) {
    const lines = (pending + text).split('\n');
    pending = lines.pop()!;
    for (const line of lines) yield line.split('\t');
  }
}
