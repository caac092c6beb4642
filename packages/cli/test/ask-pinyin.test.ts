import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foreword } from './command-line.ts';
import { chinesePack, type Workplace, workplace } from './lexicon/running.ts';

let place: Workplace;
let pack: string;
beforeAll(async () => {
  place = workplace();
  pack = await chinesePack(place);
});
afterAll(() => place.remove());

describe('foreword ask --pinyin', () => {
  it('reads what follows a text', async () => {
    const first = async (...args: string[]): Promise<string> => {
      const { stdout } = await foreword('ask', '--pack', pack, '--pinyin', '--json', ...args);
      return JSON.parse(stdout).candidates[0].text;
    };
    expect(await first('hao')).toBe('好');
    expect(await first('--before', '五', 'hao')).toBe('号');
  });

  it('knows the models that pinyin can be asked of', async () => {
    expect(await foreword('ask', '--pack', pack, '--pinyin', '--model', 'lstm', 'hao')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--pinyin knows the models ngram and mixture/),
    });
  });
});
