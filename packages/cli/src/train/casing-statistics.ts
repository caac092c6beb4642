import { normalizeWord } from '@foreword/core';
import { ownCopy, type WordTable } from './word-table.ts';

/** How often a word was written in one way. */
export interface FormEvidence {
  /** NFC with straight apostrophes, cased as written. */
  readonly form: string;
  /** Within a sentence that has both cases, where nothing but the word itself asks for a capital: the best evidence. */
  readonly inside: number;
  /** At the beginning of such a sentence, of a quotation, or after a colon. */
  readonly first: number;
  /** In a sentence all in lower case. Sentences all in capitals are no evidence and not counted. */
  readonly plain: number;
}

/** Reads words in their written form, hands out the ids of their normalised ones, and remembers how each was written. */
export class CasingStatistics {
  readonly #words: WordTable;
  /** Written forms as they stand in the text, typographic apostrophes and all. */
  readonly #formIds = new Map<string, number>();
  readonly #forms: string[] = [];
  readonly #wordIds: number[] = [];
  readonly #traits: number[] = [];
  readonly #inside: number[] = [];
  readonly #first: number[] = [];
  readonly #plain: number[] = [];
  readonly #sentence: number[] = [];

  constructor(words: WordTable) {
    this.#words = words;
  }

  /** The ids of a sentence's words, which stand at `spans`. The array is reused by the next call. */
  readSentence(text: string, spans: readonly { readonly start: number; readonly end: number }[]): readonly number[] {
    const sentence = this.#sentence;
    sentence.length = spans.length;
    let traits = 0;
    for (let i = 0; i < spans.length; i++) {
      const { start, end } = spans[i]!;
      const form = this.#formId(text.slice(start, end));
      sentence[i] = form;
      traits |= this.#traits[form]!;
    }
    const evidence = traits === HAS_LOWER ? this.#plain : traits === (HAS_LOWER | HAS_UPPER) ? this.#inside : undefined;
    for (let i = 0; i < spans.length; i++) {
      const form = sentence[i]!;
      if (evidence === this.#inside && isFirst(text, spans[i]!.start)) this.#first[form]!++;
      else if (evidence !== undefined) evidence[form]!++;
      sentence[i] = this.#wordIds[form]!;
    }
    return sentence;
  }

  /** All evidence, by word id. */
  *evidence(): Generator<FormEvidence & { readonly wordId: number }> {
    for (let i = 0; i < this.#forms.length; i++) {
      const [inside, first, plain] = [this.#inside[i]!, this.#first[i]!, this.#plain[i]!];
      if (inside + first + plain > 0) {
        yield { wordId: this.#wordIds[i]!, form: this.#forms[i]!, inside, first, plain };
      }
    }
  }

  #formId(written: string): number {
    return this.#formIds.get(written) ?? this.#addForm(written);
  }

  #addForm(written: string): number {
    const id = this.#forms.length;
    const form = ownCopy(written);
    const word = normalizeWord(form);
    const straight = straighten(form, word);
    this.#formIds.set(form, id);
    this.#forms.push(straight);
    this.#wordIds.push(this.#words.id(word));
    const hasLower = straight !== straight.toUpperCase();
    const hasUpper = straight !== straight.toLowerCase();
    this.#traits.push((hasLower ? HAS_LOWER : 0) | (hasUpper ? HAS_UPPER : 0));
    this.#inside.push(0);
    this.#first.push(0);
    this.#plain.push(0);
    return id;
  }
}

const HAS_LOWER = 1;
const HAS_UPPER = 2;

/** `form` with its own capitals but otherwise normalised as `word` is. */
function straighten(form: string, word: string): string {
  const straight = form
    .normalize('NFC')
    .replace(/[’ʼ＇]/g, "'")
    .replace(/[‐‑]/g, '-')
    .replaceAll('\u00ad', '');
  return normalizeWord(straight) === word ? straight : word;
}

/** Whether a word stands where any word is capitalised: first of all, or after anything but white space that follows a word or a comma. */
function isFirst(text: string, start: number): boolean {
  if (start < 2) return true;
  if (text.charCodeAt(start - 1) === 32) {
    const before = text.charCodeAt(start - 2);
    if ((before >= 97 && before <= 122) || before === 44) return false;
  }
  return !/[\p{L}\p{M}\p{N},;'’)\]%][^\S\n]+$/u.test(text.slice(Math.max(0, start - 4), start));
}

/**
 * The form in which a word is suggested: the most frequent one inside sentences, where capitals must be twice as frequent
 * as lower case (tomatoes is a word although Rotten Tomatoes is the commoner one, and a capital is easily typed); for
 * words never seen there, lower case if anyone wrote it so, else the most frequent form at a sentence's beginning.
 */
export function chooseDisplayForm(word: string, evidence: readonly FormEvidence[]): string {
  const inside = mostFrequent(word, evidence, (form) => (form.form === word ? 2 : 1) * form.inside);
  if (inside !== undefined) return inside;
  if (evidence.some(({ plain }) => plain > 0)) return word;
  return mostFrequent(word, evidence, (form) => form.first) ?? word;
}

function mostFrequent(
  word: string,
  evidence: readonly FormEvidence[],
  count: (form: FormEvidence) => number,
): string | undefined {
  const totals = new Map<string, number>();
  for (const form of evidence) totals.set(form.form, (totals.get(form.form) ?? 0) + count(form));
  let best: string | undefined;
  let most = 0;
  for (const [form, total] of totals) {
    if (total > most || (total === most && total > 0 && (form === word || (best !== word && form < best!)))) {
      best = form;
      most = total;
    }
  }
  return best;
}
