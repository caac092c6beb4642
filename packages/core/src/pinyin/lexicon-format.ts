import { PredictionError } from '../errors.ts';
import { SYLLABLES } from './syllables.ts';

/**
 * The byte layout of pinyin lexicons, described in docs/pinyin-format.md. Reader and writer take every offset from here.
 *
 *     0  magic       8 bytes, written last
 *     8  version     uint32
 *    12  byte order  uint32 0x01020304
 *    16  size in bytes, number of nodes, of entries, of syllables, of words: five uint32
 *    36  0           uint32
 *    40  sections, each starting at a multiple of 8: syllables uint16 and child counts uint16 and entry counts uint16 by node;
 *        word ids uint32 and costs uint8 by entry
 */
export interface LexiconSections {
  /** By node: the syllable that leads to it. Nodes stand breadth first, the root is 0, siblings by syllable. */
  readonly syllables: Uint16Array;
  readonly childCounts: Uint16Array;
  /** By node: how many words are read so. */
  readonly entryCounts: Uint16Array;
  /** By entry: the word's id in the n-gram's vocabulary; those of one node by falling frequency. */
  readonly wordIds: Uint32Array;
  /** By entry: −16 · ln P(reading | word), at most 255. */
  readonly costs: Uint8Array;
}

/** The format this code writes, and the newest it reads. */
export const LEXICON_VERSION = 1;
/** Steps of a nat in which costs are kept. */
export const COST_STEPS = 16;

const MAGIC = [0x46, 0x57, 0x50, 0x49, 0x4e, 0x59, 0x49, 0x0a]; // "FWPINYI\n"
const BYTE_ORDER = 0x01020304;
const HEADER_BYTES = 40;

/** Lays a lexicon out as one file for a vocabulary of `words` words. */
export function assembleLexicon(sections: LexiconSections, words: number): Uint8Array {
  const { syllables, childCounts, entryCounts, wordIds, costs } = sections;
  const offsets = layOut(syllables.length, wordIds.length);
  const bytes = new Uint8Array(offsets.end);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, LEXICON_VERSION, true);
  view.setUint32(12, BYTE_ORDER, true);
  [offsets.end, syllables.length, wordIds.length, SYLLABLES.length, words].forEach((value, index) => {
    view.setUint32(16 + index * 4, value, true);
  });
  new Uint16Array(bytes.buffer, offsets.syllables, syllables.length).set(syllables);
  new Uint16Array(bytes.buffer, offsets.childCounts, syllables.length).set(childCounts);
  new Uint16Array(bytes.buffer, offsets.entryCounts, syllables.length).set(entryCounts);
  new Uint32Array(bytes.buffer, offsets.wordIds, wordIds.length).set(wordIds);
  bytes.set(costs, offsets.costs);
  bytes.set(MAGIC);
  return bytes;
}

/** Views of a file's sections, its frame checked against a vocabulary of `words` words. Throws `PredictionError` `file-malformed` or `pack-too-new`. */
export function openLexiconFile(input: Uint8Array, words: number): LexiconSections {
  // Not `slice`: Node's Buffer has one that copies nothing.
  const bytes = input.byteOffset % 8 === 0 ? input : new Uint8Array(input);
  if (bytes.length < HEADER_BYTES)
    throw malformed(`it has ${bytes.length} bytes, the header alone takes ${HEADER_BYTES}`);
  if (MAGIC.some((byte, index) => bytes[index] !== byte)) throw malformed('it does not begin with FWPINYI');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = view.getUint32(8, true);
  if (version > LEXICON_VERSION) {
    throw new PredictionError(
      'pack-too-new',
      `The pinyin lexicon has format ${version}, this library reads up to ${LEXICON_VERSION}. Update @foreword/core.`,
    );
  }
  const [size, nodes, entries, syllables, vocabulary] = [0, 1, 2, 3, 4].map((i) =>
    view.getUint32(16 + i * 4, true),
  ) as [number, number, number, number, number];
  if (view.getUint32(12, true) !== BYTE_ORDER || version === 0) throw malformed('its header is damaged');
  if (syllables !== SYLLABLES.length) throw malformed(`it counts ${syllables} syllables, not ${SYLLABLES.length}`);
  if (vocabulary !== words) throw malformed(`it was made for a vocabulary of ${vocabulary} words, not of ${words}`);
  const offsets = layOut(nodes, entries);
  if (size !== bytes.length || offsets.end !== size) {
    throw malformed(`it has ${bytes.length} bytes, its header says ${offsets.end}`);
  }
  const uint16 = (offset: number) => new Uint16Array(bytes.buffer, bytes.byteOffset + offset, nodes);
  return {
    syllables: uint16(offsets.syllables),
    childCounts: uint16(offsets.childCounts),
    entryCounts: uint16(offsets.entryCounts),
    wordIds: new Uint32Array(bytes.buffer, bytes.byteOffset + offsets.wordIds, entries),
    costs: bytes.subarray(offsets.costs, offsets.costs + entries),
  };
}

/** The error for a file that is not what it should be. */
export function malformed(found: string): PredictionError {
  return new PredictionError(
    'file-malformed',
    `This is no usable pinyin lexicon: ${found}. Fetch the pack again, or make it with "foreword pinyin".`,
  );
}

function layOut(nodes: number, entries: number) {
  const syllables = align(HEADER_BYTES);
  const childCounts = align(syllables + nodes * 2);
  const entryCounts = align(childCounts + nodes * 2);
  const wordIds = align(entryCounts + nodes * 2);
  const costs = align(wordIds + entries * 4);
  return { syllables, childCounts, entryCounts, wordIds, costs, end: align(costs + entries) };
}

function align(offset: number): number {
  return Math.ceil(offset / 8) * 8;
}
