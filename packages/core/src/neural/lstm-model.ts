import { sentenceBreak } from '../sentences.ts';
import type { Distribution, LanguageModel, PredictionContext, Query } from '../types.ts';
import { SENTENCE_END, SENTENCE_START } from '../vocabulary.ts';
import { normalizeWord, wordSpans } from '../words.ts';
import type { RecurrentBackend, RecurrentState } from './backend.ts';
import { Recent } from './recent.ts';
import { RunQueue } from './run-queue.ts';
import type { WordList } from './word-list.ts';
import { WordReading, type WordScores } from './word-scores.ts';

/**
 * A recurrent language model (LSTM, Hochreiter & Schmidhuber 1997) as a `LanguageModel`. It reads the last 512 to 1,024 code
 * units before the caret sentence by sentence, as it was trained: `<s> w w w </s> <s> w …`. Its state follows the caret:
 * only words not read yet are run, and the states before them are kept for when they are deleted.
 */
export class LstmModel implements LanguageModel {
  readonly name: string = 'lstm';
  readonly #backend: RecurrentBackend;
  readonly #reading: WordReading;
  readonly #runs: RunQueue<WordScores> = new RunQueue(CONTEXTS_KEPT);
  /** By the ids read so far. */
  readonly #states: Recent<RecurrentState> = new Recent(STATES_KEPT);

  /** `list` holds at least the network's V words, in the order of its ids. */
  constructor(backend: RecurrentBackend, list: WordList) {
    this.#backend = backend;
    this.#reading = new WordReading(list, backend.vocabularySize);
  }

  next(query: Query, signal: AbortSignal): Distribution | Promise<Distribution> {
    const ids = readIds(query.context, (word) => this.#reading.inputId(word));
    const key = ids.join();
    const kept = this.#runs.kept(key);
    if (kept !== undefined) return kept.answer(query);
    return this.#runs.run(key, signal, () => this.#read(ids)).then((scores) => scores.answer(query));
  }

  close(): Promise<void> {
    return this.#backend.close();
  }

  /** Reads on from the longest beginning whose state is kept, and keeps the new states. */
  async #read(ids: readonly number[]): Promise<WordScores> {
    let read = ids.length - 1;
    const kept = () => this.#states.get(ids.slice(0, read).join());
    while (read > 0 && kept() === undefined) read--;
    let state = kept() ?? this.#noState();
    let logits = new Float32Array();
    while (read < ids.length) {
      const next = Math.min(ids.length, read + WORDS_PER_RUN);
      const output = await this.#backend.run(Int32Array.from(ids.slice(read, next)), 1, state);
      read = next;
      state = output.state;
      logits = output.logits as Float32Array<ArrayBuffer>;
      this.#states.set(ids.slice(0, read).join(), state);
    }
    return this.#reading.read(logits);
  }

  #noState(): RecurrentState {
    const { layers, width } = this.#backend;
    return { h: new Float32Array(layers * width), c: new Float32Array(layers * width) };
  }
}

/** Contexts whose logits are kept, 4·V bytes each, and states, 8·N·H bytes each. */
const CONTEXTS_KEPT = 8;
const STATES_KEPT = 64;
/** A run cannot be interrupted: this keeps the worker free for others after a long paste. */
const WORDS_PER_RUN = 16;
/** The part of the text that is read begins at a multiple of this, so that it stays the same from key to key. */
const STRIDE = 512;

/** The ids of what stands before the word at the caret: of the sentences before, and of the unfinished one. */
function readIds({ text, words }: PredictionContext, idOf: (word: string) => number): number[] {
  const anchor = Math.max(0, Math.floor(text.length / STRIDE) - 1) * STRIDE;
  const recent = text.slice(anchor === 0 ? 0 : anchor + Math.max(0, text.slice(anchor).search(/\s/)));
  const ids = [SENTENCE_START];
  let start = 0;
  for (let end = sentenceBreak(recent, 0); end !== -1; end = sentenceBreak(recent, start)) {
    const sentence = recent.slice(start, end);
    const spans = wordSpans(sentence);
    for (const span of spans) ids.push(idOf(normalizeWord(sentence.slice(span.start, span.end))));
    if (spans.length > 0) ids.push(SENTENCE_END, SENTENCE_START);
    start = end;
  }
  for (const word of words) ids.push(idOf(word));
  return ids;
}
