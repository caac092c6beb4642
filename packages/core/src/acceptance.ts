import { characterClass, lastCharacterClass, SPACE, SPACELESS } from './characters.ts';
import { readContext, wordRemainder } from './context.ts';
import type { Acceptance, PredictionContext } from './types.ts';
import { normalizeWord } from './words.ts';

/**
 * The edit that accepts a candidate's text at the caret between `before` and `after`: it replaces the unfinished word
 * and leaves the caret where the next word begins.
 *
 * A space follows, unless the text after the caret starts with a space (then the caret steps over it), with closing
 * punctuation or with a script without spaces, or the word is of such a script. A space precedes where the text before
 * ends in closing punctuation (`Hello.` → `Hello. The `). Inside a word only the letters missing between its halves are
 * typed. `before` may be the context of the prediction that the candidate comes from.
 */
export function acceptCandidate(before: string | PredictionContext, after: string, candidateText: string): Acceptance {
  const context = typeof before === 'string' ? readContext(before) : before;
  const remainder = context.prefix === '' ? '' : wordRemainder(context.text, after);
  if (remainder !== '' && completesRemainder(candidateText, context.prefix, remainder)) {
    const insert = candidateText.slice(0, candidateText.length - remainder.length);
    return { deleteBefore: context.prefixLength, insert, skipAfter: 0 };
  }
  const deleteBefore = context.prefixLength;
  if (lastCharacterClass(candidateText) === SPACELESS) return { deleteBefore, insert: candidateText, skipAfter: 0 };
  const leading = needsSpaceAfter.test(context.text.slice(-1)) ? ' ' : '';
  const trailing = followsClosely(after) ? '' : ' ';
  return { deleteBefore, insert: leading + candidateText + trailing, skipAfter: /^[ \u00a0]/.test(after) ? 1 : 0 };
}

/**
 * The edit for a character typed right after an accepted candidate, whose automatic space is the last character of
 * `before`: closing punctuation takes the space's place, a typed space is that space, all else is typed as it is.
 */
export function typeAfterAcceptance(before: string, typed: string): Acceptance {
  if (!before.endsWith(' ')) return { deleteBefore: 0, insert: typed, skipAfter: 0 };
  if (typed === ' ') return { deleteBefore: 0, insert: '', skipAfter: 0 };
  return { deleteBefore: removesSpaceBefore.test(typed) ? 1 : 0, insert: typed, skipAfter: 0 };
}

/** Whether a word fills the gap between a typed prefix and the letters after the caret, with at least one letter. */
export function completesRemainder(word: string, prefix: string, remainder: string): boolean {
  const whole = normalizeWord(word);
  const head = normalizeWord(prefix);
  const tail = normalizeWord(remainder);
  // Lengths that normalising changed would cut the word in the wrong place.
  if (whole.length !== word.length || tail.length !== remainder.length) return false;
  return whole.length > head.length + tail.length && whole.startsWith(head) && whole.endsWith(tail);
}

/** Punctuation that stands close to the word before it, so that an automatic space there must go. */
const removesSpaceBefore = /^[.,?!:;)\]}”’»…،؛؟۔।。，、！？：；）】」』]/;
/** The same and all else that may stand close: a word before it gets no space. */
const standsClose = /^[\p{Pe}\p{Pf}\p{Pd}\p{Pc}.,?!:;…"'`*/%~،؛؟۔।。，、！？：；]/u;
/** Ends of text after which a word needs a space. No unfinished word ends so. */
const needsSpaceAfter = /[.,?!:;)\]}”»…،؛؟۔।]$/;

function followsClosely(after: string): boolean {
  if (after === '') return false;
  const kind = characterClass(after, 0);
  // Before a line break the space is typed: the writer goes on in this line.
  return kind === SPACELESS || (kind === SPACE && !/^[\n\r\u2028\u2029]/.test(after)) || standsClose.test(after);
}
