import { PredictionError } from '../errors.ts';
import { halfFloat } from './half-float.ts';

/** A network's weights, as a graph with external data wants them. */
export interface Weights {
  /** Which model they are of: `gpt`, `nnlm`, `lstm`, `choice` or `word2vec`. The graph calls them `<model>.weights`. */
  readonly model: string;
  /** V: ids are 0 … V-1. */
  readonly vocabularySize: number;
  /** Most positions or words that the model looks at; 0 where there is no limit. */
  readonly contextLength: number;
  /** Hidden layers; 0 where the file does not say. */
  readonly layers: number;
  /** Channels, or the size of a hidden layer; 0 where the file does not say. */
  readonly width: number;
  /** The content of `<model>.weights`: fp32, little-endian. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** The first row of a GPT's past; null for other models. */
  readonly startRow: Float32Array | null;
  /** The id whose row that is; null where the file does not say: the tokenizer's `endOfText`. */
  readonly startToken: number | null;
}

/**
 * Turns a file of quantised weights (docs/neural-format.md) into fp32. Some 10 ms per million weights. Throws `PredictionError`
 * `file-malformed` where the file is not what it says, `pack-too-new` where it has a later version.
 */
export function decodeWeights(file: Uint8Array): Weights {
  const { header, sections } = readHeader(file);
  const weightsBytes = count(header, 'weightsBytes');
  const tensors = list(header, 'tensors').map((entry) => readTensor(entry, sections.length, weightsBytes));
  // A weight of 4 bits becomes 32, and a tensor begins at a multiple of 64: no file promises more.
  if (weightsBytes > 8 * sections.length + 64 * tensors.length) {
    throw malformed(`promises ${weightsBytes} bytes of weights in ${sections.length} bytes`);
  }
  const data = new Uint8Array(weightsBytes);
  let startRow: Float32Array | null = null;
  for (const tensor of tensors) {
    if (tensor.offset === null) startRow = new Float32Array(tensor.size);
    decodeTensor(tensor, sections, tensor.offset === null ? startRow! : floats(data, tensor.offset, tensor.size));
  }
  const optional = (name: string) => (header[name] === undefined ? 0 : count(header, name));
  const vocabularySize = count(header, 'vocabularySize');
  const startToken = header['startToken'] === undefined ? null : count(header, 'startToken');
  if (startToken !== null && startToken >= vocabularySize) {
    throw malformed(`begins texts with the token ${startToken} of ${vocabularySize}`);
  }
  return {
    model: String(header['model']),
    vocabularySize,
    contextLength: optional('contextLength'),
    layers: optional('layers'),
    width: optional('width'),
    data,
    startRow,
    startToken,
  };
}

const MAGIC = 0x57_4e_57_46; // "FWNW"
const VERSION = 1;
const PREAMBLE_BYTES = 12;

type Json = Readonly<Record<string, unknown>>;

function readHeader(file: Uint8Array): { header: Json; sections: Uint8Array } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < PREAMBLE_BYTES || view.getUint32(0, true) !== MAGIC) {
    throw malformed(`has ${file.length} bytes and does not begin with FWNW`);
  }
  const version = view.getUint32(4, true);
  if (version > VERSION) {
    throw new PredictionError(
      'pack-too-new',
      `The weights file has version ${version}, this library reads ${VERSION}. Use a newer library or an older pack.`,
    );
  }
  const start = PREAMBLE_BYTES + view.getUint32(8, true);
  if (version !== VERSION || start % 8 !== 0 || start > file.length) {
    throw malformed(`has version ${version} and a header of ${start - PREAMBLE_BYTES} bytes`);
  }
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(PREAMBLE_BYTES, start)));
  } catch (error) {
    throw malformed('has a header that is not JSON', error);
  }
  if (typeof header !== 'object' || header === null) throw malformed('has a header that is no object');
  const sections = file.subarray(start);
  const promised = count(header as Json, 'sectionsBytes');
  if (sections.length !== promised) {
    throw malformed(`has ${sections.length} bytes of sections, its header says ${promised}`);
  }
  return { header: header as Json, sections };
}

