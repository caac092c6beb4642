import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readContext } from '../../src/context.ts';
import { createPersonal, type Personal } from '../../src/personal/personal.ts';
import type { PersonalOptions } from '../../src/personal/types.ts';
import { createPredictor } from '../../src/predictor.ts';
import type { PredictionContext, WordOrigin } from '../../src/types.ts';
import { normalizeWord, wordSpans } from '../../src/words.ts';
import { FixedModel } from '../fake-models.ts';
import { unigramModel } from './unigram-model.ts';

const ngram = unigramModel({ the: 0.3, know: 0.1, known: 0.02, i: 0.1, see: 0.05, a: 0.05, hell: 0.01, zone: 0.001 });

function fresh(options: PersonalOptions = {}): Personal {
  return createPersonal({ ngram, writer: 'test', now: () => 1_000_000, ...options });
}

/** Has every word of a text learned, as if it were typed. */
function write(personal: Personal, text: string, origin: WordOrigin = 'typed'): void {
  for (const { start, end } of wordSpans(text))
    personal.learn(readContext(text.slice(0, start)), text.slice(start, end), origin);
}

function ask(personal: Personal, before: string, also: readonly string[] = []) {
  return personal.next({ context: readContext(before), limit: 10, also });
}

function words(personal: Personal, before: string): readonly string[] {
  return ask(personal, before).words;
}

