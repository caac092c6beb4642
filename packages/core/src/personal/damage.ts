import { PredictionError } from '../errors.ts';
import type { Slots } from './index-slots.ts';

/** The key under which a damaged index is kept: the same bytes always under the same. */
export function damagedKey(bytes: Uint8Array): string {
  let hash = bytes.length;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return `damaged.${(hash >>> 0).toString(16).padStart(8, '0')}`;
}

/** A damaged slot beside a whole one is overwritten: its save was cut. */
export function damagedKeys({ whole, damaged }: Slots): string[] {
  return whole.length === 0 ? damaged.map(damagedKey) : [];
}

/** Keys of segments that stand in damaged indexes: nothing else may know of these values any more. */
export function segmentKeysIn(damaged: readonly Uint8Array[]): string[] {
  const texts = damaged.map((bytes) => new TextDecoder('latin1').decode(bytes));
  return [...new Set(texts.flatMap((text) => text.match(/segment\.[0-9a-f]{16}/g) ?? []))];
}

/** The error for a store that is damaged. */
export function damagedStorage(what: string): PredictionError {
  return new PredictionError(
    'file-malformed',
    `What is stored of the personal model is damaged: ${what}. The bytes are kept in the store until something is forgotten; import an exported file if there is one.`,
  );
}
