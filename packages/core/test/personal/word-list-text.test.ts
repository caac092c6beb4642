import { describe, expect, it } from 'vitest';
import { PredictionError } from '../../src/errors.ts';
import { createPersonal, readWordList } from '../../src/personal/index.ts';

const readable: Record<string, [text: string, list: [string, number][]]> = {
  'a word a line': [
    'apple\nBanana\n\napple\n',
    [
      ['apple', 1],
      ['Banana', 1],
    ],
  ],
  'words and counts with commas': [
    'apple,3\nbanana,12',
    [
      ['apple', 3],
      ['banana', 12],
    ],
  ],
  'counts and words with tabs': [
    '3\tapple\r\n12\tbanana\r\n',
    [
      ['apple', 3],
      ['banana', 12],
    ],
  ],
  'words and counts with semicolons': [
    'apple;3\nbanana;12',
    [
      ['apple', 3],
      ['banana', 12],
    ],
  ],
  'words and counts with a space': [
    'apple 3\nbanana 12',
    [
      ['apple', 3],
      ['banana', 12],
    ],
  ],
  'a byte order mark and a line that names the columns': ['\ufeffword,count\napple,3', [['apple', 3]]],
  'columns in another order': [
    'count,word\n3,apple\n4,pear',
    [
      ['apple', 3],
      ['pear', 4],
    ],
  ],
  'quoted cells': [
    '"apple","3"\n"o""neil",4\n"a,b",5',
    [
      ['apple', 3],
      ['o"neil', 4],
      ['a,b', 5],
    ],
  ],
  'cells that are empty': [
    'apple,\nbanana,2\ncherry,3',
    [
      ['apple', 1],
      ['banana', 2],
      ['cherry', 3],
    ],
  ],
  "Gboard's dictionary": [
    '# Gboard Dictionary version:1\n# Gboard Dictionary format:shortcut\tword\tlanguage_tag\n\tZorblax\ten-US\nomw\ton my way\ten-US\nhw\tHomework\t\n',
    [
      ['Zorblax', 1],
      ['Homework', 1],
    ],
  ],
  "AOSP's combined list": [
    "dictionary=main:en,locale=en,description=English,date=1414726273,version=54\n word=the,f=222,flags=,originalFreq=222\n  bigram=end,f=9\n word=dont,f=50,not_a_word=true\n  shortcut=don't,f=whitelist\n word=damn,f=0\n word=plain\n",
    [
      ['the', 222],
      ['dont', 50],
      ['plain', 1],
    ],
  ],
  'words of other scripts': [
    'привет,2\n你好,3\nनमस्ते,4',
    [
      ['привет', 2],
      ['你好', 3],
      ['नमस्ते', 4],
    ],
  ],
  'names of what every object has': [
    '__proto__,2\nconstructor,3',
    [
      ['__proto__', 2],
      ['constructor', 3],
    ],
  ],
  'a word that comes twice': [
    'apple,3\nApple,1\napple,7',
    [
      ['apple', 7],
      ['Apple', 1],
    ],
  ],
  'counts of 0': [
    'apple,0\nbanana,1',
    [
      ['apple', 1],
      ['banana', 1],
    ],
  ],
};

const unreadable: Record<string, [text: string, message: RegExp]> = {
  nothing: ['', /line 1 and those that follow hold no word/],
  'comments alone': ['# hello\n#', /hold no word/],
  prose: ['this is no list\nbut a text of several words', /hold no word/],
  'numbers alone': ['1,2\n3,4', /hold no word/],
  'a negative count': ['apple,3\nbanana,-1', /line 2 has the count "-1"/],
  'a count with a fraction': ['apple,3\nbanana,0.5', /line 2 has the count "0.5"/],
  'a count above a billion': ['apple,3\nbanana,1000000001', /line 2 has the count "1000000001"/],
  'a count that is none': ['apple,3\nbanana,4\ncherry,lots', /line 3 has the count "lots"/],
  'a frequency that is none': [' word=a,f=1\n word=b,f=x', /line 2 has the count "x"/],
  'a line without a word': ['apple,3\n,4\npear,5', /line 2 has no word in column 1/],
  'a combined list with something else in it': [' word=a,f=1\nhello', /line 2 names no word/],
  'a quote that is not closed': ['apple,3\n"banana,4', /line 2 opens a quote/],
  'something behind a quote': ['apple,3\n"banana"s,4', /line 2 has something behind/],
  'bytes that are no text': ['apple\nPK\u0003\u0004', /line 2 has no text/],
  'half a character': ['apple\nx\ud800', /line 2 has no text/],
  'a word of 256 bytes': [`apple\n${'é'.repeat(128)}`, /line 2 has a word of more than 255 bytes/],
};

describe('reading a list of words', () => {
  it.each(Object.entries(readable))('reads %s', (_, [text, list]) => {
    expect(readWordList(text)).toEqual(list);
  });

  it.each(Object.entries(unreadable))('refuses %s, and says why', (_, [text, message]) => {
    const read = (): unknown => readWordList(text);
    expect(read).toThrow(PredictionError);
    expect(read).toThrow(message);
  });

  it('refuses more text than 16 million characters, and takes little time for what it reads', () => {
    expect(() => readWordList('a'.repeat(16 * 2 ** 20 + 1))).toThrow(RangeError);
    expect(() => readWordList(','.repeat(1e6))).toThrow(PredictionError);
    expect(() => readWordList('"'.repeat(1e6))).toThrow(PredictionError);
    expect(() => readWordList('a'.repeat(1e6))).toThrow(PredictionError);
    expect(() => readWordList(`${' '.repeat(1e6)}word`)).not.toThrow();
  });

  it('gives what `learnList` takes', () => {
    const personal = createPersonal();
    expect(personal.learnList(readWordList('Zorblax,3\nhello,2'))).toBe(2);
    expect(personal.words().map(({ text, count }) => [text, count])).toEqual([
      ['hello', 2],
      ['Zorblax', 3],
    ]);
  });
});
