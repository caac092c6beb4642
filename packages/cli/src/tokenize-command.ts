import { stat } from 'node:fs/promises';
import { normalizeWord } from '@foreword/core';
import { writeFileAtomically } from './atomic-write.ts';
import { type CommandIo, parseCommandLine, UsageError } from './command.ts';
import { createPacer, createProgress } from './progress.ts';
import { readThrough, sentenceReader } from './train/tokeniser.ts';

const help = `Usage: foreword tokenize [OPTIONS] TEXT…

Prints the words of texts as foreword train reads them: normalised, separated by spaces, one sentence a line. An empty
line stands between documents: where a text has an empty line, and between texts. Memory does not grow with the texts.

  --out FILE   where to (default: standard output)
`;

/** `foreword tokenize`. */
export async function tokenizeCommand(argv: string[], io: CommandIo): Promise<number> {
  const { values, positionals: paths } = parseCommandLine(argv, { out: { type: 'string' } });
  if (values.help) {
    io.stdout(help);
    return 0;
  }
  if (paths.length === 0) throw new UsageError('No text was named. Give the texts to tokenize.');
  const pieces = tokenizedTexts(paths, io);
  if (values.out === undefined) {
    for await (const piece of pieces) io.stdout(piece);
    return 0;
  }
  await writeFileAtomically(values.out, pieces, io.signal);
  if (!io.quiet) io.stderr(`Wrote ${values.out}.\n`);
  return 0;
}

/** Whole lines, about a megabyte at a time. */
async function* tokenizedTexts(paths: readonly string[], io: CommandIo): AsyncGenerator<string> {
  const pace = createPacer(io);
  const progress = createProgress(io, 'Reading', await totalSize(paths));
  let output = '';
  let sentences = 0;
  let finishedBytes = 0;
  try {
    for (const path of paths) {
      let isFirst = true;
      let bytes = 0;
      const read = sentenceReader((sentence, words, isAfterBlankLine) => {
        if (sentences > 0 && (isFirst || isAfterBlankLine)) output += '\n';
        const line = words.map(({ start, end }) => normalizeWord(sentence.slice(start, end))).join(' ');
        output += `${line}\n`;
        isFirst = false;
        sentences++;
      });
      for await (const bytesRead of readThrough(path, read)) {
        bytes = bytesRead;
        progress.update(finishedBytes + bytes);
        await pace();
        yield output;
        output = '';
      }
      finishedBytes += bytes;
    }
    yield output;
  } finally {
    progress.finish();
  }
}

async function totalSize(paths: readonly string[]): Promise<number> {
  let total = 0;
  for (const path of paths) {
    const { size } = await stat(path);
    total += size;
  }
  return total;
}
