import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CausalBackend } from '../../src/neural/backend.ts';
import { openCausalBackend, openWindowBackend } from '../../src/neural/ort-backend.ts';
import { modelFiles } from './fixtures.ts';

const files = modelFiles('gpt-tiny', 'gpt');
const code = (code: string) => expect.objectContaining({ name: 'PredictionError', code });

describe('openCausalBackend', () => {
  let backend: CausalBackend;
  beforeAll(async () => {
    backend = await openCausalBackend(files);
  });
  afterAll(() => backend.close());

  const run = (ids: number[], batch = 1) => backend.run(Int32Array.from(ids), batch, backend.startRow, 1);

  it('says what the weights file says', () => {
    expect(backend.startRow).toHaveLength(backend.rowLength);
    expect(backend.contextLength).toBeGreaterThan(8);
    expect(backend.vocabularySize).toBeGreaterThan(100);
  });

  it('gives beams of one past what each gets alone', async () => {
    const { vocabularySize: V, rowLength: R } = backend;
    const together = await run([5, 6, 7, 8, 9, 10], 3);
    expect(together.logits).toHaveLength(3 * V);
    for (let beam = 0; beam < 3; beam++) {
      const alone = await run([5 + 2 * beam, 6 + 2 * beam]);
      const difference = (a: Float32Array, b: Float32Array) => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));
      expect(difference(alone.logits, together.logits.subarray(beam * V, (beam + 1) * V))).toBeLessThan(1e-5);
      expect(difference(alone.rows, together.rows.subarray(beam * 2 * R, (beam + 1) * 2 * R))).toBeLessThan(1e-5);
    }
  });

  it('runs one after the other what is asked at once', async () => {
    const alone = [await run([3]), await run([4]), await run([5])];
    const atOnce = await Promise.all([run([3]), run([4]), run([5])]);
    expect(atOnce).toEqual(alone);
  });

  it('lets the caller keep and change what it gave', async () => {
    const first = await run([3]);
    const copy = first.logits.slice();
    first.logits.fill(0);
    expect((await run([3])).logits).toEqual(copy);
  });

  it('reports ids outside the vocabulary as a failure and goes on', async () => {
    await expect(run([backend.vocabularySize])).rejects.toThrow(code('model-failed'));
    expect((await run([3])).logits).toHaveLength(backend.vocabularySize);
  });

  it('refuses to run once closed, after the run under way', async () => {
    const other = await openCausalBackend(files);
    const running = other.run(Int32Array.of(1), 1, other.startRow, 1);
    const closing = other.close();
    await expect(other.run(Int32Array.of(1), 1, other.startRow, 1)).rejects.toThrow(code('closed'));
    expect((await running).logits).toHaveLength(other.vocabularySize);
    await closing;
    await other.close();
  });
});

describe('files that are no GPT', () => {
  const open = (change: Partial<typeof files>) => openCausalBackend({ ...files, ...change });

  it.each([
    ['an empty graph', { graph: new Uint8Array(0) }],
    ['a page instead of a graph', { graph: new TextEncoder().encode('<!doctype html>') }],
    ['half a graph', { graph: files.graph.slice(0, files.graph.length / 2) }],
    ['half the weights', { weights: files.weights.slice(0, files.weights.length / 2) }],
    ['weights of another architecture', { weights: modelFiles('hf-tiny', 'gpt').weights }],
    ['a graph of another architecture', { graph: modelFiles('hf-tiny', 'gpt').graph }],
  ])('are refused: %s', async (_, change) => {
    // Where the shapes happen to fit, the first run fails instead.
    const opening = open(change).then((backend) => backend.run(Int32Array.of(1), 1, backend.startRow, 1));
    await expect(opening).rejects.toThrow(/./);
    await expect(opening).rejects.toMatchObject({ name: 'PredictionError' });
  });

  it("are refused when they are an NNLM's place", async () => {
    await expect(openWindowBackend(files)).rejects.toThrow(code('file-malformed'));
  });
});
