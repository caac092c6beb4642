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
  const displayForms = await readDisplayForms(pack.ngram.vocabulary, options.signal);
  if (endShares === undefined) return { kind: name, files, displayForms };
  return { kind: name, files, displayForms, endShares: Float32Array.from(endShares, (byte) => byte / 255) };
}

/** Words read between two pauses: 2 ms. */
const WORDS_PER_TASK = 4096;

/** The words of a vocabulary that are not written in lower case, with how they are written. */
async function readDisplayForms(vocabulary: Vocabulary, signal: AbortSignal | undefined): Promise<Map<string, string>> {
  const forms = new Map<string, string>();
  for (let id = FIRST_WORD; id < vocabulary.size; id++) {
    if (id % WORDS_PER_TASK === 0) await pause(signal);
    const word = vocabulary.word(id);
    const form = vocabulary.displayForm(id);
    if (form !== word) forms.set(word, form);
  }
  return forms;
}
