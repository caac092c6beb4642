import { PredictionError } from '../errors.ts';
import { normalizeWord } from '../words.ts';
import { MAX_WORD_BYTES, SENTENCE_START_TEXT } from './word-table.ts';

/**
 * Checks what stands in an exported file; each method gives the value with its type, or throws `PredictionError` `file-malformed`, which names the
 * place: `inside`, then `where`.
 */
export class ImportCheck {
  /** What `where` is part of: names and indexes, so that nothing is written out before something is wrong. */
  inside: readonly (string | number)[] = [];

  object(value: unknown, where: string): Record<string, unknown> {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.error(where, 'an object', value);
    return value as Record<string, unknown>;
  }

  list(value: unknown, where: string, most: number): unknown[] {
    if (!Array.isArray(value)) throw this.error(where, 'a list', value);
    if (value.length > most) throw this.error(where, `a list of at most ${most}`, `a list of ${value.length}`);
    return value;
  }

  integer(value: unknown, where: string, least: number, greatest: number): number {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > greatest) {
      throw this.error(where, `an integer from ${least} to ${greatest}`, value);
    }
    return value;
  }

  boolean(value: unknown, where: string): boolean {
    if (typeof value !== 'boolean') throw this.error(where, 'true or false', value);
    return value;
  }

  oneOf<T extends string>(value: unknown, where: string, choices: readonly T[]): T {
    const choice = choices.find((each) => each === value);
    if (choice === undefined) throw this.error(where, `one of ${choices.join(', ')}`, value);
    return choice;
  }

  /** Text of 1 to `most` bytes of UTF-8. */
  text(value: unknown, where: string, most: number): string {
    if (typeof value !== 'string' || value === '' || /\p{Surrogate}/u.test(value)) {
      throw this.error(where, 'text that is not empty', value);
    }
    const bytes = value.length > most ? value.length : encoder.encode(value).length;
    if (bytes > most) throw this.error(where, `text of at most ${most} bytes`, value);
    return value;
  }

  /** A normalised word. */
  word(value: unknown, where: string): string {
    const word = this.text(value, where, MAX_WORD_BYTES);
    if (word === SENTENCE_START_TEXT || normalizeWord(word) !== word) {
      throw this.error(where, `a normalised word such as ${JSON.stringify(normalizeWord(word))}`, value);
    }
    return word;
  }

  /** The error for a value that is not what it should be. */
  error(where: string, expected: string, found: unknown): PredictionError {
    const place = [...this.inside, ...(where === '' ? [] : [where])]
      .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
      .join('');
    const shown = (JSON.stringify(found) ?? String(found)).slice(0, 60);
    return new PredictionError(
      'file-malformed',
      `This is no usable exported personal model: ${place.slice(1)} is ${shown}, expected was ${expected}. Nothing was imported; take a file that was exported, unchanged.`,
    );
  }
}

const encoder = new TextEncoder();
