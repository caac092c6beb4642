import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChoiceModel, openChoice } from '../../src/neural/ort-choice.ts';
import type { NeuralFiles } from '../../src/pack.ts';
import { choiceFiles, modelFiles, readFixture } from './fixtures.ts';

/** What PyTorch answers: see docs/neural-format.md. */
interface ChoiceParity {
  readonly tolerance: number;
  readonly sha256: string;
  readonly questions: readonly {
    readonly context: string;
    readonly candidates: readonly string[];
    readonly quantised: readonly number[];
  }[];
}

const packFolder = new URL('../../../pack-en/', import.meta.url);
const packFiles = (): NeuralFiles => ({
  graph: readFileSync(new URL('choice.onnx', packFolder)),
  weights: readFileSync(new URL('choice.q8', packFolder)),
  vocabulary: readFileSync(new URL('tokenizer.json', packFolder)),
});
const parityOf = (path: string): ChoiceParity => JSON.parse(new TextDecoder().decode(readFixture(path)));

describe.each([
  ['the tiny fixture', choiceFiles, parityOf('choice/choice.parity.json')],
  ['the English pack', packFiles, parityOf('pack-en-choice.parity.json')],
])('the choice model of %s', (_, files, { tolerance, questions }) => {
  let model: ChoiceModel;
  beforeAll(async () => {
    model = await openChoice(files());
    // The pack's weights are five million.
  }, 60_000);
  afterAll(() => model.close());

  it('scores as PyTorch does', async () => {
    expect(questions.length).toBeGreaterThanOrEqual(6);
    for (const { context, candidates, quantised } of questions) {
      const { logits } = await model.score(context, candidates);
      const differences = quantised.map((score, index) => Math.abs(score - logits[index]!));
      expect(Math.max(...differences), JSON.stringify(context)).toBeLessThan(tolerance);
    }
  });
});

describe('openChoice', () => {
  let model: ChoiceModel;
  const candidates = ['Yes, please.', 'The boats are blue.', 'Six or seven.'];
  beforeAll(async () => {
    model = await openChoice(choiceFiles());
  });
  afterAll(() => model.close());

  it('gives the softmax of the scores, each of which depends on its own candidate alone', async () => {
    const { logits, probabilities } = await model.score('Do you want some coffee?', candidates);
    const sum = logits.reduce((total, logit) => total + Math.exp(logit), 0);
    for (const [index, candidate] of candidates.entries()) {
      expect(probabilities[index]).toBeCloseTo(Math.exp(logits[index]!) / sum, 12);
      expect((await model.score('Do you want some coffee?', [candidate])).logits[0]).toBeCloseTo(logits[index]!, 5);
    }
    expect((await model.score('Do you want some coffee?', candidates.slice(0, 1))).probabilities).toEqual(
      Float64Array.of(1),
    );
  });

  it('reads the end of a long context, and the beginning of a long candidate', async () => {
    const endOf = (context: string) => model.score(context, ['Yes.']);
    const long = 'and then '.repeat(200);
    expect(await endOf(`${long}the sea`)).toEqual(await endOf(`The boats. ${long}the sea`));
    expect(await endOf(`${long}the sea`)).not.toEqual(await endOf(`${long}the town`));
    const { logits } = await model.score('', [long, `${long}the sea`]);
    expect(logits[0]).toBe(logits[1]);
  });

  it('refuses too few and too many candidates', async () => {
    await expect(model.score('a', [])).rejects.toThrow(new RangeError('candidates must be from 1 to 20, not 0'));
    await expect(model.score('a', Array(21).fill('b'))).rejects.toThrow(/from 1 to 20, not 21/);
  });

  it('refuses another graph, other weights, another tokenizer, and to score once closed', async () => {
    const malformed = (message: RegExp) =>
      expect.objectContaining({ code: 'file-malformed', message: expect.stringMatching(message) });
    const files = choiceFiles();
    const { graph: attending, weights: other } = {
      graph: readFixture('gpt-tiny/gpt.inspect.onnx'),
      weights: modelFiles('gpt-tiny', 'gpt').weights,
    };
    await expect(openChoice({ ...files, weights: other })).rejects.toThrow(malformed(/those of "gpt"/));
    await expect(openChoice({ ...files, graph: attending })).rejects.toThrow(malformed(/choice\.onnx/));
    const { vocabulary } = modelFiles('hf-tiny', 'gpt');
    await expect(openChoice({ ...files, vocabulary })).rejects.toThrow(malformed(/384 tokens, choice has 512/));
    const closed = await openChoice(files);
    await Promise.all([closed.close(), closed.close()]);
    await expect(closed.score('a', ['b'])).rejects.toMatchObject({ code: 'closed' });
  });
});
