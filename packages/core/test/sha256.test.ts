import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sha256, sha256Hex } from '../src/sha256.ts';

const hex = (buffer: ArrayBuffer) => Buffer.from(buffer).toString('hex');

it('gives the sums of FIPS 180-4', () => {
  expect(hex(sha256(new TextEncoder().encode('abc')))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});

it('agrees with OpenSSL at every length around a block', async () => {
  for (let length = 0; length <= 130; length++) {
    const bytes = new Uint8Array(length).fill(length);
    expect(hex(sha256(bytes))).toBe(createHash('sha256').update(bytes).digest('hex'));
  }
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 1000 }), async (bytes) => {
      expect(hex(sha256(bytes))).toBe(await sha256Hex(bytes));
    }),
  );
});
