import { characterClass, SPACE } from '../characters.ts';
import { wordSpans } from '../words.ts';
import { logSumExp } from './softmax.ts';
import { decodeStart, joinBytes, NO_BYTES, type TokenIndex } from './token-index.ts';

/** How likely a text is to a model. */
export interface TextScore {
  /** Its words, in order. */
  readonly words: readonly WordScore[];
  /** ln P(text): that of the words and of all that stands between them. */
  readonly logProb: number;
  /** -log₂ P(text) divided by the number of its characters (code points); 0 for an empty text. */
  readonly bitsPerCharacter: number;
}

/** How likely a word is after the text before it. */
export interface WordScore {
  /** The word as written, NFC. */
  readonly text: string;
  /** ln P of the tokens it is made of, the space before it included, in nats. That it ends is the next token's matter. */
  readonly logProb: number;
}

/**
 * Scores a text of which `ids` are the tokens: ln P(text) = Σ ln P(token | tokens before). `logits` gives the logits (V) of the
 * token after those before it, and is called for one token after the other.
 */
export async function scoreText(
  text: string,
  ids: Int32Array,
  index: TokenIndex,
  logits: (before: Int32Array) => Promise<Float32Array>,
): Promise<TextScore> {
  const { text: read, starts } = readTokens(ids, index);
  const words = wordSpans(read).map(({ start, end }) => ({ text: read.slice(start, end), start, end, logProb: 0 }));
  let logProb = 0;
  let word = 0;
  for (let i = 0; i < ids.length; i++) {
    const next = await logits(ids.subarray(0, i));
    const tokenLogProb = next[ids[i]!]! - logSumExp(next);
    logProb += tokenLogProb;
    while (word < words.length && words[word]!.end <= starts[i]!) word++;
    // A token that holds the space before the word, or half a character of it, ends behind the word's start.
    const end = starts[i + 1]!;
    if (word < words.length && (end > words[word]!.start || starts[i] === words[word]!.start)) {
      words[word]!.logProb += tokenLogProb;
    }
  }
  const characters = [...text].length;
  return {
    words: words.map(({ text, logProb }) => ({ text, logProb })),
    logProb,
    bitsPerCharacter: characters === 0 ? 0 : -logProb / Math.LN2 / characters,
  };
}

/** The text of tokens, and where in it each one's text begins behind white space; one entry more for the end. */
function readTokens(ids: Int32Array, index: TokenIndex): { text: string; starts: Int32Array } {
  const starts = new Int32Array(ids.length + 1);
  let text = '';
  let rest = NO_BYTES;
  for (let i = 0; i < ids.length; i++) {
    const decoded = decodeStart(joinBytes(rest, index.bytes(ids[i]!)));
    starts[i] = text.length;
    text += decoded.text;
    rest = decoded.rest;
    while (starts[i]! < text.length && characterClass(text, starts[i]!) === SPACE) starts[i]!++;
  }
  starts[ids.length] = text.length;
  return { text, starts };
}
