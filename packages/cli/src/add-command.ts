import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type NeuralFiles,
  type NeuralModelName,
  neuralModelNames,
  openPack,
  type PackFile,
  type PackManifest,
  type PackNeuralModel,
  type Vocabulary,
} from '@foreword/core';
import { writeFileAtomically } from './atomic-write.ts';
import { CommandFailure, type CommandIo, parseCommandLine, UsageError } from './command.ts';
import { directoryReader } from './pack-directory.ts';

const help = `Usage: foreword add --pack PACK FOLDER…

Adds neural models to a pack, as training/export.py writes them: of each folder the model NAME of which there is a
NAME.onnx, with NAME.q4 or NAME.q8 and words.txt or tokenizer.json, where NAME is nnlm, lstm, gpt or choice (of
training/export_choice.py, with the GPT's own tokenizer). Opens each before anything is written. A gpt.inspect.onnx, which shows where the GPT looks, comes along. The n-gram's words that words.txt lacks are put behind its own, most frequent first: the model
gives them together what it gives unknown words. A model that the pack has already is replaced; learn the weights anew
with "foreword mix" then. A folder that holds word2vec.q4 or word2vec.q8 and words.txt, as training/word2vec.py
--export writes them, gives the pack word vectors to look at.

  --pack PACK      the pack's folder
`;

/** `foreword add`. */
export async function addCommand(argv: string[], io: CommandIo): Promise<number> {
  const { values, positionals: folders } = parseCommandLine(argv, { pack: { type: 'string' } });
  if (values.help) {
    io.stdout(help);
    return 0;
  }
  if (values.pack === undefined) throw new UsageError('--pack is missing: the folder of the pack.');
  if (folders.length === 0) throw new UsageError('No folder of a model was named.');
  for (const folder of folders) {
    const vectors = await vectorsIn(folder);
    if (vectors === undefined) await addModel(values.pack, folder, io);
    else await addVectors(values.pack, folder, vectors, io);
  }
  return 0;
}

/** The file of word vectors in a folder; undefined where it holds none. */
async function vectorsIn(folder: string): Promise<string | undefined> {
  for (const file of ['word2vec.q4', 'word2vec.q8']) if (await exists(join(folder, file))) return file;
  return undefined;
}

async function addVectors(pack: string, folder: string, file: string, io: CommandIo): Promise<void> {
  const { manifest } = await openPack(directoryReader(pack), { signal: io.signal });
  const { decodeWeights } = await import('@foreword/core/neural');
  const weights = { file, bytes: await readFile(join(folder, file)) };
  const { vocabularySize } = decodeWeights(weights.bytes);
  const vocabulary = await wordsOfRows(pack, manifest, folder, vocabularySize);
  for (const part of [weights, vocabulary]) await writeFileAtomically(join(pack, part.file), part.bytes, io.signal);
  const vectors = { weights: fileFacts(weights), vocabulary: fileFacts(vocabulary) };
  await writeFileAtomically(
    join(pack, 'pack.json'),
    `${JSON.stringify({ ...manifest, vectors }, null, 2)}\n`,
    io.signal,
  );
  if (!io.quiet) io.stderr(`Added ${vocabularySize.toLocaleString('en')} word vectors to ${pack}: ${file}.\n`);
}

/** The list that a table's rows stand for: the pack's own where its models have one, whose first words must then be the table's. */
async function wordsOfRows(pack: string, manifest: PackManifest, folder: string, rows: number): Promise<NamedBytes> {
  const file = 'words.txt';
  const given = { file, bytes: await readFile(join(folder, file)) };
  const first = ({ bytes }: NamedBytes) => new TextDecoder().decode(bytes).split('\n').slice(0, rows).join('\n');
  if (first(given).split('\n').length < rows) {
    throw new CommandFailure(`${folder}: the table has ${rows} rows, ${file} fewer words. Export it again.`);
  }
  if (!neuralModelNames.some((name) => manifest.models[name]?.vocabulary.file === file)) return given;
  const own = { file, bytes: await readFile(join(pack, file)) };
  if (first(own) === first(given)) return own;
  throw new CommandFailure(`${folder}/${file} is not the list of the pack's models. Train on the pack's words.`);
}

async function addModel(pack: string, folder: string, io: CommandIo): Promise<void> {
  const { manifest, ngram } = await openPack(directoryReader(pack), { signal: io.signal });
  const name = await modelIn(folder);
  const read = await readFiles(name, folder);
  const shared = hasTokenizer(name) ? undefined : await sharedWords(pack, manifest, name, read.vocabulary);
  const files = hasTokenizer(name)
    ? read
    : { ...read, vocabulary: shared ?? withWords(read.vocabulary, ngram.vocabulary) };
  const entry = await describeModel(name, files, io);
  const other = manifest.models.gpt?.vocabulary;
  if (name === 'choice' && other !== undefined && other.sha256 !== entry.vocabulary.sha256) {
    throw new CommandFailure(`${folder} has another tokenizer than the GPT in ${pack}. Tune that GPT and export it.`);
  }
  const bytes = new Map(Object.values(files).map(({ file, bytes: content }) => [file, content]));
  for (const [file, content] of bytes) await writeFileAtomically(join(pack, file), content, io.signal);
  const models: PackManifest['models'] = { ...manifest.models, [name]: entry };
  const text = `${JSON.stringify({ ...manifest, models }, null, 2)}\n`;
  await writeFileAtomically(join(pack, 'pack.json'), text, io.signal);
  if (!io.quiet) {
    const total = [...bytes.values()].reduce((sum, { length }) => sum + length, 0);
    io.stderr(`Added ${name} to ${pack}: ${[...bytes.keys()].join(', ')}, ${total.toLocaleString('en')} bytes.\n`);
  }
}