describe('a personal model', () => {
  it('knows nothing at first, and weighs nothing', () => {
    expect(ask(fresh(), 'I see ', ['the'])).toEqual({
      words: ['the'],
      logProbs: Float32Array.of(-Infinity),
      confidence: { odds: 0, mass: 1 },
    });
  });

  it('completes a new word that it has seen once from its second letter on, and proposes it when it has seen it twice', () => {
    const personal = fresh();
    write(personal, 'I see Zorblax');
    expect(words(personal, 'I see ')).not.toContain('zorblax');
    expect(words(personal, 'I see z')).not.toContain('zorblax');
    expect(words(personal, 'I see zo')).toEqual(['zorblax']);
    write(personal, 'I see Zorblax');
    expect(words(personal, 'I see ')[0]).toBe('zorblax');
    expect(words(personal, 'The z')).toContain('zorblax');
  });

  it('proposes at once what was chosen', () => {
    const personal = fresh();
    personal.learn(readContext('I see '), 'Zorblax', 'accepted');
    expect(words(personal, 'I see ')).toEqual(['zorblax']);
  });

  it('completes what looks like a slip only when it came four times', () => {
    const personal = fresh();
    for (const seen of [1, 2, 3, 4]) {
      write(personal, 'I see knwon');
      expect(words(personal, 'I see knw').includes('knwon')).toBe(seen === 4);
    }
  });

  it('does not complete a slip of a new word that it has seen more often', () => {
    const personal = fresh();
    for (let time = 0; time < 2; time++) write(personal, 'Zorblax');
    write(personal, 'Zorblux');
    expect(words(personal, 'I see zor')).toEqual(['zorblax']);
  });

  it('counts against a word that it was taken back', () => {
    const personal = fresh();
    write(personal, 'I see Zorblax. I see Zorblax');
    personal.reject(readContext('I see '), 'Zorblax');
    expect(words(personal, 'I see zor')).toEqual([]);
  });

  it('expects words after the words that came before them', () => {
    const personal = fresh();
    write(personal, 'I see a zone. I know the zone. The zone I see. A zone I see');
    const probability = (before: string, word: string) =>
      Math.exp(ask(personal, before, [word]).logProbs[ask(personal, before, [word]).words.indexOf(word)]!);
    expect(probability('The zone I ', 'see')).toBeGreaterThan(probability('Then ', 'see'));
    expect(probability('Now the zone I ', 'see')).toBeGreaterThan(probability('Now I ', 'see'));
  });

  it('weighs the more, the more is known', () => {
    const personal = fresh();
    const odds = [0, 1, 2, 3].map(() => {
      write(personal, 'I see the zone.');
      return ask(personal, 'I see ').confidence!.odds;
    });
    expect(odds).toEqual(odds.toSorted((a, b) => a - b));
    expect(new Set(odds).size).toBe(4);
  });

  it('lets what is not written any more fade', () => {
    const personal = fresh();
    write(personal, 'I see the zone');
    const before = ask(personal, 'I see the zo', ['zone']).logProbs[0]!;
    for (let time = 0; time < 300; time++) write(personal, 'the known');
    expect(ask(personal, 'I see the zo', ['zone']).logProbs[0]).toBeLessThan(before - 1);
  });

  it('gives the words with each letter a share of 1 together', () => {
    const text =
      'I see a zone. I know Zorblax and Zorblax knows the zone, which nobody else has known. The zone I see is known';
    fc.assert(
      fc.property(fc.constantFrom('', 'I ', 'I see ', 'the '), fc.integer({ min: 1, max: 8 }), (before, times) => {
        const personal = fresh();
        for (let time = 0; time < times; time++) write(personal, text);
        const vocabulary = new Set(wordSpans(text).map(({ start, end }) => normalizeWord(text.slice(start, end))));
        const mass = (prefix: string): number =>
          ask(
            personal,
            before + prefix,
            [...vocabulary].filter((word) => word.startsWith(prefix)),
          ).logProbs.reduce((sum, logProb) => sum + Math.exp(logProb), 0);
        expect(mass('')).toBeCloseTo(1, 3);
        const letters = [...new Set([...vocabulary].map((word) => word[0]!))];
        expect(letters.reduce((sum, letter) => sum + mass(letter), 0)).toBeCloseTo(1, 3);
      }),
      { numRuns: 20 },
    );
  });

  it('remembers how the user writes a word, capitals at a sentence’s start aside', () => {
    const personal = fresh();
    write(personal, 'Zorblax is here. I see zorblax. Then iZorb, NASAX and Trelleborg');
    expect(['zorblax', 'izorb', 'nasax', 'trelleborg', 'unseen'].map((word) => personal.displayForm(word))).toEqual([
      'zorblax',
      'iZorb',
      'NASAX',
      'Trelleborg',
      undefined,
    ]);
  });

  it('learns no secrets, and does not remember them as context', () => {
    const personal = fresh();
    write(personal, 'my PIN is 4711 thanks and mail someone@example.org please');
    expect(personal.words().map(({ word }) => word)).toEqual(['and', 'is', 'mail', 'my', 'pin', 'please', 'thanks']);
    const { log } = personal.state;
    const all = Array.from({ length: log.length }, (_, index) => log.event(index));
    expect(all.find(({ word }) => word === 'thanks')).toMatchObject({ previous: '', beforePrevious: '' });
    expect(all.find(({ word }) => word === 'and')).toMatchObject({ previous: 'thanks', beforePrevious: '' });
  });

  it('learns nothing while it is paused', () => {
    const personal = fresh();
    personal.isPaused = true;
    write(personal, 'I see Zorblax');
    personal.reject(readContext('I '), 'see');
    expect(personal.words()).toEqual([]);
  });

  it('does not remember a word that was written while it was paused as context', () => {
    const personal = fresh();
    personal.isPaused = true;
    write(personal, 'I see Zorblax');
    personal.isPaused = false;
    personal.learn(readContext('I see Zorblax '), 'know');
    expect(personal.state.log.event(0)).toMatchObject({ word: 'know', previous: '', beforePrevious: '' });
  });

  it('lists words with how often and when they were used', () => {
    let nowMs = 1_000_000;
    const personal = fresh({ now: () => nowMs });
    write(personal, 'I see Zorblax');
    nowMs = 2_000_000;
    write(personal, 'Zorblax');
    expect(
      personal
        .words()
        .map(({ word, text, count, lastUsedMs, isNew, isSuggested }) => [
          word,
          text,
          count,
          lastUsedMs,
          isNew,
          isSuggested,
        ]),
    ).toEqual([
      ['zorblax', 'Zorblax', 2, 2_000_000, true, true],
      ['i', 'i', 1, 1_000_000, false, true],
      ['see', 'see', 1, 1_000_000, false, true],
    ]);
  });

  it('takes in lists of words with counts, without secrets', () => {
    const personal = fresh();
    expect(
      personal.learnList([
        ['Zorblax', 20],
        ['Quuxly', 1],
        ['4711', 5],
      ]),
    ).toBe(2);
    expect(words(personal, 'zo')).toEqual(['zorblax']);
    expect(words(personal, 'qu')).toEqual(['quuxly']);
    expect(personal.words().map(({ word, count }) => [word, count])).toEqual([
      ['quuxly', 1],
      ['zorblax', 20],
    ]);
  });

  it.each([0, -1, 1.5, Number.NaN, 2e9])('refuses a list with the count %d whole', (count) => {
    const personal = fresh();
    expect(() =>
      personal.learnList([
        ['Zorblax', 1],
        ['Quuxly', count],
      ]),
    ).toThrow(RangeError);
    expect(personal.words()).toEqual([]);
  });

  it('keeps within its room: rare words stay, the oldest times of frequent ones go', () => {
    const personal = fresh();
    personal.learn(readContext('I see '), 'Zorblax', 'accepted');
    const context = readContext('I ');
    for (let time = 0; time < 150_001; time++) personal.learn(context, 'see');
    expect(personal.state.log.length).toBeLessThanOrEqual(120_002);
    expect(personal.words().map(({ word }) => word)).toContain('zorblax');
  });

  it.each([-1, 1.5, Number.NaN])('refuses the limit %d', (limit) => {
    expect(() => fresh().next({ context: readContext(''), limit })).toThrow(RangeError);
  });
});

