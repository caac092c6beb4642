import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPersonal, type Personal } from '../../src/personal/personal.ts';
import { compositionOf } from '../../src/pinyin/composition.ts';
import { createPinyinEngine } from '../../src/pinyin/engine.ts';
import type { PinyinEngine, ReadWord } from '../../src/pinyin/types.ts';
import { toy } from './toy-pinyin.ts';

const freshPersonal = () => createPersonal({ ngram: toy.ngram, writer: 'test', now: () => 1_000_000 });
const engineOf = (personal?: Personal): PinyinEngine =>
  createPinyinEngine({ ngram: toy.ngram, lexicon: toy.lexicon, ...(personal && { personal }) });

/** Words as a candidate has them; only their texts are learned. */
const written = (...words: string[]): ReadWord[] =>
  words.map((text) => ({ text, reading: '?', start: 0, end: text.length }));

const read = (engine: PinyinEngine, letters: string, before = '') => engine.read(compositionOf(letters), { before });
const texts = (engine: PinyinEngine, letters: string, before = '') =>
  read(engine, letters, before).candidates.map(({ text }) => text);
const placeOf = (engine: PinyinEngine, letters: string, text: string) => texts(engine, letters).indexOf(text);
const probes = ['ni', 'nihao', 'xian', 'fangan', 'anfang', 'af', 'nvrena', 'hangde', 'zgr', 'renren', 'aini'];

/** What an engine answers to all kinds of letters. */
const answers = (engine: PinyinEngine) =>
  probes.flatMap((letters) => ['', '我', '中国，'].map((before) => read(engine, letters, before)));

describe('an engine with a personal model', () => {
  it('answers as one without while nothing has been learned', () => {
    expect(answers(engineOf(freshPersonal()))).toEqual(answers(engineOf()));
  });

  it('ranks up what was written, at the very next key', () => {
    const engine = engineOf(freshPersonal());
    expect(texts(engine, 'ni').slice(0, 2)).toEqual(['你', '尼']);
    for (let time = 0; time < 200; time++) engine.learn('', written('尼'));
    expect(texts(engine, 'ni')[0]).toBe('尼');
    // After another text too, where the first read starts anew.
    for (let time = 0; time < 200; time++) engine.learn('', written('怒'));
    expect(texts(engine, 'nu', '我的')[0]).toBe('怒');
  });

  it('has learned the same whether the next question has another beginning or not', () => {
    const [one, other] = [engineOf(freshPersonal()), engineOf(freshPersonal())];
    for (const engine of [one, other]) read(engine, 'ni');
    for (const engine of [one, other]) engine.learn('', written('尼', '好'));
    read(one, 'ni');
    expect(read(one, 'nihao', '先')).toEqual(read(other, 'nihao', '先'));
  });

  it('learns which word follows which', () => {
    const engine = engineOf(freshPersonal());
    const scoreOf = (before: string) => read(engine, 'ni', before).candidates.find(({ text }) => text === '尼')!.score;
    for (let time = 0; time < 10; time++) engine.learn('', written('饿', '尼', '安', '你'));
    expect(scoreOf('饿')).toBeGreaterThan(scoreOf('安'));
  });

  it('makes no word of a sentence that was chosen as a whole', () => {
    const engine = engineOf(freshPersonal());
    engine.learn('', written('方', '女'));
    expect(read(engine, 'fangnv').candidates.find(({ text }) => text === '方女')!.words).toHaveLength(2);
  });

  it('offers a new word when its parts were chosen together, with the reading of its parts', () => {
    const engine = engineOf(freshPersonal());
    expect(texts(engine, 'fangnv')).toEqual(['方女', '方', '反', 'fangnv']);
    engine.learn('', written('方', '女'), true);
    const { candidates } = read(engine, 'fangnv');
    expect(candidates.find(({ text, words }) => text === '方女' && words.length === 1)).toMatchObject({
      kind: 'word',
      words: [{ text: '方女', reading: "fang'nv", start: 0, end: 6 }],
    });
    expect(texts(engine, 'fn')).toContain('方女');
    expect(read(engine, 'fangn').segments.map(({ text }) => text)).toEqual(['fang', 'n']);
    // A part that is read otherwise inside a word of the lexicon is read so in the new word too.
    engine.learn('', written('银行', '号'), true);
    expect(read(engine, 'yinhanghao').candidates.find(({ words }) => words.length === 1)).toMatchObject({
      text: '银行号',
      words: [{ reading: "yin'hang'hao" }],
    });
  });

  it('offers no new word of more than four characters, of other than Chinese, or of one part', () => {
    const personal = freshPersonal();
    const engine = engineOf(personal);
    engine.learn('', written('中国人', '你好'), true);
    engine.learn('', written('u', '安'));
    engine.learn('', written('方案'));
    engine.learn('', []);
    engine.learn('', written(''));
    expect(
      personal
        .words()
        .map(({ word }) => word)
        .sort(),
    ).toEqual(['中国人', '你好', '安', '方案'].sort());
  });

  it('learns nothing while paused', () => {
    const personal = freshPersonal();
    const engine = engineOf(personal);
    personal.isPaused = true;
    for (let time = 0; time < 30; time++) engine.learn('', written('尼', '安'));
    expect(personal.words()).toEqual([]);
    expect(answers(engine)).toEqual(answers(engineOf()));
  });

  it('neither raises nor adds words that are blocked', () => {
    const personal = freshPersonal();
    const engine = engineOf(personal);
    for (let time = 0; time < 200; time++) engine.learn('', written('尼', '安'));
    expect(placeOf(engine, 'nian', '尼安')).toBe(0);
    personal.setRule('尼安', 'blocked');
    expect(read(engine, 'nian').candidates.some(({ text, words }) => text === '尼安' && words.length === 1)).toBe(
      false,
    );
    personal.setRule('尼', 'blocked');
    personal.setRule('安', 'blocked');
    expect(texts(engine, 'ni')).toEqual(texts(engineOf(), 'ni'));
    personal.setRule('尼', null);
    expect(texts(engine, 'ni')[0]).toBe('尼');
  });

  it('counts against a word that it was taken back', () => {
    const personal = freshPersonal();
    const engine = engineOf(personal);
    engine.learn('', written('安', '方'), true);
    const context = { text: '', words: [], prefix: '', prefixLength: 0 };
    const scoreOf = () => read(engine, 'an').candidates.find(({ text }) => text === '安')!.score;
    const before = scoreOf();
    personal.reject(context, '安');
    expect(scoreOf()).toBeLessThan(before);
  });

  it('reads a new word by its own letters after others were forgotten', () => {
    const personal = freshPersonal();
    const engine = engineOf(personal);
    engine.learn('', written('方', '女'), true);
    const reading = () =>
      read(engine, 'fn').candidates.find(({ words }) => words.length === 1 && words[0]!.text.length === 2);
    expect(reading()).toMatchObject({ text: '方女', words: [{ reading: "fang'nv" }] });
    personal.forgetAll();
    engine.learn('', written('反', '你'), true);
    expect(reading()).toMatchObject({ text: '反你', words: [{ reading: "fan'ni" }] });
  });

  it('writes with a converter what was learned in simplified characters', () => {
    const script = {
      write: (text: string) => text.replaceAll('国', '國').replaceAll('爱', '愛'),
      read: (text: string) => text.replaceAll('國', '国').replaceAll('愛', '爱'),
    };
    const personal = freshPersonal();
    const engine = createPinyinEngine({ ngram: toy.ngram, lexicon: toy.lexicon, personal, options: { script } });
    engine.learn('愛', written('国', '安'), true);
    expect(texts(engine, 'guoan')).toContain('國安');
    expect(personal.words().map(({ word }) => word)).toContain('国安');
  });
});

