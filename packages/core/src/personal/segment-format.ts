// Hot: `readSegment` runs over all that was learned when a model is opened.
import { type ByteReader, malformedValue } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { type EventLog, eventKinds, wordCasings } from './event-log.ts';
import type { LogBuilder } from './log-builder.ts';
import { GAP, MAX_WORD_BYTES, SENTENCE_START } from './word-table.ts';

/**
 * The content of a segment: some of a log's events, one behind the other, with the writers and words that they name. Described byte by
 * byte in docs/personal-format.md; reader and writer are both here.
 */

/** Most events of a segment. One that has so many is not added to. */
export const SEGMENT_EVENTS = 1024;

/** The words before are the word of the event before and the word before that. */
const FOLLOWS = 1;
/** The writer is that of the event before, the number the next one. */
const CONTINUES = 2;
const FLAG_BITS = 2;

const FIRST_WORD = SENTENCE_START + 1;
const OWN = wordCasings.indexOf('own');
const LISTED = eventKinds.indexOf('listed');
const kindOf = (marks: number): number => marks & 7;
const casingOf = (marks: number): number => (marks >> 3) & 3;

/** Writes segments of one log. The same events give the same bytes, whatever log they are in. */
export class SegmentWriter {
  readonly #log: EventLog;
  /** By id in the log: the id in the segment; 0 where the segment has not got the word. */
  readonly #wordPlaces: Uint32Array;

  constructor(log: EventLog) {
    this.#log = log;
    this.#wordPlaces = new Uint32Array(log.words.size);
  }

