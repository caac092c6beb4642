import { describe, expect, it } from 'vitest';
import { PredictionError } from '../../src/errors.ts';
import { createPersonal, exportPersonal, importPersonal } from '../../src/personal/index.ts';
import { after } from './stores.ts';

const NOW_MS = 1_700_000_000_000;
const event = { number: 0, seconds: 1_600_000_000, kind: 'typed', word: 'hello' };

/** A file with one event, some of it changed. */
function withEvent(changes: object, writer: object = {}): string {
  return file({ writers: [{ id: 'wa', known: 9, events: [{ ...event, ...changes }], ...writer }] });
}

function file(changes: object): string {
  return JSON.stringify({ format: 'foreword-personal', version: 1, writers: [], rules: {}, ...changes });
}

function withRule(rules: string): string {
  return `{"format":"foreword-personal","version":1,"writers":[],"rules":${rules}}`;
}

const twoEvents = (first: object, second: object): string =>
  withEvent(
    {},
    {
      events: [
        { ...event, ...first },
        { ...event, number: 1, ...second },
      ],
    },
  );

const hostile: Record<string, [text: string, message: RegExp]> = {
  'no JSON': ['hello', /not JSON/],
  'text that is cut': [withEvent({}).slice(0, -20), /not JSON/],
  nothing: ['', /not JSON/],
  'a list': ['[]', /the file is \[\], expected was an object/],
  null: ['null', /the file is null/],
  'a file of something else': ['{"version":1}', /format is undefined, expected was "foreword-personal"/],
  'a version that is no number': [file({ version: '1' }), /version is "1"/],
  'version 0': [file({ version: 0 }), /version is 0/],
  'no writers': [file({ writers: undefined }), /writers is undefined, expected was a list/],
  'a writer that is none': [file({ writers: [7] }), /writers\[0\] is 7/],
  'a writer without a name': [withEvent({}, { id: '' }), /writers\[0\]\.id/],
  'a writer with a long name': [withEvent({}, { id: 'x'.repeat(65) }), /writers\[0\]\.id/],
  'two writers of one name': [
    file({ writers: ['wa', 'wa'].map((id) => ({ id, known: 0, events: [] })) }),
    /writers\[1\]\.id is "wa"/,
  ],
  'a negative number of known events': [withEvent({}, { known: -1 }), /known is -1/],
  'more known events than a billion': [withEvent({}, { known: 1e9 + 1 }), /known is 1000000001/],
  'an event that is not known': [
    withEvent({ number: 9 }),
    /events\[0\]\.number is 9, expected was an integer from 0 to 8/,
  ],
  'numbers out of order': [twoEvents({ number: 3 }, {}), /events\[1\]\.number is 1/],
  'a number twice': [twoEvents({}, { number: 0 }), /events\[1\]\.number is 0/],
  'times out of order': [twoEvents({}, { seconds: 1 }), /events\[1\]\.seconds is 1,/],
  'a negative time': [withEvent({ seconds: -1 }), /seconds is -1/],
  'a time two days ahead': [withEvent({ seconds: NOW_MS / 1000 + 172_800 }), /seconds is 1700172800/],
  'a time that is no integer': [withEvent({ seconds: 1.5 }), /seconds is 1.5/],
  'no word': [withEvent({ word: undefined }), /word is undefined/],
  'an empty word': [withEvent({ word: '' }), /word is ""/],
  'a word that is a number': [withEvent({ word: 5 }), /word is 5/],
  'a word that is not normalised': [
    withEvent({ word: 'Hello' }),
    /word is "Hello", expected was a normalised word such as "hello"/,
  ],
  'a word of 256 bytes': [withEvent({ word: 'é'.repeat(128) }), /at most 255 bytes/],
  'half a character': [withEvent({ word: 'a\ud800' }), /word is/],
  "a sentence's start as a word": [withEvent({ word: '<s>' }), /word is "<s>"/],
  'a way to write another word': [
    withEvent({ written: 'Help' }),
    /written is "Help", expected was a way to write "hello"/,
  ],
  'a kind that is none': [
    withEvent({ kind: 'constructor' }),
    /kind is "constructor", expected was one of typed, accepted/,
  ],
  'a familiarity that is none': [withEvent({ familiarity: 'toString' }), /familiarity is "toString"/],
  'a suspicion that is none': [withEvent({ isSuspect: 1 }), /isSuspect is 1/],
  'a word before a listed one': [withEvent({ kind: 'listed', count: 1, previous: 'a' }), /previous is "a"/],
  'two words before, but not one': [withEvent({ beforePrevious: 'a' }), /beforePrevious is "a"/],
  'a word before that is none': [withEvent({ previous: 7 }), /previous is 7/],
  'a count of a word that was typed': [withEvent({ count: 2 }), /count is 2/],
  'a count of 0': [withEvent({ kind: 'listed', count: 0 }), /count is 0/],
  'a negative count': [withEvent({ kind: 'listed', count: -3 }), /count is -3/],
  'a count that is no integer': [withEvent({ kind: 'listed', count: 1.5 }), /count is 1.5/],
  'a count that is no number': [withEvent({ kind: 'listed', count: null }), /count is 0|count is null/],
  'a count above a billion': [withEvent({ kind: 'listed', count: 1e300 }), /count is 1e\+300/],
  'rules that are a list': [file({ rules: [] }), /rules is \[\]/],
  'a rule about no normalised word': [withRule('{"Hello":{"rule":"pinned","madeMs":1}}'), /rules\.a key is "Hello"/],
  'a rule that is none': [withRule('{"a":{"rule":"__proto__","madeMs":1}}'), /rules\.a\.rule is "__proto__"/],
  'a rule without a time': [withRule('{"a":{"rule":"pinned"}}'), /rules\.a\.madeMs is undefined/],
  'a rule of next year': [withRule('{"a":{"rule":"pinned","madeMs":1800000000000}}'), /madeMs is 1800000000000/],
};

