import type { PathScorer, PinyinAnswer, PinyinCandidate } from './types.ts';

/** How much of the difference between the two models' opinions counts: 1 leaves only the slower one's. */
export const RERANK_SHARE: number = 0.3;

/**
 * Orders the whole readings of an answer by path + λ·(ln P_slow − ln P_ngram), after Yang et al.; what is no whole reading
 * keeps its place. The same answer where nothing changes.
 */
export async function rerankSentences(
  answer: PinyinAnswer,
  before: string,
  scorer: PathScorer,
  signal: AbortSignal | undefined,
): Promise<PinyinAnswer> {
  signal?.throwIfAborted();
  const sentences = answer.candidates.filter(isWholeReading);
  if (sentences.length < 2) return answer;
  // As the model knows them, whatever script is written.
  const texts = sentences.map(({ words }) => words.map(({ text }) => text).join(''));
  const logProbs = await scorer.scoreAfter(before, texts, signal);
  signal?.throwIfAborted();
  const scored = sentences.map((candidate, index) => ({
    candidate,
    score: candidate.score + RERANK_SHARE * (logProbs[index]! - candidate.logProb!),
    index,
  }));
  scored.sort((a, b) => b.score - a.score || a.index - b.index);
  if (scored.every(({ index }, place) => index === place)) return answer;
  let next = 0;
  const candidates = answer.candidates.map((candidate) => {
    if (!isWholeReading(candidate)) return candidate;
    const { candidate: moved, score } = scored[next++]!;
    return { ...moved, score };
  });
  return { ...answer, candidates };
}

/** Paths through the lattice know what the n-gram thought of them. */
function isWholeReading({ logProb }: PinyinCandidate): boolean {
  return logProb !== undefined;
}
