import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GptModel } from '../../src/neural/gpt-model.ts';
import { wordSpans } from '../../src/words.ts';
import { scatteredLogits, ToyBackend, ToyTokenizer } from './toy-gpt.ts';

const tokenizer = new ToyTokenizer([
  ...[' ', '\n', ' the', ' cat', ' ca', 't', 's', '.', ' “', 'the', '”', '-', ' 🙂'],
  ...Array.from({ length: 128 }, (_, at) => Uint8Array.of(0x80 + at)),
]);
const { size } = tokenizer;
const logits = scatteredLogits(size, 2, 100);
const modelOf = (contextLength?: number) => new GptModel(new ToyBackend(size, logits, contextLength), tokenizer);

/** ln P(token | tokens before), the start token standing for an empty text. */
function logProb(before: string[], token: string): number {
  const ids = before.map((text) => tokenizer.id(text));
  const values = Array.from(Float32Array.from(logits(ids.length === 0 ? [0] : ids)));
  return values[tokenizer.id(token)]! - Math.log(values.reduce((sum, value) => sum + Math.exp(value), 0));
}

describe('GptModel.score', () => {
  it('gives each word what its tokens have together, and the text what all have', async () => {
    const score = await modelOf().score('the cats-the. cat');
    const line = [' the', ' cat', 's', '-', 'the', '.', ' cat'];
    const each = line.map((token, at) => logProb(line.slice(0, at), token));
    const sum = (from: number, to: number) => each.slice(from, to).reduce((total, value) => total + value, 0);
    expect(score.words.map(({ text }) => text)).toEqual(['the', 'cats-the', 'cat']);
    const expected = [sum(0, 1), sum(1, 5), sum(6, 7)];
    for (const [at, word] of score.words.entries()) expect(word.logProb).toBeCloseTo(expected[at]!, 5);
    expect(score.logProb).toBeCloseTo(sum(0, 7), 5);
    expect(score.bitsPerCharacter).toBeCloseTo(-sum(0, 7) / Math.LN2 / 'the cats-the. cat'.length, 5);
  });

  it('gives a score to any text, its words those of the library', async () => {
    const pieces = fc.constantFrom('the', 'cat', 'cats', ' ', ' ', '\n', '.', '🙂', '語', '\ud83d', '”');
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 30 }), fc.constantFrom(16, 64), async (parts, contextLength) => {
        const text = parts.join('');
        const { words, logProb, bitsPerCharacter } = await modelOf(contextLength).score(text);
        const total = words.reduce((sum, word) => sum + word.logProb, 0);
        expect(logProb).toBeLessThanOrEqual(total + 1e-9);
        expect(bitsPerCharacter).toBeGreaterThanOrEqual(0);
        const read = tokenizer.decode(tokenizer.encode(text));
        expect(words.map((word) => word.text)).toEqual(wordSpans(read).map(({ start, end }) => read.slice(start, end)));
      }),
      { numRuns: 40 },
    );
  });

  it('scores an empty text 0', async () => {
    expect(await modelOf().score('')).toEqual({ words: [], logProb: 0, bitsPerCharacter: 0 });
  });

  it.each([
    [undefined, tokenizer.endOfText],
    [tokenizer.id('\n'), tokenizer.id('\n')],
  ])('begins after the token that the network names, here %s', async (startToken, expected) => {
    const asked: number[][] = [];
    const backend = new ToyBackend(size, (history) => {
      asked.push([...history]);
      return logits(history);
    });
    await new GptModel(Object.assign(backend, startToken === undefined ? {} : { startToken }), tokenizer).score('cat');
    expect(asked[0]).toEqual([expected]);
  });

  it('throws the reason of its signal', async () => {
    const controller = new AbortController();
    const scoring = modelOf().score('the cat '.repeat(50), controller.signal);
    setTimeout(() => controller.abort(new Error('enough')));
    await expect(scoring).rejects.toThrow('enough');
  });
});
