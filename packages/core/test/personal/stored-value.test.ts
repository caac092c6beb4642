import { describe, expect, it } from 'vitest';
import { ByteReader } from '../../src/personal/byte-reader.ts';
import { ByteWriter } from '../../src/personal/byte-writer.ts';
import { RuleBook } from '../../src/personal/index.ts';
import { decodeIndex, encodeIndex, FIRST_EPOCH, type StoredIndex } from '../../src/personal/index-format.ts';
import { frameValue, openValue, STORED_VERSION, type Upgrade } from '../../src/personal/stored-value.ts';

const malformed = expect.objectContaining({ code: 'file-malformed' });
const content = Uint8Array.of(1, 2, 3);

describe('a stored value', () => {
  it('is what docs/personal-format.md says', () => {
    const bytes = frameValue('segment', content);
    const view = new DataView(bytes.buffer);
    expect(new TextDecoder().decode(bytes.subarray(0, 8))).toBe('FWPSEGM\n');
    expect([view.getUint32(12, true), view.getUint32(16, true)]).toEqual([STORED_VERSION, 23]);
    let hash = 0x811c9dc5;
    for (const byte of bytes.subarray(12)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
    expect(view.getUint32(8, true)).toBe(hash);
    expect(openValue('segment', bytes)).toEqual(content);
  });

  it('is refused where a byte is wrong, missing or added, or where it is of another kind', () => {
    const bytes = frameValue('segment', content);
    for (let place = 0; place < bytes.length; place++) {
      const wrong = bytes.slice();
      wrong[place]! ^= 16;
      expect(() => openValue('segment', wrong)).toThrow(malformed);
      expect(() => openValue('segment', bytes.slice(0, place))).toThrow(malformed);
    }
    expect(() => openValue('segment', Uint8Array.of(...bytes, 0))).toThrow(malformed);
    expect(() => openValue('index', bytes)).toThrow(malformed);
  });

  it('is refused where a later version wrote it', () => {
    const bytes = frameValue('index', content, STORED_VERSION + 1);
    expect(() => openValue('index', bytes)).toThrow(expect.objectContaining({ code: 'pack-too-new' }));
  });

  it('is brought from an older version to this one, where a way is known', () => {
    const older = frameValue('segment', content, STORED_VERSION - 1);
    expect(() => openValue('segment', older)).toThrow(malformed);
    const upgrade: Upgrade = (kind, old) => Uint8Array.of(kind.length, ...old);
    expect(openValue('segment', older, new Map([[STORED_VERSION - 1, upgrade]]))).toEqual(Uint8Array.of(7, 1, 2, 3));
  });
});

describe('an index', () => {
  const rules = new RuleBook();
  rules.set('__proto__', 'blocked', 1_700_000_000_000);
  rules.set('back', null, 5);
  const index: StoredIndex = {
    generation: 7,
    epoch: { id: 'abc', startMs: 1_700_000_000_001 },
    mustReplaceOther: true,
    writers: [{ id: 'wa', known: 300 }],
    segments: [{ key: 'segment.0', sizeBytes: 70_000, checksum: 0xfffffffe, events: 1024 }],
    doomed: ['segment.1'],
    setAside: ['damaged.2'],
    rules,
  };

  it('gives back what was written', () => {
    expect(decodeIndex(encodeIndex(index))).toEqual(index);
  });

  it('that a version 0 without epochs had written would be read', () => {
    const old = new ByteWriter();
    old.varint(7);
    old.list([['wa', 300]] as const, ([id, known]) => {
      old.text(id);
      old.varint(known);
    });
    const upgrade: Upgrade = (_, bytes) => {
      const reader = new ByteReader(bytes);
      const generation = reader.varint();
      const writers = reader.list(() => ({ id: reader.text(), known: reader.varint() }));
      const empty = { epoch: FIRST_EPOCH, mustReplaceOther: false, segments: [], doomed: [], setAside: [] };
      return openValue('index', encodeIndex({ ...empty, generation, writers, rules: new RuleBook() }));
    };
    const read = decodeIndex(frameValue('index', old.finish(), 0), new Map([[0, upgrade]]));
    expect(read).toMatchObject({ generation: 7, epoch: FIRST_EPOCH, writers: [{ id: 'wa', known: 300 }] });
  });

  it('is refused where its content is none, though it is framed well', () => {
    const whole = openValue('index', encodeIndex(index));
    for (let end = 0; end < whole.length; end++) {
      expect(() => decodeIndex(frameValue('index', whole.slice(0, end)))).toThrow(malformed);
    }
    expect(() => decodeIndex(frameValue('index', Uint8Array.of(...whole, 0)))).toThrow(malformed);
  });
});
