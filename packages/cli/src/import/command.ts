import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type NgramTable, normalizeWord, type PackSource, writeNgram } from '@foreword/core';
import { writeFileAtomically } from '../atomic-write.ts';
import { type CommandIo, parseCommandLine, parseCount, UsageError } from '../command.ts';
import { isArpa, readArpaFile } from '../open-model.ts';
import { fallbackDiscounts } from '../train/discounts.ts';
import { writePack } from '../train/pack-output.ts';
import { importLists } from './import-lists.ts';

const help = `Usage: foreword import [OPTIONS] --out PACK FILE…

Makes a pack of an ARPA file from KenLM or SRILM (.arpa, .arpa.gz), or of lists of counted n-grams, from which it estimates
a model (interpolated modified Kneser-Ney). A list holds n-grams of one order or several, in any order of lines, its words
separated by spaces: "ngram<TAB>count", the Google Books layouts, or CSV under the header "ngram,freq"; .gz is read too.

  --out PACK              the pack's folder, or FILE.bin for the n-gram file alone
  --full-precision        32-bit probabilities instead of 8-bit codes: a larger file that answers exactly as the ARPA file
  --name, --language, --licence TEXT
                          for pack.json (default: the first file's name, en, none)
  --never-suggest FILE    words, one a line, that are known but never suggested
Lists only:
  --order N               longest n-gram, 1-6 (default: the longest listed)
  --vocabulary-size N     keep the N most frequent words, <unk>, <s> and </s> among them (default: all)
  --discount-fallback     discounts 0.5, 1, 1.5 where the counts cannot tell them, as in lists without rare n-grams
  --memory BYTES          most memory for counting (default 1000000000)
`;

const options = {
  out: { type: 'string' },
  'full-precision': { type: 'boolean', default: false },
  name: { type: 'string' },
  language: { type: 'string', default: 'en' },
  licence: { type: 'string', default: '' },
  'never-suggest': { type: 'string' },
  order: { type: 'string' },
  'vocabulary-size': { type: 'string' },
  'discount-fallback': { type: 'boolean', default: false },
  memory: { type: 'string', default: '1000000000' },
} as const;

/** `foreword import`. */
export async function importCommand(argv: string[], io: CommandIo): Promise<number> {
  const { values, positionals: files } = parseCommandLine(argv, options);
  if (values.help) {
    io.stdout(help);
    return 0;
  }
  const { out } = values;
  if (out === undefined) throw new UsageError('--out is missing: the folder of the pack to make.');
  if (files.length === 0) throw new UsageError('No file was named. Give an ARPA file or lists of counted n-grams.');
  if (files.some(isArpa) && files.length > 1)
    throw new UsageError('An ARPA file is a whole model: give one file only.');
  const unwanted = await neverSuggested(values['never-suggest']);

  const { table, displayForm, words } = isArpa(files[0]!)
    ? { table: await readArpaFile(files[0]!, io), displayForm: undefined, words: 0 }
    : await importLists(files, listOptions(values), io);
  const bytes = writeNgram(table, {
    quantize: !values['full-precision'],
    isOffensive: (word) => unwanted.has(word),
    ...(displayForm && { displayForm }),
  });
  io.signal.throwIfAborted();
  if (out.endsWith('.bin')) await writeFileAtomically(out, bytes, io.signal);
  else {
    const name = values.name ?? basename(files[0]!).replace(/\..*$/, '');
    const { language, licence } = values;
    const sources: PackSource[] = [
      { name: files.map((file) => basename(file)).join(' + '), licence, words, weight: 1 },
    ];
    await writePack(out, bytes, { name, language, licence, sources });
  }
  if (!io.quiet) io.stderr(`Wrote ${out}: ${describe(table)}, ${bytes.length} bytes.\n`);
  return 0;
}

function listOptions(values: {
  readonly order?: string | undefined;
  readonly 'vocabulary-size'?: string | undefined;
  readonly 'discount-fallback': boolean;
  readonly memory: string;
}): Parameters<typeof importLists>[1] {
  const { order, 'vocabulary-size': vocabularySize } = values;
  return {
    order: order === undefined ? undefined : parseCount('order', order, 1, 6),
    vocabularySize: vocabularySize === undefined ? undefined : parseCount('vocabulary-size', vocabularySize, 4),
    fallbackDiscounts: values['discount-fallback'] ? fallbackDiscounts : undefined,
    memoryBytes: parseCount('memory', values.memory, 1_000_000),
  };
}

async function neverSuggested(file: string | undefined): Promise<ReadonlySet<string>> {
  const lines = file === undefined ? [] : (await readFile(file, 'utf8')).split('\n');
  return new Set(lines.map((line) => normalizeWord(line.trim())));
}

function describe(table: NgramTable): string {
  return table.levels.map(({ lastWords }, k) => `${lastWords.length} ${k + 1}-grams`).join(', ');
}
