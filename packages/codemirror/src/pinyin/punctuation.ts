/** What is typed as full-width punctuation, by the key's own character. */
const marks: Readonly<Record<string, string>> = {
  ',': '，',
  '.': '。',
  '?': '？',
  '!': '！',
  ':': '：',
  ';': '；',
  '(': '（',
  ')': '）',
  '<': '《',
  '>': '》',
  '[': '【',
  ']': '】',
  '\\': '、',
  '^': '……',
  _: '——',
  $: '￥',
  '~': '～',
};

const quotes: Readonly<Record<string, readonly [opening: string, closing: string]>> = {
  '"': ['“', '”'],
  "'": ['‘', '’'],
};

/**
 * The full-width punctuation that a key types after `before`, or null where it types itself. Quotes close what this line has
 * open, else they open.
 */
export function fullWidthMark(key: string, before: string): string | null {
  if (!Object.hasOwn(quotes, key)) return Object.hasOwn(marks, key) ? marks[key]! : null;
  const [opening, closing] = quotes[key]!;
  const line = before.slice(before.lastIndexOf('\n') + 1);
  return line.lastIndexOf(opening) > line.lastIndexOf(closing) ? closing : opening;
}

/** Whether the key stays as it is right after a digit: the point of 3.14, the comma of 1,000, the colon of 10:30. */
export function staysHalfWidth(key: string, before: string): boolean {
  return /^[.,:]$/.test(key) && /\d$/.test(before);
}
