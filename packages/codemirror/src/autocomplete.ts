import { type Completion, type CompletionSource, pickedCompletion } from '@codemirror/autocomplete';
import type { Candidate, Prediction, Predictor } from '@foreword/core';
import { acceptanceSpec } from './accept.ts';
import { textAfter, textBefore } from './surroundings.ts';

/** Options of `completionSource`. */
export interface CompletionSourceOptions {
  /** Most completions, an integer from 1 to 100. Default 9. */
  readonly limit?: number;
  /** Whether to offer the next word where nothing of it is typed yet, without being asked for. Default false. */
  readonly offersNextWord?: boolean;
}

/**
 * The predictor as a source for @codemirror/autocomplete, for editors that use that popup:
 * `autocompletion({ override: [completionSource(predictor)] })`. It waits for the predictor's last answer, for that popup
 * cannot show one that gets better. Accepting spaces as `foreword` does and is marked with `accepted`.
 */
export function completionSource(predictor: Predictor, options: CompletionSourceOptions = {}): CompletionSource {
  const { limit = 9, offersNextWord = false } = options;
  return async (context) => {
    const { state, pos, explicit } = context;
    if (state.readOnly || !state.selection.main.empty || state.selection.ranges.length > 1) return null;
    const cancel = new AbortController();
    context.addEventListener('abort', () => cancel.abort());
    const asked = { after: textAfter(state, pos), limit, signal: cancel.signal };
    const prediction = await lastAnswer(predictor.predict(textBefore(state, pos), asked), cancel.signal);
    if (!prediction || prediction.candidates.length === 0) return null;
    const { prefix, prefixLength } = prediction.context;
    if (prefix === '' && !explicit && !offersNextWord) return null;
    return { from: pos - prefixLength, filter: false, options: prediction.candidates.map(completion) };
  };
}

/** The last answer of the stream, or null once it is cancelled. */
async function lastAnswer(answers: AsyncIterable<Prediction>, signal: AbortSignal): Promise<Prediction | null> {
  let last: Prediction | null = null;
  try {
    for await (const answer of answers) last = answer;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return signal.aborted ? null : last;
}

function completion(candidate: Candidate, slot: number): Completion {
  return {
    label: candidate.text,
    apply(view, picked) {
      const spec = acceptanceSpec(view.state, candidate, slot, 'completion');
      view.dispatch(spec, { annotations: pickedCompletion.of(picked) });
    },
  };
}
