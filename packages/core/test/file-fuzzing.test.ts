import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readArpa } from '../src/arpa-reader.ts';
import { PredictionError } from '../src/errors.ts';
import { assembleNgramFile, openNgramFile, type Section, SectionKind } from '../src/ngram-format.ts';
import { openNgram } from '../src/ngram-model.ts';
import { readNgram } from '../src/ngram-reader.ts';
import { writeNgram } from '../src/ngram-writer.ts';

const FILES = 10_000;
const fixture = (order: number) => readFileSync(new URL(`fixtures/kenlm/tiny.o${order}.arpa`, import.meta.url));

/** A generator of repeatable random numbers below `bound` (mulberry32). */
function randomNumbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % bound;
  };
}

/** Flips, cuts, repeats, zeroes and overwrites with great numbers. */
function mutate(original: Uint8Array, random: (bound: number) => number): Uint8Array {
  const bytes = Uint8Array.from(original);
  const at = () => random(bytes.length);
  for (let times = 1 + random(4); times > 0; times--) {
    const place = at();
    switch (random(6)) {
      case 0:
        bytes[place]! ^= 1 << random(8);
        break;
      case 1:
        bytes[place] = random(256);
        break;
      case 2:
        bytes.fill(random(2) * 255, place, place + 1 + random(8));
        break;
      case 3:
        bytes.copyWithin(place, at(), at());
        break;
      case 4:
        return bytes.slice(0, place);
      default:
        bytes.set(Uint8Array.of(0xff, 0xff, 0xff, 0x7f).subarray(0, bytes.length - place), place);
    }
  }
  return bytes;
}

/** Everything a caller can ask of a model, none of which may throw or run on. */
function use(bytes: Uint8Array): void {
  const model = openNgram(bytes);
  for (const words of [[], ['the'], ['i', 'will'], ['i', 'will', 'see', 'you']]) {
    for (const prefix of ['', 't', 'see']) {
      const context = { text: '', words, prefix, prefixLength: prefix.length };
      const answer = model.next({ context, limit: 10, also: ['train'] });
      expect(answer.words.length).toBe(answer.logProbs.length);
      expect(answer.words.length).toBeLessThanOrEqual(11);
    }
    expect(model.logProb(words, 'train')).not.toBeNaN();
    model.matchedOrder(words, '</s>');
    const lookup = model.lookup();
    const state = lookup.stateAfter(words.map((word) => model.vocabulary.id(word)));
    expect(lookup.logProb(state, model.vocabulary.id('train'))).not.toBeNaN();
    lookup.followers(state, 10);
  }
  for (let id = 0; id < model.vocabulary.size; id += 7) {
    model.vocabulary.displayForm(id);
    model.vocabulary.logFrequency(id);
  }
}

/** Runs a reader over a broken file; only a `PredictionError` may come out. */
function tolerate(read: () => void): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (!(error instanceof PredictionError)) throw error;
    return false;
  }
}

/** The sections of a file, to be put together again with a checksum that fits. */
function sectionsOf(bytes: Uint8Array): Section[] {
  const file = openNgramFile(bytes);
  const sections: Section[] = [];
  for (let order = 0; order <= file.order; order++) {
    for (const kind of Object.values(SectionKind)) {
      if (file.has(kind, order)) sections.push({ kind, order, data: file.uint8(kind, order).slice() });
    }
  }
  return sections;
}

async function ngramFiles(): Promise<Uint8Array[]> {
  const tables = await Promise.all([2, 3, 4].map((order) => readArpa([fixture(order)])));
  return tables.flatMap((table, i) => {
    const frequencies = Float64Array.from(table.words, (_, id) => id);
    const displayForm = (word: string) => (word === 'train' ? 'TRain' : word);
    return [
      writeNgram({ ...table, frequencies }, { displayForm, isOffensive: (word) => word.length === 3 }),
      writeNgram(table, { quantize: i % 2 === 0, logProbStep: 0.1 }),
    ];
  });
}