interface ModelFiles {
  readonly graph: NamedBytes;
  readonly weights: NamedBytes;
  readonly vocabulary: NamedBytes;
  readonly inspect?: NamedBytes;
  endShares?: NamedBytes;
}

interface NamedBytes {
  readonly file: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What `training/export.py --inspect` writes beside a GPT. */
const INSPECT_GRAPH = 'gpt.inspect.onnx';

/** Models that a folder may hold. */
type AddedName = NeuralModelName | 'choice';
const addedNames: readonly AddedName[] = [...neuralModelNames, 'choice'];

async function modelIn(folder: string): Promise<AddedName> {
  for (const name of addedNames) if (await exists(join(folder, `${name}.onnx`))) return name;
  const names = addedNames.map((name) => `${name}.onnx`).join(', ');
  throw new CommandFailure(`${folder} holds none of ${names}. Give a folder that training/export.py wrote.`);
}

async function readFiles(name: AddedName, folder: string): Promise<ModelFiles> {
  const isSmall = await exists(join(folder, `${name}.q4`));
  const read = async (file: string): Promise<NamedBytes> => ({ file, bytes: await readFile(join(folder, file)) });
  return {
    graph: await read(`${name}.onnx`),
    weights: await read(`${name}.${isSmall ? 'q4' : 'q8'}`),
    vocabulary: await read(hasTokenizer(name) ? 'tokenizer.json' : 'words.txt'),
    ...((await exists(join(folder, INSPECT_GRAPH))) ? { inspect: await read(INSPECT_GRAPH) } : {}),
  };
}

/**
 * The word list that another of the pack's models reads under the same name, where it begins with the words of this one: then both share it.
 * Undefined where no other has one. A list that begins otherwise would leave the other without its words, so it is refused.
 */
async function sharedWords(
  pack: string,
  manifest: PackManifest,
  name: AddedName,
  { file, bytes }: NamedBytes,
): Promise<NamedBytes | undefined> {
  const other = neuralModelNames.find((each) => each !== name && manifest.models[each]?.vocabulary.file === file);
  if (other === undefined) return undefined;
  const found = await readFile(join(pack, file));
  if (found.subarray(0, bytes.length).equals(bytes)) return { file, bytes: found };
  throw new CommandFailure(
    `${pack}/${file}, which ${other} reads, does not begin with the words that ${name} was trained on. ` +
      'Train both on the same words (training/words.py).',
  );
}

/** A word list with the words of a vocabulary that it lacks behind its own, most frequent first. */
function withWords({ file, bytes }: NamedBytes, vocabulary: Vocabulary): NamedBytes {
  const listed = new TextDecoder().decode(bytes).trimEnd().split('\n');
  const known = new Set(listed);
  const ids = Array.from({ length: vocabulary.size }, (_, id) => id).filter((id) => !known.has(vocabulary.word(id)));
  ids.sort((a, b) => vocabulary.logFrequency(b) - vocabulary.logFrequency(a) || a - b);
  const words = [...listed, ...ids.map((id) => vocabulary.word(id))];
  return { file, bytes: new TextEncoder().encode(`${words.join('\n')}\n`) };
}

/** Opens the model and describes it for `pack.json`. Of a GPT measures the end shares as well and puts them into `files`. */
async function describeModel(name: AddedName, files: ModelFiles, io: CommandIo): Promise<PackNeuralModel> {
  const { decodeWeights, measureEndShares, openAttention, openCausalBackend, openTokenizer } = await import(
    '@foreword/core/neural'
  );
  const content = { graph: files.graph.bytes, weights: files.weights.bytes, vocabulary: files.vocabulary.bytes };
  await tryOpening(name, content);
  if (files.inspect !== undefined) await (await openAttention({ ...content, graph: files.inspect.bytes })).close();
  if (name === 'gpt') {
    const backend = await openCausalBackend(content);
    const shares = await measureEndShares(backend, openTokenizer(content.vocabulary), io.signal);
    await backend.close();
    files.endShares = { file: 'gpt.ends', bytes: Uint8Array.from(shares, (share) => Math.round(255 * share)) };
  }
  const { vocabularySize, contextLength, layers, width } = decodeWeights(content.weights);
  return {
    graph: fileFacts(files.graph),
    weights: fileFacts(files.weights),
    vocabulary: fileFacts(files.vocabulary),
    ...(files.endShares === undefined ? {} : { endShares: fileFacts(files.endShares) }),
    ...(files.inspect === undefined ? {} : { inspect: fileFacts(files.inspect) }),
    vocabularySize,
    contextLength,
    layers,
    width,
  };
}

async function tryOpening(name: AddedName, files: NeuralFiles): Promise<void> {
  const { openChoice, openNeuralModel } = await import('@foreword/core/neural');
  const model = name === 'choice' ? await openChoice(files) : await openNeuralModel({ kind: name, files });
  await model.close?.();
}

function hasTokenizer(name: AddedName): boolean {
  return name === 'gpt' || name === 'choice';
}

function fileFacts({ file, bytes }: NamedBytes): PackFile {
  return { file, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
