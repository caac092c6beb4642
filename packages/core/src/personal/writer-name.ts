/** A name that no writer has had: eight hexadecimal digits of the second and sixteen at random, so that names sort by their age. */
export function freshWriterName(nowMs: number): string {
  const seconds = Math.min(0xffffffff, Math.max(0, Math.floor(nowMs / 1000)));
  return seconds.toString(16).padStart(8, '0') + randomHex(8);
}

/** So many random bytes in hexadecimal digits. */
export function randomHex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
}
