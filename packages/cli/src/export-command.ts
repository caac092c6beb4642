import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { type NgramTable, readNgram, writeArpa } from '@foreword/core';
import { type FileContent, writeFileAtomically } from './atomic-write.ts';
import { CommandFailure, type CommandIo, parseCommandLine, UsageError } from './command.ts';
import { openModel, readModelFile } from './open-model.ts';
import { createPacer, createProgress } from './progress.ts';

const help = `Usage: foreword export [OPTIONS] PACK

Writes the n-gram model of a pack, or a bare n-gram file (.bin, .arpa, .arpa.gz), in a format other tools read.

  --out FILE         where to (default: standard output); gzipped when FILE ends in .gz
  --format arpa      an ARPA file, for KenLM, SRILM and foreword import (default)
  --format counts    each word and its share of the training text in parts per billion, word<TAB>count, commonest first
`;

/** `foreword export`. */
export async function exportCommand(argv: string[], io: CommandIo): Promise<number> {
  const { values, positionals } = parseCommandLine(argv, {
    out: { type: 'string' },
    format: { type: 'string', default: 'arpa' },
  });
  if (values.help) {
    io.stdout(help);
    return 0;
  }
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) throw new UsageError('Give one pack or n-gram file to export.');
  if (values.format !== 'arpa' && values.format !== 'counts') {
    throw new UsageError(`There is no format "${values.format}". Formats: arpa, counts.`);
  }
  const model = await openModel(path, 'ngram', io);
  const table = readNgram(await readModelFile(path, model.files[0]!, io));
  const pieces = values.format === 'arpa' ? arpaPieces(table, io) : countPieces(path, table);
  if (values.out === undefined) {
    for await (const piece of pieces) io.stdout(piece);
    return 0;
  }
  const content: FileContent = values.out.endsWith('.gz') ? Readable.from(pieces).pipe(createGzip()) : pieces;
  await writeFileAtomically(values.out, content, io.signal);
  if (!io.quiet) io.stderr(`Wrote ${values.out}.\n`);
  return 0;
}

async function* arpaPieces(table: NgramTable, io: CommandIo): AsyncGenerator<string> {
  const pace = createPacer(io);
  const progress = createProgress(io, 'Writing ARPA', 0);
  let characters = 0;
  try {
    for (const piece of writeArpa(table)) {
      characters += piece.length;
      progress.update(characters);
      await pace();
      yield piece;
    }
  } finally {
    progress.finish();
  }
}

function* countPieces(path: string, { words, frequencies }: NgramTable): Generator<string> {
  if (frequencies === undefined) {
    throw new CommandFailure(
      `${path} keeps no word frequencies. Only its probabilities can be exported, with --format arpa.`,
    );
  }
  const ids = words.map((_, id) => id).filter((id) => frequencies[id]! > 0);
  ids.sort((a, b) => frequencies[b]! - frequencies[a]! || a - b);
  for (const id of ids) yield `${words[id]}\t${Math.round(frequencies[id]! * 1e9)}\n`;
}
