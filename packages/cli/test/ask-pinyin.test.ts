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

interface Answer {
  readonly letters: string;
  readonly segments: readonly { readonly text: string }[];
  readonly candidates: readonly { readonly text: string }[];
}

async function ask(...args: string[]): Promise<Answer[]> {
  const { code, stdout, stderr } = await foreword('ask', '--pack', pack, '--pinyin', '--json', ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const first = ({ candidates }: Answer): string | undefined => candidates[0]?.text;

describe('foreword ask --pinyin', () => {
  it('prints what each TEXT may stand for, as many candidates as are wanted', async () => {
    const answers = await ask('--limit', '2', 'nihao', 'hao');
    expect(answers.map(({ letters }) => letters)).toEqual(['nihao', 'hao']);
    expect(answers.map(first)).toEqual(['你好', '好']);
    for (const { candidates } of answers) expect(candidates).toHaveLength(2);
    expect(answers[0]!.segments.map(({ text }) => text).filter((text) => text !== "'")).toEqual(['ni', 'hao']);
  });

  it('reads what follows a text', async () => {
    expect((await ask('--before', '五', 'hao')).map(first)).toEqual(['号']);
  });

  it('prints for people where nothing else is wanted', async () => {
    const { stdout } = await foreword('ask', '--pack', pack, '--pinyin', '--limit', '1', 'nihao');
    expect(stdout).toMatch(/^ni'hao\n {2}1 {2}你好 {2}-\d+\.\d\d {2}你好 ni'hao\n$/);
  });

  it('knows the models that pinyin can be asked of', async () => {
    expect(await foreword('ask', '--pack', pack, '--pinyin', '--model', 'lstm', 'hao')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--pinyin knows the models ngram and mixture/),
    });
  });
});
