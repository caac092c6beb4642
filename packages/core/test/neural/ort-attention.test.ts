import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AttentionModel, openAttention } from '../../src/neural/ort-attention.ts';
import { openTokenizer } from '../../src/neural/tokenizer.ts';
import { decodeWeights } from '../../src/neural/weights.ts';
import { modelFiles, readFixture } from './fixtures.ts';

const gpt = modelFiles('gpt-tiny', 'gpt');
const files = { ...gpt, graph: readFixture('gpt-tiny/gpt.inspect.onnx') };
const text = 'The old man looked at the sea. “It is late,” he said — 你好.';

describe('openAttention', () => {
  let model: AttentionModel;
  beforeAll(async () => {
    model = await openAttention(files);
  });
  afterAll(() => model.close());

  it('gives each token’s attention to those up to it, all of it', async () => {
    const { tokens, layers, heads, shares } = await model.read(text);
    const T = tokens.length;
    expect(layers).toBe(decodeWeights(files.weights).layers);
    expect(heads).toBeGreaterThan(1);
    expect(shares).toHaveLength(layers * heads * T * T);
    for (let row = 0; row < layers * heads * T; row++) {
      const columns = shares.subarray(row * T, (row + 1) * T);
      const seen = 1 + (row % T);
      expect(columns.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
      expect(columns.every((share) => share >= 0)).toBe(true);
      expect([...columns.subarray(seen)]).toEqual(Array(T - seen).fill(0));
    }
  });

  it('names the tokens, that before the document empty', async () => {
    const { tokens } = await model.read('The old man');
    const tokenizer = openTokenizer(files.vocabulary);
    expect(tokens).toEqual(['', ...Array.from(tokenizer.encode('The old man'), (id) => tokenizer.decode([id]))]);
    expect(tokens.join('')).toBe(' The old man');
  });

  it('sees nothing but the token before the document in an empty text', async () => {
    const { tokens, shares } = await model.read('');
    expect(tokens).toEqual(['']);
    expect(shares.every((share) => share === 1)).toBe(true);
  });

  it('does not let later tokens change what earlier ones looked at', async () => {
    const short = await model.read('The old man');
    const long = await model.read('The old man looked at the sea');
    const T = short.tokens.length;
    for (let head = 0; head < short.layers * short.heads; head++) {
      for (let row = 0; row < T; row++) {
        for (let column = 0; column < T; column++) {
          const share = short.shares[(head * T + row) * T + column]!;
          const again = long.shares[(head * long.tokens.length + row) * long.tokens.length + column]!;
          expect(Math.abs(share - again)).toBeLessThan(1e-5);
        }
      }
    }
  });

  it('reads the end of a long text', async () => {
    const { contextLength } = decodeWeights(files.weights);
    const { tokens } = await model.read(`${'and then '.repeat(contextLength)}the sea`);
    expect(tokens).toHaveLength(contextLength);
    expect(tokens.join('')).toMatch(/ then the sea$/);
  });

  it('refuses the graph that predicts, other weights, another tokenizer, and to read once closed', async () => {
    const malformed = (message: RegExp) =>
      expect.objectContaining({ code: 'file-malformed', message: expect.stringMatching(message) });
    await expect(openAttention(gpt)).rejects.toThrow(malformed(/a graph for predicting/));
    const { weights } = modelFiles('lstm-tiny', 'lstm');
    await expect(openAttention({ ...files, weights })).rejects.toThrow(malformed(/those of "lstm"/));
    const { vocabulary } = modelFiles('hf-tiny', 'gpt');
    await expect(openAttention({ ...files, vocabulary })).rejects.toThrow(malformed(/384 tokens, gpt has 512/));
    const other = await openAttention(files);
    await other.close();
    await expect(other.read('a')).rejects.toMatchObject({ code: 'closed' });
  });
});
