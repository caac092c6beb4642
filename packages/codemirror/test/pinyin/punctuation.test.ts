import { describe, expect, it } from 'vitest';
import { fullWidthMark } from '../../src/pinyin/punctuation.ts';
import { Typist } from './typist.ts';

describe('punctuation in Chinese mode', () => {
  it.each([
    [',', '，'],
    ['.', '。'],
    ['?', '？'],
    ['!', '！'],
    [':', '：'],
    [';', '；'],
    ['(', '（'],
    [')', '）'],
    ['<', '《'],
    ['>', '》'],
    ['[', '【'],
    [']', '】'],
    ['\\', '、'],
    ['^', '……'],
    ['_', '——'],
    ['$', '￥'],
  ])('%s types %s', (key, mark) => {
    expect(new Typist('你|').type(key).text).toBe(`你${mark}|`);
  });

  it('leaves what has no full width, and names of other objects', () => {
    expect(new Typist().type('@#%&*+=-/|{}').text).toBe('@#%&*+=-/|{}|');
    expect(fullWidthMark('constructor', '')).toBeNull();
  });

  it('pairs quotes by what the line has open', () => {
    expect(new Typist('他说|').type('"').type('ni ').type('"').type('"').text).toBe('他说“你”“|');
    expect(new Typist('“开\n|').type('"').text).toBe('“开\n“|');
    expect(new Typist('|').type("''").text).toBe('‘’|');
  });

  it('stays as it is right after a digit, if so wished', () => {
    expect(new Typist('3|').type('.14,0').text).toBe('3.14,0|');
    expect(new Typist('10|').type(':30;').text).toBe('10:30；|');
    expect(new Typist('3|', { halfWidthAfterDigit: false }).type('.').text).toBe('3。|');
  });

  it('is half-width with that option, and in English mode', () => {
    expect(new Typist('你|', { punctuation: 'half' }).type(',."').text).toBe('你,."|');
    expect(new Typist('你|', { startsInChinese: false }).type(',."').text).toBe('你,."|');
  });

  it.each([
    ['full', '你好，|'],
    ['half', '你好,|'],
  ] as const)('commits the best reading first, %s', (punctuation, text) => {
    const typist = new Typist('|', { punctuation }).type('nihao');
    typist.press(',');
    expect(typist.text).toBe(text);
  });

  it('commits the selected candidate and the best of what is left', () => {
    const typist = new Typist().type('nihaoshijie');
    typist.press('ArrowDown', 'ArrowDown', '!');
    expect(typist.text).toBe('拟好世界！|');
  });

  it('is of full width behind hanzi that follow a digit', () => {
    const typist = new Typist('3|').type('ni');
    typist.press('.');
    expect(typist.text).toBe('3你。|');
  });

  it('closes a quote behind what is committed', () => {
    const typist = new Typist('“|').type('ni');
    typist.press('"');
    expect(typist.text).toBe('“你”|');
  });
});
