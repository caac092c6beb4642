import { wordSpans } from '../words.ts';
import { logSumExp } from './softmax.ts';
import { decodeStart, joinBytes, NO_BYTES, type TokenIndex } from './token-index.ts';

/** How to write on. */
export interface ContinueOptions {
  /** Most words to write, the completion of an unfinished one included: an integer from 1 to 10,000. Default 50. */
  readonly maxWords?: number;
  /** What logits are divided by, ≥ 0: below 1 likely words become likelier. 0 always takes the likeliest token. Default 0.8. */
  readonly temperature?: number;
  /** Draw from the likeliest tokens that have this much probability together (Holtzman et al. 2020), above 0, at most 1. Default 0.95. */
  readonly topP?: number;
  /** An integer. Default 0. */
  readonly seed?: number;
  /** Ends the text; the loop then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What `continueText` writes with, and where. */
export interface WritingPlace {
  readonly index: TokenIndex;
  /** The tokens before. */
  readonly ids: Int32Array;
  /** Text behind `ids` that is already written and divided into tokens along with what follows: the beginning of a word. */
  readonly begun: string;
  /** Whether each line begins with a space that is not part of the text. */
  readonly isHabitualSpace: boolean;
  readonly endOfText: number;
  /** The logits (V) of the token after a text. */
  logits(ids: Int32Array, signal: AbortSignal | undefined): Promise<Float32Array>;
}

/** Yields text until it has `maxWords` words or the model ends it. Throws `RangeError` on a bad option, the signal's reason when aborted. */
export async function* continueText(
  options: ContinueOptions,
  place: WritingPlace,
): AsyncGenerator<string, void, undefined> {
  checkOptions(options);
  const { maxWords = 50, temperature = 0.8, topP = 0.95, seed = 0, signal } = options;
  signal?.throwIfAborted();
  const { index } = place;
  const random = randomNumbers(seed);
  const ids = [...place.ids];
  let begun = encoder.encode(place.begun);
  let rest = NO_BYTES;
  let written = '';
  let isLineStart = false;
  for (;;) {
    const logits = await place.logits(Int32Array.from(ids), signal);
    const tokenId = draw(logits, temperature, topP, random, (id) => agree(index.bytes(id), begun));
    if (tokenId < 0 || tokenId === place.endOfText) return;
    ids.push(tokenId);
    const bytes = index.bytes(tokenId);
    const decoded = decodeStart(joinBytes(rest, bytes.subarray(Math.min(begun.length, bytes.length))));
    begun = begun.subarray(Math.min(begun.length, bytes.length));
    rest = decoded.rest;
    const text = isLineStart && place.isHabitualSpace ? decoded.text.replace(/^ /, '') : decoded.text;
    isLineStart = decoded.text.endsWith('\n');
    if (text === '') {
      if (ids.length - place.ids.length > MOST_TOKENS_PER_WORD * maxWords) return;
      continue;
    }
    if (wordSpans(written + text).length > maxWords || ids.length - place.ids.length > MOST_TOKENS_PER_WORD * maxWords)
      return;
    written += text;
    yield text;
  }
}

/** A text of few words may be endless all the same: punctuation, line breaks, one long word. */
const MOST_TOKENS_PER_WORD = 16;
const encoder = new TextEncoder();

/** Whether a token's bytes and those already written agree as far as the shorter goes; a token of no bytes only where none are written. */
function agree(bytes: Uint8Array, begun: Uint8Array): boolean {
  if (bytes.length === 0) return begun.length === 0;
  for (let i = 0; i < bytes.length && i < begun.length; i++) if (bytes[i] !== begun[i]) return false;
  return true;
}

/** A token drawn from the allowed ones; -1 when there is none. Overwrites the logits. */
function draw(
  logits: Float32Array,
  temperature: number,
  topP: number,
  random: () => number,
  isAllowed: (id: number) => boolean,
): number {
  const ids: number[] = [];
  let likeliest = -1;
  for (let id = 0; id < logits.length; id++) {
    if (!isAllowed(id)) {
      logits[id] = -Infinity;
      continue;
    }
    ids.push(id);
    if (likeliest < 0 || logits[id]! > logits[likeliest]!) likeliest = id;
    logits[id]! /= temperature || 1;
  }
  if (temperature === 0 || ids.length < 2) return likeliest;
  const logTotal = logSumExp(logits);
  for (const id of ids) logits[id] = Math.exp(logits[id]! - logTotal);
  ids.sort((a, b) => logits[b]! - logits[a]! || a - b);
  let total = 0;
  let count = 0;
  while (count < ids.length && total < topP) total += logits[ids[count++]!]!;
  let left = random() * total;
  for (let i = 0; i < count; i++) {
    left -= logits[ids[i]!]!;
    if (left < 0) return ids[i]!;
  }
  return ids[count - 1]!;
}

/** Numbers from 0 to 1, 1 excluded, the same for the same seed: splitmix32, after Steele, Lea & Flood 2014. */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

function checkOptions({ maxWords = 50, temperature = 0.8, topP = 0.95, seed = 0 }: ContinueOptions): void {
  if (!(Number.isInteger(maxWords) && maxWords >= 1 && maxWords <= 10_000)) {
    throw new RangeError(`maxWords must be an integer from 1 to 10,000, not ${maxWords}`);
  }
  if (!(temperature >= 0 && temperature < Infinity)) {
    throw new RangeError(`temperature must be a number of at least 0, not ${temperature}`);
  }
  if (!(topP > 0 && topP <= 1)) throw new RangeError(`topP must be above 0 and at most 1, not ${topP}`);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed must be an integer, not ${seed}`);
}