interface TensorEntry {
  readonly kind: 'f32' | 'q8' | 'q4';
  /** Number of weights. */
  readonly size: number;
  /** Weights that share a scale; 1 for `f32`. */
  readonly group: number;
  /** Where the values begin in the weights, in bytes; null for the start row. */
  readonly offset: number | null;
  /** Where codes and scales begin in the sections. */
  readonly data: number;
  readonly scales: number;
}

const BITS = { f32: 32, q8: 8, q4: 4 };
const SCALE_BYTES = { f32: 0, q8: 4, q4: 2 };

function readTensor(entry: unknown, sectionsBytes: number, weightsBytes: number): TensorEntry {
  const tensor = (entry ?? {}) as Json;
  const name = JSON.stringify(tensor['name']);
  const kind = tensor['kind'] as TensorEntry['kind'];
  if (!Object.hasOwn(BITS, String(kind))) throw malformed(`has ${name} of the unknown kind ${JSON.stringify(kind)}`);
  const shape = list(tensor, 'shape');
  if (!shape.every((length) => Number.isSafeInteger(length) && (length as number) >= 0)) {
    throw malformed(`has ${name} of the shape ${JSON.stringify(shape)}`);
  }
  const size = (shape as number[]).reduce((product, length) => product * length, 1);
  const isPlain = kind === 'f32';
  const group = isPlain ? 1 : count(tensor, 'group');
  const offset = tensor['offset'] === null ? null : count(tensor, 'offset');
  const data = count(tensor, 'data');
  const scales = isPlain ? 0 : count(tensor, 'scales');
  const fits =
    size % group === 0 &&
    (kind !== 'q4' || size % 2 === 0) &&
    data + (size * BITS[kind]) / 8 <= sectionsBytes &&
    scales + (size / group) * SCALE_BYTES[kind] <= sectionsBytes &&
    (offset === null || (offset % 4 === 0 && offset + 4 * size <= weightsBytes));
  if (!fits) throw malformed(`has ${name}, ${size} weights in groups of ${group}, beyond its end`);
  return { kind, size, group, offset, data, scales };
}

function decodeTensor({ kind, size, group, data, scales }: TensorEntry, sections: Uint8Array, to: Float32Array): void {
  if (kind === 'f32') to.set(floats(sections.slice(data, data + 4 * size), 0, size));
  else if (kind === 'q8') {
    const scale = floats(sections.slice(scales, scales + (size / group) * 4), 0, size / group);
    const codes = new Int8Array(sections.buffer, sections.byteOffset + data, size);
    for (let weight = 0, index = 0; weight < size; index++) {
      const step = scale[index]!;
      for (const end = weight + group; weight < end; weight++) to[weight] = codes[weight]! * step;
    }
  } else {
    const view = new DataView(sections.buffer, sections.byteOffset + scales);
    for (let weight = 0, index = 0; weight < size; index++) {
      const step = halfFloat(view.getUint16(2 * index, true));
      for (const end = weight + group; weight < end; weight++) {
        const pair = sections[data + (weight >> 1)]!;
        to[weight] = ((weight & 1 ? pair >> 4 : pair & 15) - 8) * step;
      }
    }
  }
}

function floats(bytes: Uint8Array, offset: number, length: number): Float32Array {
  return new Float32Array(bytes.buffer, bytes.byteOffset + offset, length);
}

function count(object: Json, name: string): number {
  const value = object[name];
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    throw malformed(`has in "${name}" ${JSON.stringify(value) ?? 'nothing'} where an integer ≥ 0 is expected`);
  }
  return value as number;
}

function list(object: Json, name: string): readonly unknown[] {
  const value = object[name];
  if (!Array.isArray(value)) throw malformed(`has no list "${name}"`);
  return value;
}

function malformed(what: string, cause?: unknown): PredictionError {
  return new PredictionError('file-malformed', `The weights file ${what}. Download or export the model again.`, {
    cause,
  });
}
