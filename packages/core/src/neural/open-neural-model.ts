import { PredictionError } from '../errors.ts';
import type { NeuralFiles } from '../pack.ts';
import type { LanguageModel } from '../types.ts';
import { type CausalLmSource, loadCausalLm } from './causal-lm.ts';
import { GptModel } from './gpt-model.ts';
import type { GptOptions } from './gpt-options.ts';
import { LstmModel } from './lstm-model.ts';
import { NnlmModel } from './nnlm-model.ts';
import { openCausalBackend, openRecurrentBackend, openWindowBackend } from './ort-backend.ts';
import type { RuntimeOptions } from './ort-session.ts';
import { openTokenizer } from './tokenizer.ts';
import { parseWordList } from './word-list.ts';

/** Which model to open, of which bytes. Plain data: it crosses to a worker as it is. */
export type NeuralModelSpec =
  | { readonly kind: 'nnlm' | 'lstm'; readonly files: NeuralFiles }
  | ({ readonly kind: 'gpt'; readonly files: NeuralFiles } & GptSpecOptions)
  | ({ readonly kind: 'causal-lm'; readonly source: CausalLmSource } & GptSpecOptions);

/** Options of models made of tokens. */
export interface GptSpecOptions {
  /** `LanguageModel.name`. Default `gpt`. */
  readonly name?: string;
  /** How words are written that are not written in lower case: `london` → `London`. Default: all are. */
  readonly displayForms?: ReadonlyMap<string, string>;
  /** `GptOptions.unspacedWords`. Default: words have spaces between them. */
  readonly unspacedWords?: ReadonlySet<string>;
  /** (V) What `measureEndShares` found for the network. Default: nothing. */
  readonly endShares?: Float32Array;
}

/**
 * Opens a neural model of a pack's files, `Pack.readModel`, or of your own, on this thread; `startNeuralWorker` opens it on another.
 * Rejects with `PredictionError` `file-malformed` where files are broken or not of one model, `pack-too-new` where they have a later
 * version, `model-failed` where there is no memory for it.
 */
export async function openNeuralModel(spec: NeuralModelSpec, runtime?: RuntimeOptions): Promise<LanguageModel> {
  switch (spec.kind) {
    case 'nnlm':
    case 'lstm': {
      const { vocabulary } = spec.files;
      if (spec.kind === 'nnlm') {
        const backend = await openWindowBackend(spec.files, runtime);
        return closing(backend, () => new NnlmModel(backend, parseWordList(vocabulary, backend.vocabularySize)));
      }
      const backend = await openRecurrentBackend(spec.files, runtime);
      return closing(backend, () => new LstmModel(backend, parseWordList(vocabulary, backend.vocabularySize)));
    }
    case 'gpt': {
      const tokenizer = openTokenizer(spec.files.vocabulary);
      const backend = await openCausalBackend(spec.files, runtime);
      return closing(backend, () => {
        checkSizes('gpt', tokenizer.size, backend.vocabularySize);
        return new GptModel(backend, tokenizer, gptOptions(spec));
      });
    }
    case 'causal-lm': {
      const { backend, tokenizer } = await loadCausalLm(spec.source, runtime);
      return closing(backend, () => new GptModel(backend, tokenizer, gptOptions(spec)));
    }
    default:
      throw new TypeError(
        `kind must be "gpt", "nnlm", "lstm" or "causal-lm", not ${(spec satisfies never as NeuralModelSpec).kind}`,
      );
  }
}

function gptOptions({ name, displayForms, endShares, unspacedWords }: GptSpecOptions): GptOptions {
  return {
    ...(name === undefined ? {} : { name }),
    ...(endShares === undefined ? {} : { endShares }),
    ...(unspacedWords === undefined ? {} : { unspacedWords }),
    ...(displayForms === undefined
      ? {}
      : { lexicon: { displayForm: (word) => displayForms.get(word) ?? word, isOffensive: () => false } }),
  };
}

/** What `make` returns; where it throws, the network is freed. */
async function closing<T>(backend: { close(): Promise<void> }, make: () => T): Promise<T> {
  try {
    return make();
  } catch (error) {
    await backend.close();
    throw error;
  }
}

function checkSizes(model: string, tokens: number, vocabularySize: number): void {
  if (tokens === vocabularySize) return;
  const found = `The tokenizer has ${tokens} tokens, ${model} has ${vocabularySize}: they are not of one model`;
  throw new PredictionError('file-malformed', `${found}. Download or build the pack again.`);
}
