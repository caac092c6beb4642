import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import type { NgramTable } from '@foreword/core';
import { CommandFailure } from '../command.ts';
import { keptAbove } from './entropy-pruning.ts';
import type { EstimatedModel } from './estimation.ts';
import { selectNgrams } from './table-selection.ts';

/** A pruned model, written. */
export interface PrunedModel {
  readonly table: NgramTable;
  readonly bytes: Uint8Array;
  /** Bytes after brotli at its best quality. */
  readonly brotliBytes: number;
  /** N-grams that cost less than this were left out. */
  readonly threshold: number;
}

/** What the search for a size needs to know. */
export interface SizeSearchOptions {
  /** Most bytes of the written model after brotli at its best quality. */
  readonly mostBytes: number;
  readonly write: (table: NgramTable) => Uint8Array;
  readonly pace: () => Promise<void> | undefined;
  /** Told how many sizes have been tried. */
  readonly onTry?: (tried: number) => void;
}

/**
 * The largest pruned model that fits, to half a percent. Searches by a quick compression, whose ratio to the best one is
 * learned from the models found. Throws `CommandFailure` when the words alone are larger than the budget.
 */
export async function pruneToSize(
  model: EstimatedModel,
  costs: readonly Float32Array[],
  { mostBytes, write, pace, onTry }: SizeSearchOptions,
): Promise<PrunedModel> {
  let ratio = 1;
  let tried = 0;
  let largest: PrunedModel | undefined;
  const build = async (threshold: number, quality: number): Promise<PrunedModel> => {
    await pace();
    onTry?.(tried++);
    const selected = selectNgrams(model.table, keptAbove(model, costs, threshold));
    const bytes = write(selected);
    return { table: selected, bytes, brotliBytes: await brotliSize(bytes, quality), threshold };
  };
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const sizeAt = async (threshold: number) => (await build(threshold, QUICK_QUALITY)).brotliBytes * ratio;
    const { threshold, size } = await findThreshold(sizeAt, mostBytes * AIM, largest?.threshold);
    const found = await build(threshold, constants.BROTLI_MAX_QUALITY);
    if (found.brotliBytes <= mostBytes && found.brotliBytes > (largest?.brotliBytes ?? 0)) largest = found;
    if (largest !== undefined && (threshold === 0 || largest.brotliBytes > mostBytes * CLOSE_ENOUGH)) break;
    if (found.table.levels.slice(1).every(({ lastWords }) => lastWords.length === 0)) break;
    ratio *= found.brotliBytes / size;
  }
  if (largest === undefined) {
    throw new CommandFailure(
      `The words alone take more than the ${mostBytes} bytes that --size allows. Allow more, or give a smaller --vocabulary-size.`,
    );
  }
  return largest;
}

/**
 * The threshold at which a falling size function meets the wanted size from below, to a fifth of a percent: steps of a factor
 * 8 until two thresholds embrace it, then a line through both in logarithms. 0 if everything fits.
 */
async function findThreshold(
  sizeAt: (threshold: number) => Promise<number>,
  wanted: number,
  guess = FIRST_THRESHOLD,
): Promise<{ threshold: number; size: number }> {
  let high = { threshold: guess, size: await sizeAt(guess) };
  let low = high;
  while (high.size > wanted && high.threshold < 1) {
    low = high;
    high = { threshold: high.threshold * STEP, size: await sizeAt(high.threshold * STEP) };
  }
  while (low.size <= wanted) {
    high = low;
    const threshold = low.threshold < LEAST_THRESHOLD ? 0 : low.threshold / STEP;
    low = { threshold, size: await sizeAt(threshold) };
    if (threshold === 0 && low.size <= wanted) return low;
  }
  for (let step = 0; step < MOST_STEPS && high.size < wanted * NEAR && low.threshold > 0; step++) {
    const share = Math.log(low.size / (wanted * Math.sqrt(NEAR))) / Math.log(low.size / high.size);
    const threshold = low.threshold * (high.threshold / low.threshold) ** Math.min(0.95, Math.max(0.05, share));
    const middle = { threshold, size: await sizeAt(threshold) };
    if (middle.size <= wanted) high = middle;
    else low = middle;
  }
  return high;
}

const FIRST_THRESHOLD = 1e-7;
const LEAST_THRESHOLD = 1e-14;
const STEP = 8;
const MOST_STEPS = 12;
const NEAR = 0.998;
/** What is aimed at and what is good enough, as shares of the budget. */
const AIM = 0.999;
const CLOSE_ENOUGH = 0.995;
const MOST_ATTEMPTS = 4;
/** Some thirty times faster than the best, and about a tenth larger. */
const QUICK_QUALITY = 5;

/** Size after brotli, at its best quality (11) unless told otherwise. */
export async function brotliSize(bytes: Uint8Array, quality: number = constants.BROTLI_MAX_QUALITY): Promise<number> {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return (await promisify(brotliCompress)(bytes, { params })).length;
}
