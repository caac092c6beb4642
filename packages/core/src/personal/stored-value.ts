import { PredictionError } from '../errors.ts';
import { malformedValue } from './byte-reader.ts';

/**
 * The frame of every value that a personal model keeps, described in docs/personal-format.md. It is the same in all versions.
 *
 *     0  magic     8 bytes, by the kind of value
 *     8  checksum  uint32 of everything from byte 12 on
 *    12  version   uint32
 *    16  size      uint32, bytes of the whole value
 *    20  content
 */

/** The version that this code writes, and the newest it reads. */
export const STORED_VERSION = 1;

/** The kinds of values, and what they begin with. */
export const storedKinds = { index: 'FWPINDX\n', segment: 'FWPSEGM\n', intent: 'FWPINTN\n' } as const;
/** A key of `storedKinds`. */
export type StoredKind = keyof typeof storedKinds;

/** Makes the content of a version into that of the next one. */
export type Upgrade = (kind: StoredKind, content: Uint8Array) => Uint8Array;

/** By version: what leads to the next one. 1 is the first that was ever written. */
const upgrades: ReadonlyMap<number, Upgrade> = new Map();

const HEADER_BYTES = 20;
const CHECKSUM_START = 12;

/** Frames content as a value of its kind. */
export function frameValue(kind: StoredKind, content: Uint8Array, version: number = STORED_VERSION): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + content.length);
  bytes.set(new TextEncoder().encode(storedKinds[kind]));
  bytes.set(content, HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(12, version, true);
  view.setUint32(16, bytes.length, true);
  view.setUint32(8, checksum(bytes), true);
  return bytes;
}

/**
 * The content of a value, brought to this version. Throws `PredictionError` `file-malformed` where it is damaged or another thing, and
 * `pack-too-new` where it is whole, but of a later version.
 */
export function openValue(
  kind: StoredKind,
  bytes: Uint8Array,
  upgradesFrom: ReadonlyMap<number, Upgrade> = upgrades,
): Uint8Array {
  checkFrame(kind, bytes);
  const found = viewOf(bytes).getUint32(12, true);
  if (found > STORED_VERSION) {
    throw new PredictionError(
      'pack-too-new',
      `What is stored of the personal model has version ${found}, this library reads up to ${STORED_VERSION}. Update @foreword/core; until then nothing is saved.`,
    );
  }
  let content = bytes.subarray(HEADER_BYTES);
  for (let version = found; version < STORED_VERSION; version++) {
    const upgrade = upgradesFrom.get(version);
    if (upgrade === undefined) throw malformedValue(`it says version ${version}, which nothing leads on from`);
    content = upgrade(kind, content);
  }
  return content;
}

/** The checksum that a framed value says it has. */
export function storedChecksum(bytes: Uint8Array): number {
  return viewOf(bytes).getUint32(8, true);
}

function checkFrame(kind: StoredKind, bytes: Uint8Array): void {
  const magic = storedKinds[kind];
  if (bytes.length < HEADER_BYTES)
    throw malformedValue(`it has ${bytes.length} bytes, its header takes ${HEADER_BYTES}`);
  for (let i = 0; i < magic.length; i++) {
    if (bytes[i] !== magic.charCodeAt(i)) throw malformedValue(`it does not begin with ${magic.trim()}`);
  }
  const size = viewOf(bytes).getUint32(16, true);
  if (size !== bytes.length) throw malformedValue(`it has ${bytes.length} bytes, its header says ${size}`);
  if (checksum(bytes) !== storedChecksum(bytes)) throw malformedValue('its checksum does not fit its content');
}

/** FNV-1a (Fowler, Noll & Vo) with 32 bits: each step is a bijection of the state, so that a single wrong byte never goes unnoticed. */
function checksum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = CHECKSUM_START; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash >>> 0;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
