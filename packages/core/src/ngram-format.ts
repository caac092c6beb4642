import { PredictionError } from './errors.ts';

/**
 * The byte layout of n-gram files, described in docs/ngram-format.md. Reader and writer take every offset from here.
 *
 *     0  magic       8 bytes, written last
 *     8  version     uint32
 *    12  byte order  uint32 0x01020304
 *    16  self-check  float32 1, float32 -0.5
 *    24  checksum    uint32 over everything from byte 32 on
 *    28  file size   uint32, in units of 8 bytes
 *    32  order, number of sections, number of n-grams of order 1 … 6: eight uint32
 *    64  section table: kind uint16, order uint16, offset uint32 in units of 8 bytes, size uint32 in bytes, 0 uint32
 *        sections, each starting at a multiple of 8
 */

/** The format this code writes, and the newest it reads. */
export const FORMAT_VERSION = 1;
/** Longest n-gram a file can hold. */
export const MAX_ORDER = 6;
/** Most words a file can hold: word ids take at most three bytes. */
export const MAX_WORDS: number = 2 ** 24;

/** What a section holds. The numbers stand in files and never change their meaning. */
export const SectionKind = {
  /** Words from id 3 on, front-coded: UTF-8 of what each does not share with the word before. */
  wordSuffixes: 1,
  /** Length of each word's suffix in bytes. */
  suffixLengths: 2,
  /** Bytes each word shares with the word before; 0 for every 64th. */
  sharedLengths: 3,
  /** By word id: bits 0–1 the case form, bit 7 never suggest. */
  wordForms: 4,
  /** Display forms of the words whose case form is `listed`, in id order. */
  listedLengths: 5,
  listedBytes: 6,
  /** By rank: code of the word's share of the training text. */
  frequencyCodes: 7,
  frequencyCodebook: 8,
  /** Gap to the position of the sibling before, bits 0–7, 8–15 and 16–23; a plane of zeros is left out. */
  positionGapLow: 16,
  positionGapMiddle: 17,
  positionGapHigh: 18,
  /** Numbers of children, bits 0–7, 8–15 and 16–23; a plane of zeros is left out. */
  childCountLow: 19,
  childCountMiddle: 20,
  childCountHigh: 21,
  /** Codes of the probabilities: as they are (unigrams: by word id), or as what is to be taken from the suffix's code. */
  logProbCodes: 22,
  logProbResiduals: 23,
  logProbCodebook: 24,
  /** Codes of the back-off weights of the entries that have children. */
  logBackoffCodes: 25,
  logBackoffCodebook: 26,
  /** Beside the codes, at full precision, one per entry. */
  logProbs: 27,
  logBackoffs: 28,
} as const;

export interface Section {
  readonly kind: number;
  /** Order of the n-grams it belongs to; 0 for the vocabulary. */
  readonly order: number;
  readonly data: Uint8Array | Float32Array;
}

/** A checked file: counts, and typed views of its sections without a copy. */
export interface NgramFile {
  readonly order: number;
  /** Number of n-grams of order 1, 2, … */
  readonly counts: readonly number[];
  readonly sizeBytes: number;
  has(kind: number, order: number): boolean;
  /** Views of a section, which must hold exactly `length` elements. Throw `PredictionError` `file-malformed`. */
  uint8(kind: number, order: number, length?: number): Uint8Array;
  float32(kind: number, order: number, length?: number): Float32Array;
}

const MAGIC = [0x46, 0x57, 0x4e, 0x47, 0x52, 0x41, 0x4d, 0x0a]; // "FWNGRAM\n"
const BYTE_ORDER = 0x01020304;
const HEADER_BYTES = 64;
const CHECKSUM_START = 32;
const ENTRY_BYTES = 16;

/** Lays sections out as one file. The magic is written last, so that an interrupted build is recognised. */
export function assembleNgramFile(counts: readonly number[], sections: readonly Section[]): Uint8Array {
  let size = align(HEADER_BYTES + sections.length * ENTRY_BYTES);
  const offsets = sections.map((section) => {
    const offset = size;
    size = align(size + section.data.byteLength);
    return offset;
  });
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, FORMAT_VERSION, true);
  view.setUint32(12, BYTE_ORDER, true);
  view.setFloat32(16, 1, true);
  view.setFloat32(20, -0.5, true);
  view.setUint32(28, size / 8, true);
  view.setUint32(32, counts.length, true);
  view.setUint32(36, sections.length, true);
  counts.forEach((count, index) => {
    view.setUint32(40 + index * 4, count, true);
  });
  sections.forEach((section, index) => {
    const entry = HEADER_BYTES + index * ENTRY_BYTES;
    const { data } = section;
    view.setUint16(entry, section.kind, true);
    view.setUint16(entry + 2, section.order, true);
    view.setUint32(entry + 4, offsets[index]! / 8, true);
    view.setUint32(entry + 8, data.byteLength, true);
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offsets[index]!);
  });
  view.setUint32(24, checksum(bytes), true);
  bytes.set(MAGIC);
  return bytes;
}

/**
 * Checks the frame of a file: magic, version, byte order, size, checksum, section table. About 1 ms for 6 MB.
 * Copies the bytes only if they do not start at a multiple of 8 in their buffer.
 */
