import type { HanSegmenter } from './han-segmenter.ts';

/** Stands in a token text for a pause inside a sentence: a comma, a bracket, a dash. Never suggested, but a context. */
export const PAUSE = '，';

/** Stands for what is counted as no word: numbers, other scripts. */
const UNKNOWN = '<unk>';

/** What the reader of a Chinese text hears, in order. */
export interface TokenSink {
  /** A Chinese word by its id; -1 for a character that is no word. */
  han(wordId: number, start: number, end: number): void;
  /** A word of another script, a pause, or `<unk>`. */
  other(token: string): void;
  /** The end of a sentence that had at least one token. */
  sentenceEnd(): void;
}

/** Reads a line as the Chinese models do: sentences of Chinese words, English words in lower case, pauses, `<unk>` for numbers. */
export function readChineseLine(line: string, segmenter: HanSegmenter, sink: TokenSink): void {
  let isBegun = false;
  let isPause = false;
  const token = () => {
    if (isPause && isBegun) sink.other(PAUSE);
    isPause = false;
    isBegun = true;
  };
  pieces.lastIndex = 0;
  for (let match = pieces.exec(line); match !== null; match = pieces.exec(line)) {
    const { 0: piece, index } = match;
    const [, han, latin, number, pause] = match;
    if (han !== undefined) {
      token();
      segmenter.segment(line, index, index + piece.length, (wordId, start, end) => sink.han(wordId, start, end));
    } else if (latin !== undefined) {
      token();
      sink.other(latin.toLowerCase());
    } else if (number !== undefined) {
      token();
      sink.other(UNKNOWN);
    } else if (pause !== undefined) {
      isPause = true;
    } else {
      if (isBegun) sink.sentenceEnd();
      isBegun = false;
      isPause = false;
    }
  }
  if (isBegun) sink.sentenceEnd();
}

/** Han, Latin words, numbers, pauses, ends. White space and quotation marks between them are passed over. */
const pieces =
  /([\u3400-\u9fff\uf900-\ufaff〇]+)|([A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f'’+#-]*)|(\d[\d.,:%/]*|[^\s\p{P}\p{S}\p{Cf}\p{VS}\p{sc=Han}A-Za-z\u00c0-\u024f\d]+)|([，、；：,;:（）()—–\-《》〈〉「」『』【】[\]·/])|([。！？!?…\n]+)/gu;