describe('a rule about a word', () => {
  it('blocks it in every case form, and stops it from being learned', () => {
    const personal = fresh();
    write(personal, 'Zorblax Zorblax');
    personal.setRule('ZORBLAX', 'blocked');
    expect(['zorblax', 'Zorblax', 'zORBLAX'].map((word) => personal.isBlocked(word))).toEqual([true, true, true]);
    const predictor = createPredictor({ models: [new FixedModel('ngram', { zorblax: 0.5 })], personal });
    for (const before of ['', 'z', 'Z', 'ZOR', 'I see zorbl'])
      expect(predictor.predictNow(before).candidates).toEqual([]);
    write(personal, 'Zorblax');
    expect(personal.words()[0]).toMatchObject({ word: 'zorblax', count: 2, isSuggested: false, rule: 'blocked' });
    personal.setRule('zorblax', null);
    expect(predictor.predictNow('z').candidates).toHaveLength(1);
  });

  it('pins a word, seen or not', () => {
    const personal = fresh();
    personal.setRule('Quuxly', 'pinned');
    expect(words(personal, 'q')).toEqual(['quuxly']);
    expect(personal.words()[0]).toMatchObject({ text: 'Quuxly', rule: 'pinned', isSuggested: true });
  });

  it('allows a word that the lexicon calls offensive', () => {
    const personal = fresh();
    write(personal, 'what the hell, hell');
    const lexicon = { displayForm: (word: string) => word, isOffensive: (word: string) => word === 'hell' };
    const predictor = createPredictor({ models: [new FixedModel('ngram', { the: 0.1 })], lexicon, personal });
    expect(predictor.predictNow('the he').candidates).toEqual([]);
    personal.setRule('Hell', 'allowed');
    expect(predictor.predictNow('the he').candidates.map(({ text }) => text)).toEqual(['hell']);
  });

  it('refuses the empty word', () => {
    expect(() => fresh().setRule(' ', 'blocked')).toThrow(RangeError);
  });
});

