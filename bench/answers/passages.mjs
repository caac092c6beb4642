// What is typed: passages cut out of a text so that a certain number of tokens stands before the caret.

/** Words typed behind a passage's start. */
const TYPED = 5;
/** Tokens that a start is short of what is wanted: half of what those words have. */
const SHORT = 3;

/**
 * Passages of a text of which the words to type have about `tokens` tokens before them. The words are the same whatever `tokens` is.
 * @param {string[]} words the text's; those to type are the last of them
 * @param {{ encode(text: string): Int32Array }} tokenizer
 * @returns {{ start: string, words: string[] }[]} `start` ends with a space
 */
export function passages(words, tokenizer, tokens, count) {
  return Array.from({ length: count }, (_, index) => {
    const at = words.length - (count - index) * TYPED;
    const from = startOf(words, at, (text) => tokenizer.encode(text).length >= tokens - SHORT);
    return { start: `${words.slice(from, at).join(' ')} `, words: words.slice(at, at + TYPED) };
  });
}

/** The latest word from which on the text before `at` is long enough. */
function startOf(words, at, isLongEnough) {
  let from = at - 1;
  while (from > 0 && !isLongEnough(words.slice(from, at).join(' '))) from--;
  return from;
}

/** The words of a text, again and again until there are at least `least` of them. */
export function wordsOf(text, least) {
  const words = text.split(/\s+/).filter((word) => word !== '');
  return Array.from({ length: Math.max(least, words.length) }, (_, index) => words[index % words.length]);
}
