import type { SortedTokens } from './token-index.ts';
import type { TokenPath } from './token-path.ts';

/** Tokens whose text begins with a text, or with which the text begins: ranges of indices, each low and high in turn. */
export function rangesToward(tokens: SortedTokens, text: string): number[] {
  const ranges: number[] = [];
  const longest = Math.min(text.length - 1, LONGEST_TOKEN);
  for (let length = 0; length <= longest; length++) {
    const [low, high] = tokens.spelling(text.slice(0, length));
    if (low < high) ranges.push(low, high);
  }
  ranges.push(...tokens.completing(text));
  return ranges;
}

const LONGEST_TOKEN = 64;

/** Whether a path spells the text or its beginning, or begins with it. */
export function leadsToward(path: TokenPath, text: string): boolean {
  return path.key.length < text.length ? text.startsWith(path.key) : path.key.startsWith(text);
}
