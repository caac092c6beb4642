// Hot: `add` runs with every word learned.
import type { EventLog } from './event-log.ts';
import { grown, SENTENCE_START } from './word-table.ts';

/** How the user writes each word: the way that is most frequent, a capital at a sentence's start left aside. */
export class WordForms {
  readonly #log: EventLog;
  /** By word, four each: events in lower case, with a capital first, all in capitals, in a form of its own; 255 at most. */
  #counts: Uint8Array = new Uint8Array(256);
  readonly #ownForms: Map<number, string> = new Map();

  constructor(log: EventLog) {
    this.#log = log;
    for (let event = 0; event < log.length; event++) this.add(event);
  }

  /** Takes in the log's event `event`. */
  add(event: number): void {
    const log = this.#log;
    const wordId = log.wordIds[event]!;
    if (4 * wordId + 4 > this.#counts.length) this.#counts = grown(this.#counts, 4 * log.words.size);
    const casing = CASINGS.indexOf(log.casing(event));
    if (casing === FIRST && log.previousIds[event] === SENTENCE_START) return;
    const place = 4 * wordId + casing;
    if (this.#counts[place]! < 255) this.#counts[place]!++;
    if (casing === OWN) this.#ownForms.set(wordId, log.written(event));
  }

  /** The word as the user writes it inside a sentence. */
  form(wordId: number): string {
    const word = this.#log.words.text(wordId);
    let best = LOWER;
    for (let casing = FIRST; casing <= OWN; casing++) {
      if ((this.#counts[4 * wordId + casing] ?? 0) > (this.#counts[4 * wordId + best] ?? 0)) best = casing;
    }
    if (best === LOWER) return word;
    if (best === OWN) return this.#ownForms.get(wordId) ?? word;
    if (best === ALL) return word.toUpperCase();
    const first = String.fromCodePoint(word.codePointAt(0) ?? 0);
    return first.toUpperCase() + word.slice(first.length);
  }

  get sizeBytes(): number {
    return this.#counts.length;
  }
}

const CASINGS = ['lower', 'first', 'all', 'own'];
const [LOWER, FIRST, ALL, OWN] = [0, 1, 2, 3];
