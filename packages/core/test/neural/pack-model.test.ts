import { describe, expect, it } from 'vitest';
import { packModelSpec } from '../../src/neural/pack-model.ts';
import { openNgram } from '../../src/ngram-model.ts';
import { writeNgram } from '../../src/ngram-writer.ts';
import type { NeuralFiles, Pack } from '../../src/pack.ts';

const words = ['<unk>', '<s>', '</s>', 'hell', 'hello', 'london', '，'];
const ngram = openNgram(
  writeNgram(
    {
      order: 1,
      words,
      levels: [{ lastWords: Uint32Array.from(words.keys()), logProbs: new Float32Array(words.length).fill(-2) }],
    },
    { displayForm: (word) => (word === 'london' ? 'London' : word), isOffensive: (word) => word === 'hell' },
  ),
);
const files = { graph: Uint8Array.of(1), weights: Uint8Array.of(2), vocabulary: Uint8Array.of(3) };
const packOf = (read: NeuralFiles, language = 'en') =>
  ({ manifest: { language }, ngram, readModel: async () => read }) as unknown as Pack;

describe('packModelSpec', () => {
  it('tells a GPT how the pack’s words are written and how likely words end behind its tokens', async () => {
    const spec = await packModelSpec(packOf({ ...files, endShares: Uint8Array.of(0, 51, 255) }), 'gpt');
    expect(spec).toEqual({
      kind: 'gpt',
      files,
      displayForms: new Map([['london', 'London']]),
      endShares: Float32Array.of(0, 0.2, 1),
    });
  });

  it('leaves out the end shares where none were measured', async () => {
    expect(await packModelSpec(packOf(files), 'gpt')).not.toHaveProperty('endShares');
  });

  it.each(['zh', 'zh-Hans-CN', 'ja'])(
    'tells it the words that may be suggested of a language that does not space them: %s',
    async (language) => {
      const spec = await packModelSpec(packOf(files, language), 'gpt');
      expect(spec).toMatchObject({ unspacedWords: new Set(['hello', 'london']) });
      expect(await packModelSpec(packOf(files), 'gpt')).not.toHaveProperty('unspacedWords');
    },
  );

  it('gives word models their files', async () => {
    expect(await packModelSpec(packOf(files), 'lstm')).toEqual({ kind: 'lstm', files });
  });
});
