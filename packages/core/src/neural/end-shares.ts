import type { CausalBackend, Tokenizer } from './backend.ts';
import { readWord, wordStem } from './boundary.ts';
import { logSumExp } from './softmax.ts';
import { TokenIndex } from './token-index.ts';
import { pause } from './turns.ts';

/**
 * (V) For each token that begins or continues a word P(the word has ended behind it), as the network sees it at the
 * beginning of a text; 0 for all other tokens. One run for every 16 tokens: seconds for 8,192, so it is done once for a
 * network and kept beside it. Rejects with the signal's reason when it is aborted.
 */
export async function measureEndShares(
  backend: CausalBackend,
  tokenizer: Tokenizer,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const size = backend.vocabularySize;
  const index = new TokenIndex(tokenizer, size);
  const shares = new Float32Array(size);
  const measured = Int32Array.of(...index.spaced.ids, ...index.continuing.ids);
  for (let start = 0; start < measured.length; start += BATCH) {
    const ids = measured.slice(start, start + BATCH);
    const { logits } = await backend.run(ids, ids.length, backend.startRow, 1);
    for (const [row, id] of ids.entries()) {
      shares[id] = endShare(index, id, logits.subarray(row * size, (row + 1) * size));
    }
    await pause(signal);
  }
  return shares;
}

const BATCH = 16;

function endShare(index: TokenIndex, id: number, logits: Float32Array): number {
  const { text, rest } = index.decoded(id);
  // A token without a space continues some word: any.
  const word = text.startsWith(' ') ? text.slice(1) : `a${text}`;
  if (!readWord(word).isOpen) return 1;
  const { ids } = index.followers(wordStem(word), rest);
  const logTotal = logSumExp(logits);
  let continuing = 0;
  for (let i = 0; i < ids.length; i++) continuing += Math.exp(logits[ids[i]!]! - logTotal);
  return Math.max(0, 1 - continuing);
}
