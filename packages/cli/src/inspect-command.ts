import { brotliCompress, constants } from 'node:zlib';
import type { NgramModel, PackManifest } from '@foreword/core';
import { type CommandIo, parseCommandLine, UsageError } from './command.ts';
import { type ModelFile, openModel, readModelFile } from './open-model.ts';

const help = `Usage: foreword inspect [OPTIONS] PACK…

Says what a pack, or a bare n-gram file (.bin, .arpa, .arpa.gz), holds.

  --brotli   also the size after brotli compression at its strongest, as a server would send it: takes seconds
  --json     one JSON object a pack instead of text
`;

/** What `foreword inspect` says of one pack. */
interface Inspection {
  readonly path: string;
  /** Absent for a bare file. */
  readonly pack?: Pick<PackManifest, 'name' | 'language' | 'licence' | 'sources' | 'recipe'>;
  readonly file: ModelFile;
  readonly brotliBytes?: number;
  /** Of the opened file; an ARPA file is opened at full precision. */
  readonly bitsPerNgram: number;
  readonly order: number;
  /** Size of the vocabulary, `<unk>`, `<s>` and `</s>` included. */
  readonly words: number;
  /** Number of n-grams of order 1, 2, … */
  readonly ngrams: readonly number[];
  /** Words written otherwise than in lower case. */
  readonly casedWords: number;
  readonly neverSuggestedWords: number;
  /** Whether the words' raw frequencies are kept. */
  readonly hasFrequencies: boolean;
}

/** `foreword inspect`. */
export async function inspectCommand(argv: string[], io: CommandIo): Promise<number> {
  const { values, positionals: paths } = parseCommandLine(argv, {
    brotli: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  });
  if (values.help) {
    io.stdout(help);
    return 0;
  }
  if (paths.length === 0) throw new UsageError('No pack was named. Give the folder of a pack or an n-gram file.');
  for (const path of paths) {
    const inspection = await inspect(path, values.brotli, io);
    io.stdout(values.json ? `${JSON.stringify(inspection)}\n` : inspectionText(inspection));
  }
  return 0;
}

async function inspect(path: string, withBrotli: boolean, io: CommandIo): Promise<Inspection> {
  const { ngram, pack, files } = await openModel(path, 'ngram', io);
  const { order, vocabulary, ngramCounts } = ngram;
  return {
    path,
    ...(pack && { pack: packFacts(pack.manifest) }),
    file: files[0]!,
    ...(withBrotli && { brotliBytes: await brotliSize(await readModelFile(path, files[0]!, io)) }),
    bitsPerNgram: (8 * ngram.sizeBytes) / ngramCounts.reduce((sum, count) => sum + count, 0),
    order,
    words: vocabulary.size,
    ngrams: ngramCounts,
    ...countWords(ngram),
    hasFrequencies: vocabulary.hasFrequencies,
  };
}

function packFacts({ name, language, licence, sources, recipe }: PackManifest): NonNullable<Inspection['pack']> {
  return { name, language, licence, sources, ...(recipe && { recipe }) };
}

function countWords({ vocabulary }: NgramModel): Pick<Inspection, 'casedWords' | 'neverSuggestedWords'> {
  let casedWords = 0;
  let neverSuggestedWords = 0;
  for (let id = 0; id < vocabulary.size; id++) {
    if (vocabulary.displayForm(id) !== vocabulary.word(id)) casedWords += 1;
    if (vocabulary.isOffensive(id)) neverSuggestedWords += 1;
  }
  return { casedWords, neverSuggestedWords };
}

function brotliSize(bytes: Uint8Array): Promise<number> {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return new Promise((resolve, reject) => {
    brotliCompress(bytes, { params }, (error, compressed) => (error ? reject(error) : resolve(compressed.length)));
  });
}

function inspectionText(inspection: Inspection): string {
  const { pack, file, ngrams } = inspection;
  const facts: [string, string][] = [];
  if (pack !== undefined) {
    facts.push(['pack', `${pack.name}, language ${pack.language}, licence ${pack.licence}`]);
    for (const { name, words, weight, licence } of pack.sources) {
      facts.push(['source', `${name}: ${number(words)} words × ${weight}, ${licence}`]);
    }
    if (pack.recipe !== undefined) facts.push(['recipe', JSON.stringify(pack.recipe)]);
  }
  facts.push([
    'file',
    `${file.file}, ${number(file.sizeBytes)} bytes, ${inspection.bitsPerNgram.toFixed(1)} bits an n-gram when open`,
  ]);
  if (inspection.brotliBytes !== undefined) facts.push(['brotli', `${number(inspection.brotliBytes)} bytes`]);
  facts.push(['sha256', file.sha256]);
  facts.push(['n-grams', `${ngrams.map((count, index) => `${number(count)} of order ${index + 1}`).join(', ')}`]);
  facts.push([
    'words',
    `${number(inspection.words)}, ${number(inspection.casedWords)} with capitals, ${number(inspection.neverSuggestedWords)} never suggested`,
  ]);
  facts.push(['frequency', inspection.hasFrequencies ? 'kept beside the probabilities' : 'not kept']);
  return `${inspection.path}\n${facts.map(([name, value]) => `  ${name.padEnd(10)}${value}\n`).join('')}`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}