const someWords = ['尼', '安', '方', '反', '女', '行', '中国', '人', '爱', 'ok', '怒', '银行'];
const sentence = fc.record({
  before: fc.constantFrom('', '我', '中国，', '好。'),
  words: fc.array(fc.constantFrom(...someWords), { minLength: 1, maxLength: 4 }),
});

describe('forgetting', () => {
  it('leaves an engine that answers as if a word had never been learned', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(
        fc.array(sentence, { maxLength: 6 }),
        fc.constantFrom('饿', '略', '感'),
        fc.array(fc.constantFrom('', '我', '号'), { minLength: 1, maxLength: 4 }),
        (sentences, word, places) => {
          const [personal, other] = [freshPersonal(), freshPersonal()];
          const [engine, never] = [engineOf(personal), engineOf(other)];
          for (const { before, words } of sentences) {
            for (const each of [engine, never]) each.learn(before, written(...words));
          }
          for (const before of places) engine.learn(before, written(word));
          answers(engine);
          expect(personal.forget(word)).toBe(places.length);
          // Ages count from the end of the log, where the words were taken out.
          expect(answers(engine)).toEqual(answers(never));
          expect(answers(engine)).toEqual(answers(engineOf(personal)));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('of everything leaves an engine as new', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(fc.array(sentence, { minLength: 1, maxLength: 6 }), (sentences) => {
        const personal = freshPersonal();
        const engine = engineOf(personal);
        for (const { before, words } of sentences) engine.learn(before, written(...words));
        answers(engine);
        personal.forgetAll();
        expect(answers(engine)).toEqual(answers(engineOf()));
      }),
      { numRuns: 40 },
    );
  });

  it('takes a new word out, parts and all', () => {
    const personal = freshPersonal();
    const engine = engineOf(personal);
    engine.learn('', written('安', '方'), true);
    for (const word of ['安方', '安', '方']) personal.forget(word);
    expect(answers(engine)).toEqual(answers(engineOf()));
  });
});