describe('a damaged n-gram file', () => {
  it('is refused with a PredictionError, whatever was changed', { timeout: 300_000 }, async () => {
    const files = await ngramFiles();
    const random = randomNumbers(1);
    let accepted = 0;
    for (let i = 0; i < FILES; i++) {
      const original = files[i % files.length]!;
      const bytes = mutate(original, random);
      if (Buffer.compare(bytes, original) === 0) continue;
      // Only the four bytes that are unused in the header can change unseen.
      if (tolerate(() => use(bytes))) accepted++;
    }
    expect(accepted).toBeLessThan(FILES / 1000);
  });

  it('is answered from or refused when forged with a fitting checksum', { timeout: 300_000 }, async () => {
    const files = await ngramFiles();
    const parts = files.map((bytes) => ({ sections: sectionsOf(bytes), counts: openNgramFile(bytes).counts }));
    const random = randomNumbers(2);
    let accepted = 0;
    for (let i = 0; i < FILES; i++) {
      const { sections, counts } = parts[i % parts.length]!;
      const forged = sections.map((section) => ({ ...section }));
      for (let times = 1 + random(3); times > 0; times--) {
        const section = forged[random(forged.length)]!;
        const data = mutate(section.data as Uint8Array, random);
        section.data = data.length === section.data.length || random(4) === 0 ? data : section.data;
      }
      const forgedCounts = random(10) === 0 ? counts.map((n) => (random(2) === 0 ? random(2 ** 32) : n)) : counts;
      const bytes = assembleNgramFile(forgedCounts, random(20) === 0 ? forged.slice(random(3)) : forged);
      if (tolerate(() => use(bytes))) accepted++;
      tolerate(() => readNgram(bytes));
    }
    expect(accepted).toBeGreaterThan(FILES / 10);
  });

  it('is refused at every length short of the whole', async () => {
    for (const bytes of await ngramFiles()) {
      for (let length = 0; length < bytes.length; length += 97) {
        expect(() => openNgram(bytes.slice(0, length))).toThrow(PredictionError);
      }
    }
  });

  it('says what is wrong', async () => {
    const [bytes] = await ngramFiles();
    const changed = (offset: number, ...values: number[]) => {
      const copy = bytes!.slice();
      copy.set(values, offset);
      return () => openNgram(copy);
    };
    expect(changed(0, 0)).toThrow(/does not begin with FWNGRAM/);
    expect(changed(8, 2)).toThrow(expect.objectContaining({ code: 'pack-too-new' }));
    expect(changed(8, 0)).toThrow(expect.objectContaining({ code: 'file-malformed' }));
    expect(changed(12, 1, 2, 3, 4)).toThrow(/byte order is not little-endian/);
    expect(changed(18, 0, 0)).toThrow(/self-check/);
    expect(changed(28, 255, 255)).toThrow(/its header says/);
    expect(changed(1000, 1, 2, 3, 4)).toThrow(/checksum/);
    expect(() => openNgram(new Uint8Array(0))).toThrow(/it has 0 bytes/);
  });

  it('is read from any place in a buffer, a Buffer of Node too', async () => {
    for (const bytes of await ngramFiles()) {
      for (const larger of [new Uint8Array(bytes.length + 16), Buffer.alloc(bytes.length + 16)]) {
        larger.set(bytes, 3);
        use(larger.subarray(3, 3 + bytes.length));
      }
    }
  });
});

describe('a damaged ARPA file', () => {
  it('is read or refused with a PredictionError', { timeout: 300_000 }, async () => {
    const original = fixture(2);
    const random = randomNumbers(3);
    let accepted = 0;
    for (let i = 0; i < FILES; i++) {
      // Half of the changes hit the header and the first words, where most can go wrong.
      const head = mutate(original.subarray(0, i % 2 === 0 ? 200 : original.length), random);
      const bytes = i % 2 === 0 ? Buffer.concat([head, original.subarray(200)]) : head;
      try {
        const table = await readArpa(i % 2 === 0 ? [bytes] : [bytes.slice(0, 700), bytes.slice(700)]);
        openNgram(writeNgram(table));
        accepted++;
      } catch (error) {
        if (!(error instanceof PredictionError)) throw error;
      }
    }
    expect(accepted).toBeGreaterThan(0);
  });
});
