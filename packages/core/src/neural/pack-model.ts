import type { NeuralModelName } from '../manifest.ts';
import type { OpenPackOptions, Pack } from '../pack.ts';
import { FIRST_WORD, type Vocabulary } from '../vocabulary.ts';
import type { NeuralModelSpec } from './open-neural-model.ts';
import { pause } from './turns.ts';

/**
 * Reads one of a pack's neural models for `openNeuralModel` on this thread or `startNeuralWorker` on another. Rejects as `Pack.readModel`
 * does. Never holds up the thread for more than a few milliseconds.
 */
export async function packModelSpec(
  pack: Pack,
  name: NeuralModelName,
  options: OpenPackOptions = {},
): Promise<NeuralModelSpec> {
  const { endShares, ...files } = await pack.readModel(name, options);
  if (name !== 'gpt') return { kind: name, files };
  const isUnspaced = UNSPACED_LANGUAGE.test(pack.manifest.language);
  const { displayForms, words } = await readWords(pack.ngram.vocabulary, isUnspaced, options.signal);
  return {
    kind: name,
    files,
    displayForms,
    ...(isUnspaced ? { unspacedWords: words } : {}),
    ...(endShares === undefined ? {} : { endShares: Float32Array.from(endShares, (byte) => byte / 255) }),
  };
}

/** BCP 47 tags of Chinese, Japanese, Thai, Lao, Khmer and Burmese, which put no spaces between words. */
const UNSPACED_LANGUAGE = /^(zh|yue|ja|th|lo|km|my)\b/i;

/** Words read between two pauses: 2 ms. */
const WORDS_PER_TASK = 4096;

/**
 * The words of a vocabulary that are not written in lower case, with how they are written; of a language without spaces all that may
 * be suggested, too.
 */
async function readWords(
  vocabulary: Vocabulary,
  isUnspaced: boolean,
  signal: AbortSignal | undefined,
): Promise<{ displayForms: Map<string, string>; words: Set<string> }> {
  const displayForms = new Map<string, string>();
  const words = new Set<string>();
  for (let id = FIRST_WORD; id < vocabulary.size; id++) {
    if (id % WORDS_PER_TASK === 0) await pause(signal);
    const word = vocabulary.word(id);
    const form = vocabulary.displayForm(id);
    if (form !== word) displayForms.set(word, form);
    if (isUnspaced && !vocabulary.isOffensive(id) && /[\p{L}\p{N}]/u.test(word)) words.add(word);
  }
  return { displayForms, words };
}