export function openNgramFile(input: Uint8Array, skipChecksum = false): NgramFile {
  // Not `slice`: Node's Buffer has one that copies nothing.
  const bytes = input.byteOffset % 8 === 0 ? input : new Uint8Array(input);
  checkHeader(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!skipChecksum && checksum(bytes) !== view.getUint32(24, true)) {
    throw malformed('its checksum does not fit its content: the file was damaged on the way. Fetch or build it again');
  }
  const order = view.getUint32(32, true);
  if (order < 1 || order > MAX_ORDER) throw malformed(`it says order ${order}, at most ${MAX_ORDER} is possible`);
  const counts = Array.from({ length: order }, (_, index) => view.getUint32(40 + index * 4, true));
  if (counts[0]! < 3 || counts[0]! > MAX_WORDS) throw malformed(`it says ${counts[0]} words`);
  const table = readSectionTable(view);

  const find = (kind: number, sectionOrder: number, elementBytes: number, length?: number) => {
    const entry = table.get(sectionKey(kind, sectionOrder));
    if (!entry) throw malformed(`section ${kind} of order ${sectionOrder} is missing`);
    const found = entry.size / elementBytes;
    if (!Number.isInteger(found) || (length !== undefined && found !== length)) {
      throw malformed(`section ${kind} of order ${sectionOrder} has ${found} elements instead of ${length}`);
    }
    return { offset: bytes.byteOffset + entry.offset, length: found };
  };
  return {
    order,
    counts,
    sizeBytes: bytes.byteLength,
    has: (kind, sectionOrder) => table.has(sectionKey(kind, sectionOrder)),
    uint8(kind, sectionOrder, length) {
      const found = find(kind, sectionOrder, 1, length);
      return new Uint8Array(bytes.buffer, found.offset, found.length);
    },
    float32(kind, sectionOrder, length) {
      const found = find(kind, sectionOrder, 4, length);
      return new Float32Array(bytes.buffer, found.offset, found.length);
    },
  };
}

/** The error for a file that is not what it should be. */
export function malformed(found: string, cause?: unknown): PredictionError {
  return new PredictionError('file-malformed', `This is no usable n-gram file: ${found}.`, { cause });
}

function checkHeader(bytes: Uint8Array): void {
  const size = bytes.byteLength;
  if (size < HEADER_BYTES) throw malformed(`it has ${size} bytes, the header alone takes ${HEADER_BYTES}`);
  if (MAGIC.some((byte, index) => bytes[index] !== byte)) {
    throw malformed('it does not begin with FWNGRAM. Another kind of file, or one whose writing was interrupted');
  }
  if (new Uint8Array(new Uint32Array([BYTE_ORDER]).buffer)[0] !== 4) {
    throw malformed('this machine is big-endian, n-gram files are little-endian');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  if (view.getUint32(12, true) !== BYTE_ORDER) throw malformed('its byte order is not little-endian');
  const version = view.getUint32(8, true);
  if (version > FORMAT_VERSION) {
    throw new PredictionError(
      'pack-too-new',
      `The n-gram file has format ${version}, this library reads up to ${FORMAT_VERSION}. Update @foreword/core.`,
    );
  }
  if (version === 0) throw malformed('it says format 0');
  if (view.getFloat32(16, true) !== 1 || view.getFloat32(20, true) !== -0.5) {
    throw malformed('its self-check numbers do not read as 1 and -0.5');
  }
  const expected = view.getUint32(28, true) * 8;
  if (size !== expected) throw malformed(`it has ${size} bytes, its header says ${expected}. Fetch or build it again`);
}

function readSectionTable(view: DataView): Map<number, { offset: number; size: number }> {
  const sectionCount = view.getUint32(36, true);
  const tableEnd = HEADER_BYTES + sectionCount * ENTRY_BYTES;
  if (tableEnd > view.byteLength) throw malformed(`it says ${sectionCount} sections, more than fit in it`);
  const table = new Map<number, { offset: number; size: number }>();
  for (let entry = HEADER_BYTES; entry < tableEnd; entry += ENTRY_BYTES) {
    const offset = view.getUint32(entry + 4, true) * 8;
    const size = view.getUint32(entry + 8, true);
    if (offset < tableEnd || offset + size > view.byteLength) {
      throw malformed(`a section stands at bytes ${offset} to ${offset + size}, outside it`);
    }
    table.set(sectionKey(view.getUint16(entry, true), view.getUint16(entry + 2, true)), { offset, size });
  }
  return table;
}

function sectionKey(kind: number, order: number): number {
  return kind * 65536 + order;
}

function align(offset: number): number {
  return Math.ceil(offset / 8) * 8;
}

/** Four chains side by side, for a multiplication must wait for the one before. */
function checksum(bytes: Uint8Array): number {
  const length = (bytes.byteLength - CHECKSUM_START) >>> 2;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset + CHECKSUM_START, length);
  const states = Int32Array.of(1, 2, 3, 4);
  const end = length & ~3;
  // In pieces: a function that is called again is optimised sooner than a loop that runs on. Halves the time of the first opening.
  for (let start = 0; start < end; start += PIECE) mix(states, words, start, Math.min(end, start + PIECE));
  let hash = states[0]!;
  for (const word of [...words.subarray(end), ...states.subarray(1)]) {
    hash = Math.imul(hash ^ word, PRIME);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

const PIECE = 1024;
const PRIME = 0x01000193;

/**
 * FNV-1a over 32-bit words, with the upper half folded down. Each step is a bijection of its chain's state, so that a change
 * within one word never goes unnoticed.
 */
function mix(states: Int32Array, words: Uint32Array, start: number, end: number): void {
  let a = states[0]!;
  let b = states[1]!;
  let c = states[2]!;
  let d = states[3]!;
  for (let i = start; i < end; i += 4) {
    a = Math.imul(a ^ words[i]!, PRIME);
    b = Math.imul(b ^ words[i + 1]!, PRIME);
    c = Math.imul(c ^ words[i + 2]!, PRIME);
    d = Math.imul(d ^ words[i + 3]!, PRIME);
    a ^= a >>> 15;
    b ^= b >>> 15;
    c ^= c >>> 15;
    d ^= d >>> 15;
  }
  states.set([a, b, c, d]);
}