describe('forgetting', () => {
  /** A lesson: a word, what stood before it, and how it came there. */
  interface Lesson {
    readonly before: readonly string[];
    readonly word: string;
    readonly how: WordOrigin | 'rejected';
    readonly atMs: number;
  }

  const anyLessons = fc
    .array(
      fc.tuple(
        fc.constantFrom('the', 'zone', 'Zorblax', 'Quux', 'see', 'I'),
        fc.constantFrom('typed', 'typed', 'accepted', 'inserted', 'rejected'),
      ),
      {
        maxLength: 60,
      },
    )
    .map((list) => {
      const lessons: Lesson[] = [];
      let sentence: string[] = [];
      for (const [index, [word, how]] of list.entries()) {
        lessons.push({ before: sentence, word, how: how as Lesson['how'], atMs: 10_000 * index });
        sentence = how === 'rejected' ? sentence : index % 7 === 6 ? [] : [...sentence, normalizeWord(word)];
      }
      return lessons;
    });

  function taught(lessons: readonly Lesson[]): Personal {
    let nowMs = 0;
    const personal = fresh({ now: () => nowMs });
    for (const { before, word, how, atMs } of lessons) {
      nowMs = atMs;
      const context: PredictionContext = { text: '', words: before, prefix: '', prefixLength: 0 };
      if (how === 'rejected') personal.reject(context, word);
      else personal.learn(context, word, how);
    }
    return personal;
  }

  /** All that it answers, bit for bit. */
  function answers(personal: Personal) {
    const contexts = ['', 'I ', 'The ', 'The zone ', 'I see Zorblax ', 'Quux the '];
    return contexts.flatMap((before) =>
      ['', 'z', 'zo', 'qu', 's'].map((prefix) =>
        ask(personal, before + prefix, ['the', 'zorblax', 'quux', 'see', 'i', 'zone']),
      ),
    );
  }

  it('leaves a model that answers bit for bit as one that never saw the word', () => {
    fc.assert(
      fc.property(anyLessons, fc.constantFrom('zorblax', 'the', 'quux'), (lessons, word) => {
        const forgetful = taught(lessons);
        const count = lessons.filter((lesson) => normalizeWord(lesson.word) === word).length;
        expect(forgetful.forget(word.toUpperCase())).toBe(count);
        const innocent = taught(
          lessons
            .filter((lesson) => normalizeWord(lesson.word) !== word)
            .map((lesson) => ({ ...lesson, before: lesson.before.map((each) => (each === word ? '' : each)) })),
        );
        expect(answers(forgetful)).toEqual(answers(innocent));
        expect(forgetful.words()).toEqual(innocent.words());
        expect(forgetful.state.log.words.id(word)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves a model that answers bit for bit as one that was not there since then', () => {
    fc.assert(
      fc.property(anyLessons, fc.integer({ min: 0, max: 60 }), (lessons, kept) => {
        const forgetful = taught(lessons);
        expect(forgetful.forgetSince(10_000 * kept)).toBe(Math.max(0, lessons.length - kept));
        expect(answers(forgetful)).toEqual(answers(taught(lessons.slice(0, kept))));
      }),
      { numRuns: 40 },
    );
  });

  it('takes out a phrase wherever it stands, and no word of it elsewhere', () => {
    const personal = fresh();
    write(personal, 'I see Zorblax Quux here. I know Zorblax. I know Quux. Now Zorblax Quux sees me');
    expect(personal.forgetPhrase('zorblax, QUUX')).toBe(4);
    const innocent = fresh();
    write(innocent, 'I see');
    innocent.learn({ ...readContext(''), words: ['', ''] }, 'here');
    write(innocent, 'I know Zorblax. I know Quux. Now');
    innocent.learn({ ...readContext(''), words: ['', ''] }, 'sees');
    innocent.learn({ ...readContext(''), words: ['', 'sees'] }, 'me');
    expect(answers(personal)).toEqual(answers(innocent));
    expect(personal.forgetPhrase('')).toBe(0);
    expect(personal.forgetPhrase('never said')).toBe(0);
  });

  it('goes as far as everything, decisions included', () => {
    const personal = fresh();
    write(personal, 'I see Zorblax');
    personal.setRule('zorblax', 'blocked');
    personal.forgetAll();
    expect(personal.words()).toEqual([]);
    expect(answers(personal)).toEqual(answers(fresh()));
  });

  it('is told to those who listen, as learning is', () => {
    const personal = fresh();
    const changes: string[] = [];
    const stop = personal.onChange((change) => changes.push(change));
    write(personal, 'I see');
    personal.forget('see');
    personal.forget('unseen');
    personal.setRule('i', 'blocked');
    stop();
    personal.forgetAll();
    expect(changes).toEqual(['appended', 'appended', 'forgotten', 'rewritten']);
  });
});
