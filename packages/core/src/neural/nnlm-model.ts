import type { Distribution, LanguageModel, Query } from '../types.ts';
import { SENTENCE_START } from '../vocabulary.ts';
import type { WindowBackend } from './backend.ts';
import { RunQueue } from './run-queue.ts';
import type { WordList } from './word-list.ts';
import { WordReading, type WordScores } from './word-scores.ts';

/**
 * A feed-forward neural language model (Bengio et al. 2003) as a `LanguageModel`: it sees the last n - 1 words of the sentence,
 * the sentence's start standing before them. The network runs once for each new word; inside a word, and where the
 * caret has lately been, the answer comes from memory without waiting.
 */
export class NnlmModel implements LanguageModel {
  readonly name: string = 'nnlm';
  readonly #backend: WindowBackend;
  readonly #reading: WordReading;
  readonly #runs: RunQueue<WordScores> = new RunQueue(CONTEXTS_KEPT);

  /** `list` holds at least the network's V words, in the order of its ids. */
  constructor(backend: WindowBackend, list: WordList) {
    this.#backend = backend;
    this.#reading = new WordReading(list, backend.vocabularySize);
  }

  next(query: Query, signal: AbortSignal): Distribution | Promise<Distribution> {
    const window = this.#window(query.context.words);
    const key = window.join();
    const kept = this.#runs.kept(key);
    if (kept !== undefined) return kept.answer(query);
    const run = async () => this.#reading.read(await this.#backend.run(window, 1));
    return this.#runs.run(key, signal, run).then((scores) => scores.answer(query));
  }

  close(): Promise<void> {
    return this.#backend.close();
  }

  /** The ids of the last n - 1 words, `<s>` before them. */
  #window(words: readonly string[]): Int32Array {
    const { windowLength } = this.#backend;
    const window = new Int32Array(windowLength).fill(SENTENCE_START);
    const recent = words.slice(-windowLength);
    recent.forEach((word, i) => {
      window[windowLength - recent.length + i] = this.#reading.inputId(word);
    });
    return window;
  }
}

/** Contexts whose logits are kept, 4·V bytes each. */
const CONTEXTS_KEPT = 8;
