import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foreword } from './command-line.ts';

const fixture = (path: string) => fileURLToPath(new URL(`../../core/test/${path}`, import.meta.url));
const text = fixture('fixtures/kenlm/tiny.test.txt');
const folder = mkdtempSync(join(tmpdir(), 'foreword-cli-test-'));
const pack = join(folder, 'pack');

const manifest = () => JSON.parse(readFileSync(join(pack, 'pack.json'), 'utf8'));
const scores = ({ stdout }: { stdout: string }) => JSON.parse(stdout) as Record<string, number>;

beforeAll(async () => {
  expect((await foreword('import', '--out', pack, fixture('fixtures/kenlm/tiny.o3.arpa'))).code).toBe(0);
  expect(await foreword('add', '--pack', pack, fixture('neural/fixtures/gpt-tiny'))).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(
      /^Added gpt .*gpt\.onnx, gpt\.q8, tokenizer\.json, gpt\.inspect\.onnx, gpt\.ends, [\d,]+ bytes\.\n$/,
    ),
  });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a pack with a neural model', () => {
  it('says what the model is made of', () => {
    const { gpt } = manifest().models;
    expect(gpt).toMatchObject({
      graph: { file: 'gpt.onnx' },
      weights: { file: 'gpt.q8' },
      vocabularySize: expect.any(Number),
    });
    expect(gpt.endShares.sizeBytes).toBe(gpt.vocabularySize);
    expect(gpt.inspect.file).toBe('gpt.inspect.onnx');
  });

  it('answers by the neural model alone and by a mixture, with the evidence of each', async () => {
    const { stdout } = await foreword('ask', '--pack', pack, '--model', 'gpt', '--json', 'the ');
    const [best] = JSON.parse(stdout).candidates;
    expect(best.evidence).toEqual([{ model: 'gpt', logProb: expect.any(Number), weight: 1 }]);
    const mixed = await foreword('ask', '--pack', pack, '--model', 'ngram+gpt', '--json', 'the ');
    for (const { probability, evidence } of JSON.parse(mixed.stdout).candidates) {
      type Share = { weight: number; logProb: number | null };
      const sum = (evidence as Share[]).reduce(
        (total, { weight, logProb }) => total + weight * Math.exp(logProb ?? -Infinity),
        0,
      );
      expect(sum).toBeCloseTo(probability, 9);
    }
  });

  it('learns the weights of a mixture and mixes by them', async () => {
    const dry = await foreword('mix', '--pack', pack, '--models', 'ngram,gpt', '--limit-lines', '3', '--dry-run', text);
    expect(dry).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^place +seen +ngram +gpt\nsentence-start +3 /),
    });
    expect(manifest().mixtures).toBeUndefined();
    for (let time = 0; time < 2; time++) {
      const { code, stdout } = await foreword(
        'mix',
        '--pack',
        pack,
        '--models',
        'ngram,gpt',
        '--limit-lines',
        '3',
        text,
      );
      expect({ code, stdout }).toEqual({ code: 0, stdout: dry.stdout });
    }
    const [mixture, ...others] = manifest().mixtures;
    expect(others).toEqual([]);
    expect(mixture.models).toEqual(['ngram', 'gpt']);
    const [ngram, gpt] = mixture.classes['word-start'];
    const { stdout } = await foreword('ask', '--pack', pack, '--model', 'mixture', '--json', 'in the ');
    const [{ evidence }] = JSON.parse(stdout).candidates;
    expect(evidence.map(({ model, weight }: { model: string; weight: number }) => [model, weight])).toEqual([
      ['gpt', expect.closeTo(gpt / (ngram + gpt), 9)],
      ['ngram', expect.closeTo(ngram / (ngram + gpt), 9)],
    ]);
  });

  it('learns the weights of a mixture from next words alone', async () => {
    const places = join(folder, 'places.tsv');
    writeFileSync(places, 'a\tin,\tthe city\tthe\nb\tof,\ta song\ta\n');
    const learn = (...options: string[]) =>
      foreword('mix', '--pack', pack, '--models', 'ngram,gpt', '--association', ...options, places);
    const before = manifest().mixtures;
    const dry = await learn('--dry-run');
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringMatching(/\nafter-unknown +2 +0\.\d+ +0\.\d+\n/) });
    expect(manifest().mixtures).toEqual(before);
    expect(await learn()).toMatchObject({ code: 0, stdout: dry.stdout });
    const [{ classes }] = manifest().mixtures;
    const [ngram, gpt] = classes['word-start'];
    expect(ngram + gpt).toBeCloseTo(1, 3);
    writeFileSync(places, 'a\tin\n');
    expect(await learn()).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^foreword mix: Line 1 of .*places\.tsv must hold/),
    });
  });

  it('is evaluated model by model, with the same scores in every run', async () => {
    const options = ['--pack', pack, '--json', '--limit-lines', '3', text];
    const gpt = scores(await foreword('evaluate', '--model', 'gpt', ...options));
    const { msP50: _a, msP95: _b, ...first } = scores(await foreword('evaluate', '--model', 'mixture', ...options));
    const { msP50: _c, msP95: _d, ...second } = scores(await foreword('evaluate', '--model', 'mixture', ...options));
    expect(second).toEqual(first);
    expect(first['wordPerplexity']).not.toBe(gpt['wordPerplexity']);
    expect(first['streamedChurn']).toBeGreaterThanOrEqual(0);
    expect(first).not.toHaveProperty('perplexity');
  });

  it('scores a text as if it were the only one', async () => {
    const { stdout } = await foreword('evaluate', '--pack', pack, '--model', 'gpt', '--json', text, text);
    const [alone, behind] = stdout
      .trim()
      .split('\n')
      .map((line) => {
        const { msP50: _p50, msP95: _p95, ...rest } = JSON.parse(line);
        return rest;
      });
    expect(behind).toEqual(alone);
  });

  it('is verified with its report, of each model its own bytes', async () => {
    const report = join(pack, 'report.json');
    for (const model of ['ngram', 'gpt', 'mixture', 'gpt']) {
      expect((await foreword('evaluate', '--pack', pack, '--model', model, '--report', text)).code).toBe(0);
    }
    const { code, stdout } = await foreword('verify', pack);
    expect(stdout.match(/scores as reported by \w+/g)).toEqual(
      ['ngram', 'gpt', 'mixture'].map((name) => `scores as reported by ${name}`),
    );
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/gpt\.q8, gpt\.ends, gpt\.inspect\.onnx: size and SHA-256 are as should be/),
    ]);

    const { mixtures, ...rest } = manifest();
    const honest = readFileSync(join(pack, 'pack.json'), 'utf8');
    mixtures[0].classes['word-start'] = [1, 1];
    writeFileSync(join(pack, 'pack.json'), JSON.stringify({ ...rest, mixtures }));
    const changed = await foreword('verify', '--no-texts', pack);
    expect([changed.code, changed.stdout]).toEqual([
      1,
      expect.stringMatching(/FAULT .*scores of mixture with other bytes than the weights in pack\.json/),
    ]);
    writeFileSync(join(pack, 'pack.json'), honest);
    expect(readFileSync(report, 'utf8')).toContain('"version": 2');
  }, 120_000);

  it('takes a word model too, and gives it the words that only the n-gram has', async () => {
    expect((await foreword('add', '--pack', pack, fixture('neural/fixtures/nnlm-tiny'))).code).toBe(0);
    const listed = readFileSync(fixture('neural/fixtures/nnlm-tiny/words.txt'), 'utf8');
    const words = readFileSync(join(pack, 'words.txt'), 'utf8');
    expect(words.startsWith(listed)).toBe(true);
    expect(new Set(words.split('\n')).size).toBe(words.split('\n').length);
    const { stdout } = await foreword('ask', '--pack', pack, '--model', 'nnlm+ngram+gpt', '--json', 'in the ');
    const [{ evidence }] = JSON.parse(stdout).candidates;
    expect(evidence.map(({ model }: { model: string }) => model)).toEqual(['gpt', 'ngram', 'nnlm']);
    const alone = scores(await foreword('evaluate', '--pack', pack, '--model', 'nnlm', '--json', text));
    expect(alone['wordPerplexity']).toBeGreaterThan(1);
  });

  it('takes a model that chooses, of the GPT’s own tokenizer, and mixes it into nothing', async () => {
    expect((await foreword('add', '--pack', pack, fixture('neural/fixtures/choice'))).code).toBe(0);
    expect(manifest().models.choice).toMatchObject({ weights: { file: 'choice.q4' }, vocabularySize: 512 + 3 });
    expect(manifest().models.choice.vocabulary).toEqual(manifest().models.gpt.vocabulary);
    expect((await foreword('verify', '--no-texts', pack)).stdout).toMatch(
      /choice\.onnx, choice\.q4, tokenizer\.json: size and SHA-256 are as should be/,
    );
    const honest = readFileSync(join(pack, 'pack.json'), 'utf8');
    const other = { ...manifest().models.gpt, vocabulary: manifest().models.gpt.graph };
    const { choice: _, ...models } = { ...manifest().models, gpt: other };
    writeFileSync(join(pack, 'pack.json'), JSON.stringify({ ...manifest(), models }));
    expect(await foreword('add', '--pack', pack, fixture('neural/fixtures/choice'))).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/choice has another tokenizer than the GPT in /),
    });
    writeFileSync(join(pack, 'pack.json'), honest);
  });

  it('lets two word models share a list, and takes none whose words begin otherwise', async () => {
    const path = join(pack, 'words.txt');
    const words = readFileSync(path, 'utf8').trimEnd().split('\n');
    // As a pack has it whose n-gram was made anew since: the words behind those of the network in another order.
    const tail = words.splice(400).reverse();
    const shared = `${[...words, ...tail].join('\n')}\n`;
    writeFileSync(path, shared);
    const { nnlm } = manifest().models;
    const sha256 = createHash('sha256').update(shared).digest('hex');
    const changed = { ...nnlm, vocabulary: { ...nnlm.vocabulary, sha256 } };
    writeFileSync(
      join(pack, 'pack.json'),
      JSON.stringify({ ...manifest(), models: { ...manifest().models, nnlm: changed } }),
    );
    expect((await foreword('add', '--pack', pack, fixture('neural/fixtures/lstm-tiny'))).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(shared);
    expect((await foreword('ask', '--pack', pack, '--model', 'nnlm+lstm', 'in the ')).code).toBe(0);

    const other = join(folder, 'lstm-of-other-words');
    cpSync(fixture('neural/fixtures/lstm-tiny'), other, { recursive: true });
    writeFileSync(join(other, 'words.txt'), `${[...words.slice(0, 398), words[399], words[398]].join('\n')}\n`);
    const before = readFileSync(join(pack, 'pack.json'), 'utf8');
    expect(await foreword('add', '--pack', pack, other)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /words\.txt, which nnlm reads, does not begin with the words that lstm was trained on/,
      ),
    });
    expect(readFileSync(join(pack, 'pack.json'), 'utf8')).toBe(before);
    expect(readFileSync(path, 'utf8')).toBe(shared);
  });

  it('takes word vectors over the same words, and none over others', async () => {
    const vectors = join(folder, 'vectors');
    mkdirSync(vectors);
    // Any file of weights will do: the NNLM's has a row for each of its words too.
    copyFileSync(fixture('neural/fixtures/nnlm-tiny/nnlm.q8'), join(vectors, 'word2vec.q8'));
    const listed = readFileSync(fixture('neural/fixtures/nnlm-tiny/words.txt'), 'utf8');
    const list = join(vectors, 'words.txt');
    const add = () => foreword('add', '--pack', pack, vectors);
    writeFileSync(list, listed.split('\n').reverse().join('\n'));
    expect(await add()).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/is not the list of the pack's models/),
    });
    expect(manifest().vectors).toBeUndefined();
    writeFileSync(list, listed);
    expect(await add()).toMatchObject({ code: 0, stderr: expect.stringMatching(/^Added \d+ word vectors/) });
    const { models, vectors: entry } = manifest();
    expect(entry.vocabulary).toEqual(models.nnlm.vocabulary);
    const { stdout } = await foreword('verify', '--no-texts', pack);
    expect(stdout).toMatch(/ok .*word2vec\.q8: size, SHA-256 and structure are as should be/);
  });

  it('tells a broken neural file, while the n-gram goes on', async () => {
    const weights = join(pack, 'gpt.q8');
    const whole = readFileSync(weights);
    const broken = Buffer.from(whole);
    broken[1000]! ^= 1;
    writeFileSync(weights, broken);
    expect(await foreword('ask', '--pack', pack, '--model', 'gpt', 'the ')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/gpt\.q8 has SHA-256 .*Download or build the pack again/),
    });
    expect((await foreword('ask', '--pack', pack, 'the ')).code).toBe(0);
    writeFileSync(weights, whole);
  });
});