  /** The content of a segment with the events `start … end - 1`. */
  write(start: number, end: number): Uint8Array {
    const writers: number[] = [];
    const words: number[] = [];
    const events = new ByteWriter();
    for (let index = start; index < end; index++) this.#writeEvent(index, start, writers, words, events);
    const content = new ByteWriter();
    content.list(writers, (writer) => content.text(this.#log.writers[writer]!.id));
    content.varint(words.length);
    for (const word of words) {
      const bytes = this.#log.words.utf8(word);
      content.byte(bytes.length);
      content.bytes(bytes);
      this.#wordPlaces[word] = 0;
    }
    content.varint(end - start);
    content.bytes(events.finish());
    return content.finish();
  }

  #writeEvent(index: number, start: number, writers: number[], words: number[], out: ByteWriter): void {
    const log = this.#log;
    const marks = log.marks[index]!;
    const isFirst = index === start;
    const follows = !isFirst && this.#follows(index) ? FOLLOWS : 0;
    const continues = !isFirst && this.#continues(index) ? CONTINUES : 0;
    const elapsed = log.seconds[index]! - (isFirst ? 0 : log.seconds[index - 1]!);
    out.byte(marks);
    out.varint(elapsed * 2 ** FLAG_BITS + follows + continues);
    if (continues === 0) {
      out.varint(placeIn(writers, log.writerIndexes[index]!));
      out.varint(log.numbers[index]!);
    }
    out.varint(this.#place(log.wordIds[index]!, words));
    if (kindOf(marks) === LISTED) {
      out.varint(log.beforePreviousIds[index]!);
    } else if (follows === 0) {
      const previous = log.previousIds[index]!;
      out.varint(this.#place(previous, words));
      if (previous >= FIRST_WORD) out.varint(this.#place(log.beforePreviousIds[index]!, words));
    }
    if (casingOf(marks) === OWN) out.text(log.written(index));
  }

  #follows(index: number): boolean {
    const { wordIds, previousIds, beforePreviousIds } = this.#log;
    return previousIds[index] === wordIds[index - 1] && beforePreviousIds[index] === previousIds[index - 1];
  }

  #continues(index: number): boolean {
    const { writerIndexes, numbers } = this.#log;
    return writerIndexes[index] === writerIndexes[index - 1] && numbers[index] === numbers[index - 1]! + 1;
  }

  /** The id of a word in the segment, given at its first use. */
  #place(wordId: number, words: number[]): number {
    if (wordId < FIRST_WORD) return wordId;
    const known = this.#wordPlaces[wordId]!;
    if (known !== 0) return known;
    words.push(wordId);
    const place = words.length - 1 + FIRST_WORD;
    this.#wordPlaces[wordId] = place;
    return place;
  }
}

function placeIn(writers: number[], writer: number): number {
  const place = writers.indexOf(writer);
  return place >= 0 ? place : writers.push(writer) - 1;
}

/**
 * Appends a segment's events to a log, whose writers have these indexes. Returns how many there were. Throws `PredictionError` `file-malformed` where they
 * are not what the format says, or do not stand behind those that came before.
 */
export function readSegment(
  reader: ByteReader,
  builder: LogBuilder,
  writerIndexes: ReadonlyMap<string, number>,
): number {
  const writers = reader.list(() => writerIndexes.get(reader.text()));
  if (writers.includes(undefined)) throw malformedValue('a segment has a writer that the index has not');
  const words = readWords(reader, builder);
  const count = reader.varint();
  if (count === 0) throw malformedValue('a segment has no events');
  const state = { seconds: 0, writer: -1, number: 0, word: GAP, previous: GAP };
  for (let event = 0; event < count; event++) readEvent(reader, builder, writers as number[], words, state);
  if (!reader.isAtEnd) throw malformedValue(`a segment of ${reader.bytes.length} bytes ends at byte ${reader.place}`);
  return count;
}

/** What the next event refers to. */
interface EventBefore {
  seconds: number;
  writer: number;
  number: number;
  word: number;
  previous: number;
}

/** By id in the segment: the id in the log. */
function readWords(reader: ByteReader, builder: LogBuilder): Uint32Array {
  const count = reader.below(reader.bytes.length, 'a number of words');
  const ids = new Uint32Array(count + FIRST_WORD);
  ids[SENTENCE_START] = SENTENCE_START;
  for (let place = FIRST_WORD; place < ids.length; place++) {
    const length = reader.byte();
    if (length === 0 || length > MAX_WORD_BYTES) throw malformedValue(`word ${place} has ${length} bytes`);
    const start = reader.skip(length);
    ids[place] = builder.word(reader.bytes, start, start + length);
  }
  return ids;
}

function readEvent(
  reader: ByteReader,
  builder: LogBuilder,
  writers: readonly number[],
  words: Uint32Array,
  before: EventBefore,
): void {
  const marks = reader.byte();
  const elapsedAndFlags = reader.varint();
  const flags = elapsedAndFlags & 3;
  before.seconds += Math.floor(elapsedAndFlags / 2 ** FLAG_BITS);
  if (flags & CONTINUES) {
    before.number++;
  } else {
    before.writer = writers[reader.below(writers.length, 'writer')]!;
    before.number = reader.varint();
  }
  if (before.writer < 0 || kindOf(marks) > LISTED || before.seconds > UINT32 || before.number >= UINT32) {
    throw malformedValue(`the event that ends at byte ${reader.place} is none`);
  }
  const word = words[reader.below(words.length, 'word')]!;
  let previous: number = GAP;
  let beforePrevious: number = GAP;
  if (kindOf(marks) === LISTED) {
    beforePrevious = reader.below(UINT32, 'count');
  } else if (flags & FOLLOWS) {
    previous = before.word;
    beforePrevious = before.previous;
  } else {
    previous = words[reader.below(words.length, 'word')]!;
    if (previous > SENTENCE_START) beforePrevious = words[reader.below(words.length, 'word')]!;
  }
  if (word <= SENTENCE_START) throw malformedValue(`the event that ends at byte ${reader.place} has no word`);
  const index = builder.append(word, previous, beforePrevious, before.seconds, marks, before.writer, before.number);
  if (!builder.isInOrder(index)) throw malformedValue(`event ${index} does not stand behind the one before it`);
  if (casingOf(marks) === OWN) builder.setOwnForm(index, reader.text());
  before.word = word;
  before.previous = previous;
}

const UINT32 = 2 ** 32 - 1;
