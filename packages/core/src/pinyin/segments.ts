import type { PinyinCandidate, PinyinSegment, ReadWord } from './types.ts';
import type { AlignedReading } from './word-readings.ts';

/** Divides the letters as a candidate reads them; what it does not cover and what is no pinyin stands as it was typed. */
export function segmentsOf(
  { start: offset, words }: PinyinCandidate,
  raw: string,
  align: (word: ReadWord) => AlignedReading | null,
): PinyinSegment[] {
  const segments: PinyinSegment[] = [];
  let at = 0;
  const addRaw = (end: number) => {
    if (end > at) segments.push({ start: at + offset, end: end + offset, text: raw.slice(at, end), kind: 'raw' });
    at = Math.max(at, end);
  };
  for (const word of words) {
    const first = word.start - offset;
    for (const { start, end, text, spelled } of align(word)?.syllables ?? []) {
      const isWhole = spelled === 'whole';
      addRaw(first + start);
      at = first + end;
      const kind = isWhole ? 'syllable' : 'partial';
      // Of a syllable that has only begun its letters are shown, not what they may become.
      segments.push({
        start: first + start + offset,
        end: at + offset,
        text: isWhole ? text : raw.slice(first + start, at),
        kind,
      });
    }
    addRaw(word.end - offset);
  }
  addRaw(raw.length);
  return segments;
}