describe('importing', () => {
  it.each(Object.entries(hostile))('refuses %s, and says where it is', (_, [text, message]) => {
    const read = (): unknown => importPersonal(text, NOW_MS);
    expect(read).toThrow(PredictionError);
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ code: 'file-malformed' }));
  });

  it('refuses the file of a later version, and says so', () => {
    expect(() => importPersonal(file({ version: 2, writers: 'other' }))).toThrow(
      expect.objectContaining({ code: 'pack-too-new' }),
    );
  });

  it('refuses more text than 64 million characters, and more events than a million', () => {
    expect(() => importPersonal(' '.repeat(64 * 2 ** 20 + 1))).toThrow(RangeError);
    const many = `{"format":"foreword-personal","version":1,"rules":{},"writers":[{"id":"w","known":1000001,"events":[${'0,'.repeat(1_000_000)}0]}]}`;
    expect(() => importPersonal(many, NOW_MS)).toThrow(/a list of at most 1000000/);
  });

  it('takes names of what every object has as words like any others', () => {
    const text = `{"format":"foreword-personal","version":1,"__proto__":{"polluted":1},
      "writers":[{"id":"__proto__","known":1,"__proto__":{"polluted":1},"events":[{"number":0,"seconds":5,"kind":"typed","word":"__proto__","previous":"constructor"}]}],
      "rules":{"__proto__":{"rule":"pinned","madeMs":1},"constructor":{"rule":"blocked","madeMs":1}}}`;
    const state = importPersonal(text, NOW_MS);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(state.log.event(0)).toMatchObject({ word: '__proto__', previous: 'constructor' });
    expect(state.rules.rule('__proto__')).toBe('pinned');
    const again = exportPersonal(state);
    expect(exportPersonal(importPersonal(again, NOW_MS))).toBe(again);
    expect(again).toContain('"__proto__":{"rule":"pinned"');
  });

  it('takes a file with a byte order mark, and leaves what it does not know aside', () => {
    const state = importPersonal(`\ufeff${withEvent({ note: 'hi' })}`, NOW_MS);
    expect(state.log.event(0)).toEqual({
      word: 'hello',
      previous: '',
      beforePrevious: '',
      seconds: 1_600_000_000,
      kind: 'typed',
      written: 'hello',
      isSuspect: false,
      familiarity: 'new',
      count: 0,
    });
  });

  it('changes nothing where it refuses', () => {
    const personal = createPersonal({ writer: 'wa', now: () => NOW_MS });
    personal.learn(after(), 'kept');
    const before = exportPersonal(personal.state);
    expect(() => personal.merge(importPersonal(twoEvents({}, { word: 'Bad' }), NOW_MS))).toThrow(PredictionError);
    expect(exportPersonal(personal.state)).toBe(before);
  });
});
