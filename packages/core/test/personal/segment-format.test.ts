import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PredictionError } from '../../src/errors.ts';
import { ByteReader } from '../../src/personal/byte-reader.ts';
import { ByteWriter } from '../../src/personal/byte-writer.ts';
import { EventLog, eventKinds, familiarities } from '../../src/personal/index.ts';
import { LogBuilder } from '../../src/personal/log-builder.ts';
import { readSegment, SegmentWriter } from '../../src/personal/segment-format.ts';
import { randomNumbers } from './stores.ts';

const WRITERS = ['wa', 'wb'];
const spellings = ['a', 'Ban', 'CAT', 'iPhone', 'straße', 'ÉTÉ', '__proto__', 'x'.repeat(255)];
const anyWord = fc.constantFrom('', '<s>', ...spellings.map((word) => word.toLowerCase()));

const events = fc.array(
  fc.record({
    writer: fc.nat(1),
    gap: fc.constantFrom(0, 0, 0, 5),
    elapsed: fc.constantFrom(0, 1, 3, 100_000),
    written: fc.constantFrom(...spellings),
    previous: anyWord,
    beforePrevious: anyWord,
    follows: fc.boolean(),
    kind: fc.constantFrom(...eventKinds),
    familiarity: fc.constantFrom(...familiarities),
    isSuspect: fc.boolean(),
    count: fc.integer({ min: 1, max: 1e9 }),
  }),
  { minLength: 1, maxLength: 40 },
);

function makeLog(items: typeof events extends fc.Arbitrary<infer T> ? T : never): EventLog {
  const log = new EventLog();
  for (const id of WRITERS) log.writerIndex(id);
  const next = [0, 0];
  let [seconds, word, before] = [1_700_000_000, '<s>', ''];
  let lastWriter = 0;
  for (const { writer, gap, elapsed, follows, ...item } of items) {
    seconds += elapsed + (writer < lastWriter ? 1 : 0);
    lastWriter = writer;
    const number = next[writer]! + gap;
    next[writer] = number + 1;
    const normalized = item.written.toLowerCase();
    const context = follows ? { previous: word, beforePrevious: before } : item;
    const count = item.kind === 'listed' ? item.count : 0;
    log.append({ ...item, ...context, word: normalized, seconds, count }, writer, number);
    [before, word] = [log.event(log.length - 1).previous, normalized];
  }
  return log;
}

function decode(content: Uint8Array): EventLog {
  const builder = new LogBuilder(
    WRITERS.map((id) => ({ id, known: 0 })),
    0,
  );
  readSegment(new ByteReader(content), builder, new Map(WRITERS.map((id, index) => [id, index])));
  return builder.finish();
}

function describeLog(log: EventLog): unknown[] {
  return Array.from({ length: log.length }, (_, index) => [
    log.event(index),
    log.writers[log.writerIndexes[index]!]!.id,
    log.numbers[index],
    log.wordIds[index],
  ]);
}

describe('a segment', () => {
  it('gives back the events that were written', () => {
    fc.assert(
      fc.property(events, (items) => {
        const log = makeLog(items);
        const read = decode(new SegmentWriter(log).write(0, log.length));
        expect(describeLog(read)).toEqual(describeLog(log));
        expect(read.writers).toEqual(log.writers);
      }),
    );
  });

  it('is the same for the same events in another log', () => {
    fc.assert(
      fc.property(events, fc.nat(39), (items, cut) => {
        const log = makeLog(items);
        const start = cut % log.length;
        const rest = new SegmentWriter(log).write(start, log.length);
        const read = decode(rest);
        expect(new SegmentWriter(read).write(0, read.length)).toEqual(rest);
      }),
    );
  });

  it('throws a PredictionError, and nothing else, where its bytes are wrong', () => {
    const random = randomNumbers(1);
    const log = makeLog(fc.sample(events, { numRuns: 1, seed: 7 })[0]!);
    const content = new SegmentWriter(log).write(0, log.length);
    for (let round = 0; round < 5000; round++) {
      const bytes = content.slice(0, random(4) === 0 ? random(content.length) : content.length);
      if (bytes.length > 0) bytes[random(bytes.length)] = random(256);
      try {
        describeLog(decode(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(PredictionError);
      }
    }
  });
});

describe('a varint', () => {
  it('gives back every integer up to 2^53 - 1', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeNat()), (numbers) => {
        const writer = new ByteWriter();
        writer.list(numbers, (number) => writer.varint(number));
        const reader = new ByteReader(writer.finish());
        expect(reader.list(() => reader.varint())).toEqual(numbers);
        expect(reader.isAtEnd).toBe(true);
      }),
    );
  });

  it('is refused where it is greater or does not end', () => {
    for (const bytes of [Array(8).fill(255), Array(200).fill(128), [...Array(199).fill(128), 0], []]) {
      expect(() => new ByteReader(Uint8Array.from(bytes)).varint()).toThrow(PredictionError);
    }
  });
});
