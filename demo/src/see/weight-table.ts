import { PredictionError } from '@foreword/core';
import { decodeWeights, openTokenizer } from '@foreword/core/neural';
import type { VectorTable } from './similarity.ts';

/** For all of this page, in this part of its code: in that of the models the writing page would load it too. */
export { openTokenizer };

/** Files of a network, whose table of vectors is wanted. */
export interface TableFiles {
  readonly weights: Uint8Array;
  readonly vocabulary: Uint8Array;
}

/** A table of a vector for each word, most frequent first: the NNLM's C (Bengio et al. 2003), or word2vec's. */
export function wordTable({ weights, vocabulary }: TableFiles): VectorTable {
  const { data, width, rows } = tensor(weights, 'words.weight');
  // The first three are <unk>, <s> and </s>.
  return { words: wordsOf(vocabulary, rows).slice(3), width, data: data.slice(3 * width) };
}

/** The first words of a word list, most frequent first: those that a network of so many knows. */
export function wordsOf(list: Uint8Array, size: number): string[] {
  return new TextDecoder().decode(list).split('\n').slice(0, size);
}

/**
 * A GPT's token embeddings, of those tokens that are a whole word with its space: ` king`, not ` ingred`. Of ` King` and ` king` the
 * commoner, whose token was made first. `words` are those that there are.
 */
export function gptTable({ weights, vocabulary }: TableFiles, words: ReadonlySet<string>): VectorTable {
  const { data, width } = tensor(weights, 'tokens.weight');
  const tokenizer = openTokenizer(vocabulary);
  const ids = new Map<string, number>();
  for (let id = 0; id < tokenizer.size; id++) {
    const [, word] = /^ (\p{L}[\p{L}']*)$/u.exec(tokenizer.decode([id])) ?? [];
    if (word === undefined) continue;
    const lower = word.toLowerCase();
    if (words.has(lower) && !ids.has(lower)) ids.set(lower, id);
  }
  const chosen = new Float32Array(ids.size * width);
  let row = 0;
  for (const id of ids.values()) chosen.set(data.subarray(id * width, (id + 1) * width), width * row++);
  return { words: [...ids.keys()], width, data: chosen };
}

/** A matrix by its name in a file of weights (docs/neural-format.md). Throws `PredictionError` `file-malformed` where it has none. */
function tensor(file: Uint8Array, name: string): { data: Float32Array; rows: number; width: number } {
  const { data } = decodeWeights(file);
  const headerBytes = new DataView(file.buffer, file.byteOffset).getUint32(8, true);
  const header = JSON.parse(new TextDecoder().decode(file.subarray(12, 12 + headerBytes))) as {
    readonly tensors: readonly { readonly name: string; readonly shape: readonly number[]; readonly offset: number }[];
  };
  const found = header.tensors.find((tensor) => tensor.name === name);
  const [rows, width] = found?.shape ?? [];
  if (found === undefined || rows === undefined || width === undefined) {
    throw new PredictionError('file-malformed', `The weights file holds no table "${name}". Download the pack again.`);
  }
  return { data: new Float32Array(data.buffer, data.byteOffset + found.offset, rows * width), rows, width };
}
