import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const read = (name: string) => readFileSync(new URL(`../../../packages/pack-en/${name}`, import.meta.url));
const json = (name: string) => JSON.parse(read(name).toString());
const sha256 = (file: string) => createHash('sha256').update(read(file)).digest('hex');
const { models, vectors } = json('pack.json');

// Where one of these fails other weights have come: packages/pack-en/README.md says what measures them.
describe('what was measured beforehand', () => {
  test('is of every table of vectors in the pack, as it is', () => {
    const { tables } = json('analogies.json');
    expect(tables.map(({ table }: { table: string }) => table)).toEqual(['word2vec', 'nnlm', 'gpt']);
    for (const { table, weightsSha256, asked, correct, semantic, syntactic } of tables) {
      expect(weightsSha256).toBe(sha256((table === 'word2vec' ? vectors : models[table]).weights.file));
      expect(asked).toBe(semantic.asked + syntactic.asked);
      expect(correct).toBe(semantic.correct + syntactic.correct);
    }
  });

  test('is of the GPT as it is, with the standard error of so many passages', () => {
    const { weightsSha256, passages, accuracy, standardError } = json('lambada.json');
    expect(weightsSha256).toBe(sha256(models.gpt.weights.file));
    expect(standardError).toBeCloseTo(Math.sqrt((accuracy * (1 - accuracy)) / passages), 12);
  });
});
