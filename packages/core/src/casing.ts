import { normalizeWord } from './words.ts';

/** Where a candidate would stand. */
export interface CasingPlace {
  /** The unfinished word the candidate replaces, cased as typed. */
  readonly prefix: string;
  /** Whether the candidate is the first word of its sentence. */
  readonly startsSentence: boolean;
  /** BCP 47 tag whose upper case applies, e.g. `tr`. Default: Unicode's rules for no language in particular. */
  readonly language?: string | undefined;
}

/**
 * The text of a candidate whose dictionary form is `displayForm`.
 *
 * - Nothing typed: the dictionary form, capitalised at a sentence's start unless it has capitals of its own (`iPhone`).
 * - Two or more letters typed, all capitals (`NA`): all capitals.
 * - Otherwise what was typed stands and the rest follows the dictionary form, but a letter typed small takes the
 *   dictionary form's capital: `lon` → `London`, `i` → `I`, `Hel` → `Hello`, `McDo` → `McDonald`.
 */
export function caseCandidate(displayForm: string, place: CasingPlace): string {
  const { prefix, startsSentence, language } = place;
  if (prefix === '') return startsSentence ? capitalize(displayForm, language) : displayForm;
  const word = normalizeWord(displayForm);
  const typed = normalizeWord(prefix);
  // Where normalising changed a length ("İ" → two units) letters cannot be matched up one by one.
  if (typed.length !== prefix.length || word.length !== displayForm.length) return displayForm;
  const rest = displayForm.slice(prefix.length);
  if (isAllCapitals(prefix)) return prefix + rest.toLocaleUpperCase(language);
  let head = '';
  for (let index = 0; index < prefix.length; index++) {
    const own = prefix[index]!;
    const shown = displayForm[index]!;
    head += shown !== shown.toLowerCase() && shown.toLowerCase() === own ? shown : own;
  }
  return head + rest;
}

/** The same of a word that does not begin with the letters typed: only that they were capitals is taken from them. */
export function caseNearMiss(displayForm: string, { prefix, language }: CasingPlace): string {
  if (isAllCapitals(prefix)) return displayForm.toLocaleUpperCase(language);
  return /^\p{Lu}/u.test(prefix) ? capitalize(displayForm, language) : displayForm;
}

function capitalize(word: string, language: string | undefined): string {
  if (word !== word.toLowerCase()) return word;
  const first = String.fromCodePoint(word.codePointAt(0) ?? 0);
  return word === '' ? '' : first.toLocaleUpperCase(language) + word.slice(first.length);
}

/** Whether a prefix has two or more letters that have case, all of them capitals. */
function isAllCapitals(prefix: string): boolean {
  return prefix === prefix.toUpperCase() && /\p{Lu}.*\p{Lu}/u.test(prefix);
}
