import type {
  PathScorer,
  PinyinAnswer,
  PinyinCandidate,
  PinyinEngine,
  PinyinExplanation,
  PinyinQuery,
  PinyinSegment,
  ReadWord,
} from '@foreword/core/pinyin';

/** What the letters may stand for, the likeliest first. Words by their readings, syllables joined by apostrophes. */
const lexicon: Readonly<Record<string, readonly string[]>> = {
  "ni'hao": ['你好', '拟好'],
  "shi'jie": ['世界', '视界'],
  ni: ['你', '尼', '呢', '拟', '逆', '腻', '泥', '倪', '妮'],
  hao: ['好', '号', '毫'],
  shi: ['是', '时', '十'],
  jie: ['界', '姐'],
  xi: ['西', '系'],
  an: ['安', '按'],
  xian: ['先', '现'],
};
const syllables = Object.keys(lexicon)
  .filter((reading) => !reading.includes("'"))
  .sort((a, b) => b.length - a.length);

/** A pinyin engine that knows a handful of words. Its lessons and questions are kept. */
export class FakePinyinEngine implements PinyinEngine {
  readonly learned: [before: string, words: string][] = [];
  /** The texts before the compositions that were read. */
  readonly contexts: string[] = [];

  read(composition: PinyinAnswer['composition'], { before = '' }: PinyinQuery = {}): PinyinAnswer {
    this.contexts.push(before);
    const { letters, chosen } = composition;
    const start = chosen.at(-1)?.end ?? 0;
    const segments = segmentsOf(letters, start);
    const spoken = segments.filter(({ text }) => text !== "'");
    // Apostrophes at the beginning go with what follows.
    const found = [...sentences(spoken), ...words(spoken), ...raw(letters, start)].map((each) => ({ ...each, start }));
    return { composition, segments, candidates: firstOfEach(found) };
  }

  /** Turns the order of the first two round, as soon as the scorer has answered. */
  async rerank(answer: PinyinAnswer, before: string, scorer: PathScorer, signal?: AbortSignal): Promise<PinyinAnswer> {
    const [first, second, ...rest] = answer.candidates;
    await scorer.scoreAfter(
      before,
      answer.candidates.map(({ text }) => text),
      signal,
    );
    return first && second ? { ...answer, candidates: [second, first, ...rest] } : answer;
  }

  learn(before: string, words: readonly ReadWord[]): void {
    this.learned.push([before, words.map(({ text, reading }) => `${text} ${reading}`).join(', ')]);
  }

  explain(_: PinyinAnswer['composition'], candidate: PinyinCandidate): PinyinExplanation {
    return { candidate, edges: [], logProb: 0, rerank: null, score: candidate.score };
  }

  readingOf(composition: PinyinAnswer['composition'], text: string): PinyinCandidate | null {
    return this.read(composition).candidates.find((candidate) => candidate.text === text) ?? null;
  }

  setOptions(): void {}
}

function segmentsOf(letters: string, from: number): PinyinSegment[] {
  const segments: PinyinSegment[] = [];
  let start = from;
  while (start < letters.length) {
    const syllable = syllables.find((each) => letters.startsWith(each, start));
    const end = start + (syllable?.length ?? 1);
    segments.push({ start, end, text: syllable ?? letters.slice(start, end), kind: syllable ? 'syllable' : 'raw' });
    start = end;
  }
  return segments;
}

/** The likeliest word at each place, longest first: one reading of all the letters. */
function sentences(segments: readonly PinyinSegment[]): PinyinCandidate[] {
  const parts: PinyinCandidate[] = [];
  for (let at = 0; at < segments.length; ) {
    const [best] = words(segments.slice(at));
    if (best === undefined) return [];
    parts.push(best);
    at = segments.findIndex(({ end }) => end === best.end) + 1;
  }
  if (parts.length < 2) return [];
  const text = parts.map(({ text }) => text).join('');
  return [
    candidate(
      text,
      'sentence',
      parts[0]!.start,
      parts.at(-1)!.end,
      parts.flatMap(({ words }) => words),
    ),
  ];
}

/** The words that begin with the first segment, longest first. */
function words(segments: readonly PinyinSegment[]): PinyinCandidate[] {
  return [2, 1].flatMap((length) => {
    const covered = segments.slice(0, length);
    if (covered.length < length || covered.some(({ kind }) => kind === 'raw')) return [];
    const reading = covered.map(({ text }) => text).join("'");
    const start = covered[0]!.start;
    const end = covered.at(-1)!.end;
    const kind = length === 1 ? 'character' : 'word';
    return (lexicon[reading] ?? []).map((text) => candidate(text, kind, start, end, [{ text, reading, start, end }]));
  });
}

function raw(letters: string, start: number): PinyinCandidate[] {
  return start < letters.length ? [candidate(letters.slice(start), 'raw', start, letters.length, [])] : [];
}

function candidate(
  text: string,
  kind: PinyinCandidate['kind'],
  start: number,
  end: number,
  words: readonly ReadWord[],
): PinyinCandidate {
  return { text, kind, start, end, words, score: -1 };
}

/** A scorer that answers when the test lets it. */
export class HeldScorer implements PathScorer {
  /** Questions that were asked and neither answered nor cancelled. */
  readonly waiting: Set<() => void> = new Set();

  scoreAfter(_before: string, texts: readonly string[], signal?: AbortSignal): Promise<Float64Array> {
    return new Promise((resolve, reject) => {
      const answer = (): void => resolve(new Float64Array(texts.length));
      this.waiting.add(answer);
      signal?.addEventListener('abort', () => {
        this.waiting.delete(answer);
        reject(signal.reason);
      });
    });
  }

  /** Answers all that wait. */
  release(): void {
    for (const answer of this.waiting) answer();
    this.waiting.clear();
  }
}

function firstOfEach(candidates: readonly PinyinCandidate[]): PinyinCandidate[] {
  return candidates.filter(
    ({ text, end }, index) => candidates.findIndex((c) => c.text === text && c.end === end) === index,
  );
}
