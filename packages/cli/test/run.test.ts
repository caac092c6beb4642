import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foreword } from './command-line.ts';

const arpa = fileURLToPath(new URL('../../core/test/fixtures/kenlm/tiny.o3.arpa', import.meta.url));
const text = fileURLToPath(new URL('../../core/test/fixtures/kenlm/tiny.test.txt', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'foreword-cli-test-'));
const pack = join(folder, 'pack');

async function evaluate(path: string, ...options: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await foreword('evaluate', '--pack', path, '--json', ...options, text);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, unknown>;
}

beforeAll(async () => {
  expect(await foreword('import', '--out', pack, arpa)).toMatchObject({ code: 0, stdout: '' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('foreword', () => {
  it('lists its commands, each with help of its own', async () => {
    const { code, stdout } = await foreword('--help');
    expect(code).toBe(0);
    const names = [...stdout.matchAll(/^ {2}(\w+) {2,}/gm)].map(([, name]) => name!);
    expect(names).toEqual([
      'train',
      'evaluate',
      'add',
      'mix',
      'ask',
      'inspect',
      'verify',
      'import',
      'tokenize',
      'segment',
      'pinyin',
      'export',
    ]);
    for (const name of names) {
      const help = await foreword(name, '--help');
      expect(help.code).toBe(0);
      expect(help.stdout).toContain(`Usage: foreword ${name}`);
    }
  });

  it('answers 2 to a wrong command line and says what is wrong in one line', async () => {
    const cases: [string[], RegExp][] = [
      [['foo'], /no command "foo"/],
      [['toString'], /no command "toString"/],
      [['evaluate', text], /--pack is missing/],
      [['evaluate', '--pack', pack], /No text was named/],
      [['evaluate', '--pack', pack, '--rule', 'mine', text], /no rule "mine".*vertanen/],
      [
        ['evaluate', '--pack', pack, '--limit-lines', '0', text],
        /--limit-lines takes a whole number, 1 or more, not "0"/,
      ],
      [['evaluate', '--pack', pack, '--slots', '4', text], /Unknown option '--slots'/],
      [['evaluate', '--pack'], /argument missing/],
      [['ask', '--pack', pack, '--limit', 'NaN', 'a'], /--limit takes a whole number, from 1 to 100, not "NaN"/],
      [['ask', '--pack', pack, '--limit', '-1', 'a'], /--limit/],
      [['ask', '--pack', pack, '--before', 'b', 'a'], /--before belongs to --pinyin/],
      [['import', arpa], /--out is missing/],
      [['inspect'], /No pack was named/],
      [['verify'], /No pack was named/],
      [['tokenize'], /No text was named/],
      [['segment', text], /--out is missing/],
      [['pinyin'], /--pack is missing/],
      [['add', text], /--pack is missing/],
      [['add', '--pack', pack], /No folder of a model was named/],
      [['mix', '--models', 'ngram,gpt', text], /--pack is missing/],
      [['mix', '--pack', pack, '--models', 'ngram', text], /two or more names/],
      [['mix', '--pack', pack, '--models', 'ngram,gpt'], /No text was named/],
      [['export', pack, pack], /one pack/],
    ];
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await foreword(...args);
      expect(stderr).toMatch(message);
      expect({ code, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({ code: 2, stdout: '', lines: 1 });
    }
    expect((await foreword()).code).toBe(2);
  });

  it('answers 1 to what it cannot read or write, naming the file and what to do in one line', async () => {
    const empty = join(folder, 'empty.txt');
    const broken = join(folder, 'broken');
    writeFileSync(empty, ' \n…\n');
    mkdirSync(broken);
    writeFileSync(join(broken, 'pack.json'), readFileSync(join(pack, 'pack.json')));
    writeFileSync(join(broken, 'ngram.bin'), readFileSync(join(pack, 'ngram.bin')).subarray(0, 500));
    const cases: [string[], RegExp][] = [
      [['evaluate', '--pack', join(folder, 'none'), text], /none does not exist/],
      [['evaluate', '--pack', folder, text], /pack\.json is missing/],
      [['evaluate', '--pack', text, text], /tiny\.test\.txt: .*no usable n-gram file/],
      [['evaluate', '--pack', broken, text], /ngram\.bin.*500.*Download/],
      [['evaluate', '--pack', pack, '--model', 'lstm', text], /holds no model "lstm"\. It holds: ngram/],
      [['ask', '--pack', pack, '--model', 'ngram+gpt', 'a'], /holds no model "gpt"\. It holds: ngram/],
      [['mix', '--pack', pack, '--models', 'ngram,gpt', text], /holds no model "gpt"\. It holds: ngram/],
      [['add', '--pack', pack, folder], /holds none of nnlm\.onnx, lstm\.onnx, gpt\.onnx/],
      [['evaluate', '--pack', pack, join(folder, 'none.txt')], /none\.txt does not exist/],
      [['evaluate', '--pack', pack, empty], /empty\.txt holds no words/],
      [['evaluate', '--pack', arpa, '--report', text], /is no pack/],
      [['import', '--out', join(folder, 'x.bin'), empty], /empty\.txt, line 1: expected "ngram<TAB>count"/],
      [
        ['export', '--out', join(folder, 'none', 'x.arpa'), pack],
        /x\.arpa cannot be written: its folder does not exist/,
      ],
      [['export', '--format', 'counts', pack], /keeps no word frequencies/],
    ];
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await foreword(...args);
      expect(stderr).toMatch(message);
      expect({ code, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({ code: 1, stdout: '', lines: 1 });
    }
  });

  it.runIf(process.getuid?.() !== 0)('answers 1 to a read-only folder', async () => {
    const readOnly = join(folder, 'read-only');
    mkdirSync(readOnly, { mode: 0o555 });
    expect(await foreword('export', '--out', join(readOnly, 'x.arpa'), pack)).toMatchObject({
      code: 1,
      stderr: /not writable/,
    });
  });
});

describe('foreword evaluate', () => {
  it('prints exactly the promised keys, the same in every run but for the milliseconds', async () => {
    const { msP50, msP95, ...first } = await evaluate(arpa);
    expect(Object.keys({ ...first, msP50, msP95 })).toEqual(
      'file sha256 lines words chars ks1 ks3 ks5 ks5ci95 top1 top3 top5 mrr perplexity bitsPerChar wordPerplexity oov churn calibrationError calibration msP50 msP95'.split(
        ' ',
      ),
    );
    const { msP50: p50, msP95: _p95, ...second } = await evaluate(arpa);
    expect(second).toEqual(first);
    expect([msP50, p50]).toEqual([expect.any(Number), expect.any(Number)]);
    expect(first.sha256).toBe(execFileSync('sha256sum', [text], { encoding: 'utf8' }).slice(0, 64));
  });

  it('adds the rule, its slots and its savings for another rule', async () => {
    expect(await evaluate(arpa, '--rule', 'onboard')).toMatchObject({
      rule: 'onboard',
      slots: 10,
      ks: expect.any(Number),
    });
  });

  it('evaluates only the first lines when told to', async () => {
    expect(await evaluate(arpa, '--limit-lines', '2')).toMatchObject({ lines: 2 });
  });

  it('prints a table for people', async () => {
    const { stdout } = await foreword('evaluate', '--pack', pack, text, text);
    expect(stdout).toMatch(/^text +lines +words +KS@1 +KS@3 +KS@5 +95 % /);
    expect(stdout.match(/^tiny\.test\.txt /gm)).toHaveLength(2);
  });
});

describe('foreword verify', () => {
  const report = join(pack, 'report.json');

  it('accepts a pack whose report is what its bytes score, and evaluates the texts again', async () => {
    expect((await foreword('evaluate', '--pack', pack, '--report', '--json', text)).code).toBe(0);
    expect(readFileSync(report, 'utf8')).not.toContain('msP50');
    const { code, stdout } = await foreword('verify', pack);
    expect(stdout).toMatch(/report\.json is about exactly these bytes/);
    expect(stdout).toMatch(/tiny\.test\.txt scores as reported by ngram/);
    expect(code).toBe(0);
  });

  it('reads reports of version 1, and writes them anew as version 2', async () => {
    const now = JSON.parse(readFileSync(report, 'utf8'));
    const { models, ...rest } = now;
    expect(models).toHaveLength(1);
    const [{ texts, ...model }] = models;
    // Version 1 had no such score.
    const older = texts.map(({ wordPerplexity: _, ...scores }: Record<string, unknown>) => scores);
    writeFileSync(report, JSON.stringify({ ...rest, version: 1, ...model, texts: older }));
    expect((await foreword('verify', pack)).stdout).toMatch(/tiny\.test\.txt scores as reported by ngram/);
    await foreword('evaluate', '--pack', pack, '--report', '--json', text);
    expect(JSON.parse(readFileSync(report, 'utf8'))).toEqual(now);
  });

  it('skips texts that are not there, finds them elsewhere by name, and says so', async () => {
    const moved = readFileSync(report, 'utf8').replace(JSON.stringify(text), '"elsewhere/tiny.test.txt"');
    writeFileSync(report, moved);
    expect((await foreword('verify', pack)).stdout).toMatch(/skipped .*elsewhere\/tiny\.test\.txt by ngram: no file/);
    expect((await foreword('verify', '--texts', join(text, '..'), pack)).stdout).toMatch(
      /tiny\.test\.txt scores as reported/,
    );
    expect((await foreword('verify', '--no-texts', pack)).stdout).toMatch(/skipped .*--no-texts/);
  });

  it('refuses a report with another score, or of other bytes', async () => {
    const honest = readFileSync(report, 'utf8');
    writeFileSync(report, honest.replace(/"ks5": [\d.]+/, '"ks5": 99.5'));
    const boasting = await foreword('verify', '--texts', join(text, '..'), pack);
    expect(boasting.code).toBe(1);
    expect(boasting.stdout).toMatch(/FAULT .*ks5 [\d.]+, reported 99.5/);
    writeFileSync(report, honest.replace(/("sha256": ")[0-9a-f]{8}/, '$100000000'));
    const foreign = await foreword('verify', pack);
    expect(foreign.code).toBe(1);
    expect(foreign.stdout).toMatch(/FAULT .*other bytes/);
    writeFileSync(report, '{}');
    expect(await foreword('verify', pack)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/report\.json is no report/),
    });
    rmSync(report);
  });

  it('refuses a pack with a flipped bit', async () => {
    const flipped = join(folder, 'flipped');
    mkdirSync(flipped);
    const bytes = readFileSync(join(pack, 'ngram.bin'));
    bytes[bytes.length >> 1]! ^= 4;
    writeFileSync(join(flipped, 'ngram.bin'), bytes);
    writeFileSync(join(flipped, 'pack.json'), readFileSync(join(pack, 'pack.json')));
    const { code, stderr } = await foreword('verify', flipped);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/ngram\.bin/) });
  });
});

describe('foreword ask', () => {
  it('ranks candidates whose evidence sums to their probability', async () => {
    const { code, stdout } = await foreword('ask', '--pack', arpa, '--json', '--limit', '3', 'the ');
    expect(code).toBe(0);
    const { before, candidates } = JSON.parse(stdout) as {
      before: string;
      candidates: { probability: number; evidence: { weight: number; logProb: number }[] }[];
    };
    expect(before).toBe('the ');
    expect(candidates).toHaveLength(3);
    for (const { probability, evidence } of candidates) {
      const sum = evidence.reduce((total, { weight, logProb }) => total + weight * Math.exp(logProb), 0);
      expect(sum).toBeCloseTo(probability, 9);
    }
  });
});

describe('foreword ask --explain', () => {
  it('tells each model’s share and every order of the n-gram, of any word', async () => {
    const { code, stdout } = await foreword('ask', '--pack', arpa, '--json', '--explain', 'cat', 'the ');
    expect(code).toBe(0);
    const { before, word, logProb, rank, obstacles, models } = JSON.parse(stdout);
    expect({ before, word, obstacles }).toEqual({ before: 'the ', word: 'cat', obstacles: [] });
    expect(models[0].share).toBeCloseTo(Math.exp(logProb), 9);
    expect(models[0].details.steps.map(({ order }: { order: number }) => order)).toEqual(
      [3, 2, 1].slice(-models[0].details.steps.length),
    );
    const asked = await foreword('ask', '--pack', arpa, '--json', '--limit', '100', 'the ');
    const place = JSON.parse(asked.stdout).candidates.findIndex(({ text }: { text: string }) => text === 'cat');
    const wide = await foreword('ask', '--pack', arpa, '--json', '--limit', '100', '--explain', 'cat', 'the ');
    expect(JSON.parse(wide.stdout).rank).toBe(place + 1);
    expect(rank).toBeLessThanOrEqual(place + 1);
  });

  it('prints that as tables', async () => {
    const known = await foreword('ask', '--pack', arpa, '--explain', 'the', '');
    expect(known.stdout).toMatch(/^│the\n {2}[\d.]+ %, place \d+\n/);
    expect(known.stdout).toMatch(/model +weight +P alone +share\n +ngram +100 % +[\d.]+ % +[\d.]+ %\n/);
    expect(known.stdout).toMatch(/order +n-gram +its own P +else +P\n/);
    const unknown = await foreword('ask', '--pack', arpa, '--explain', 'zzzz', 'the a');
    expect(unknown.stdout).toMatch(
      /^the a│zzzz\n {2}0 %, not suggested: it does not complete the letters typed, no model knows it\n[\s\S]*"zzzz" is outside its vocabulary/,
    );
  });

  it('refuses an empty word', async () => {
    expect(await foreword('ask', '--pack', arpa, '--explain', ' ', 'a')).toMatchObject({ code: 2 });
  });
});

describe('foreword export', () => {
  it('writes ARPA that imports as the same model', async () => {
    const out = join(folder, 'again.arpa.gz');
    expect((await foreword('export', '--out', out, arpa)).code).toBe(0);
    const [{ msP50: _a, msP95: _b, ...again }, { msP50: _c, msP95: _d, ...original }] = [
      await evaluate(out),
      await evaluate(arpa),
    ];
    expect(again).toEqual(original);
    expect((await foreword('export', arpa)).stdout).toBe((await foreword('export', out)).stdout);
  });
});
