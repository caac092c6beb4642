import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openNgram, parseManifest } from '@foreword/core';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { CommandIo } from '../../src/command.ts';
import { failureMessage } from '../../src/failure.ts';
import { trainCommand } from '../../src/train/command.ts';
import { brotliSize } from '../../src/train/size-search.ts';

const folder = mkdtempSync(join(tmpdir(), 'foreword-train-command-'));
afterAll(() => rmSync(folder, { recursive: true }));
const out = join(folder, 'pack');
const work = join(folder, 'work');
afterEach(() => {
  rmSync(out, { recursive: true, force: true });
  rmSync(work, { recursive: true, force: true });
});

function file(name: string, text: string | Uint8Array): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** Sentences with enough different counts for discounts of their own. */
const sentences = Array.from({ length: 400 }, (_, i) =>
  ['We', 'They', 'I', 'You']
    .map((word, j) =>
      i % (j + 2) === 0 ? `${word} saw ${i % 7} ${i % 3 ? 'cats' : 'dogs'} in London` : `${word} left ${i % 11}`,
    )
    .join(' and '),
).join('.\n');
const text = file('text.txt', sentences);

async function train(args: string[], changes: Partial<CommandIo> = {}): Promise<{ code: number; stderr: string }> {
  let stderr = '';
  const code = await trainCommand(args, {
    stdout() {},
    stderr(piece) {
      stderr += piece;
    },
    signal: new AbortController().signal,
    quiet: false,
    ...changes,
  });
  return { code, stderr };
}

/** What a person is told when training fails. */
async function complaint(args: string[], changes: Partial<CommandIo> = {}): Promise<string> {
  try {
    await train(args, changes);
  } catch (error) {
    return failureMessage(error instanceof Error && error.name === 'UsageError' ? error.message : error);
  }
  throw new Error('It did not complain.');
}

/** A text of 20,000 words, in which n-grams have many more than 256 probabilities. */
function largeText(): string {
  let state = 1;
  const random = (below: number) => {
    state = (state * 48271) % 0x7fffffff;
    return state % below;
  };
  const words = Array.from({ length: 20_000 }, () => `w${Math.floor(Math.sqrt(random(900)))}`);
  return file('large.txt', words.join(' ').replaceAll(/( w1?1) /g, '$1\n'));
}

describe('foreword train', () => {
  it('writes a pack whose manifest describes it, and nothing else', async () => {
    const bad = file('bad.txt', 'Dogs\n\n');
    const { code, stderr } = await train([
      '--out',
      out,
      '--discount-fallback',
      '--never-suggest',
      bad,
      '--licence',
      'CC0-1.0',
      text,
    ]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/Estimated .* 1-grams.*\nWrote /);
    expect(readdirSync(out).sort()).toEqual(['ngram.bin', 'pack.json']);
    const bytes = readFileSync(join(out, 'ngram.bin'));
    const manifest = parseManifest(readFileSync(join(out, 'pack.json')));
    const model = openNgram(bytes);
    expect(manifest).toMatchObject({ name: 'model', language: 'en', licence: 'CC0-1.0' });
    expect(manifest.sources).toEqual([{ name: 'text.txt', licence: '', words: expect.any(Number), weight: 1 }]);
    expect(manifest.models.ngram).toEqual({
      file: 'ngram.bin',
      sizeBytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      order: 3,
      words: model.vocabulary.size,
      ngrams: model.ngramCounts,
    });
    const { vocabulary } = model;
    expect(['i', 'london', 'cats'].map((word) => vocabulary.displayForm(vocabulary.id(word)))).toEqual([
      'I',
      'London',
      'cats',
    ]);
    expect([vocabulary.isOffensive(vocabulary.id('dogs')), vocabulary.isOffensive(vocabulary.id('cats'))]).toEqual([
      true,
      false,
    ]);
  });

  it('writes probabilities that sum to 1 where they must be exact', async () => {
    const large = largeText();
    const distanceFromOne = async (...precision: string[]) => {
      await train(['--out', out, '--discount-fallback', ...precision, large]);
      const model = openNgram(readFileSync(join(out, 'ngram.bin')));
      const words = Array.from({ length: model.vocabulary.size }, (_, id) => model.vocabulary.word(id));
      const sum = words
        .filter((word) => word !== '<s>')
        .reduce((p, word) => p + Math.exp(model.logProb(['<s>'], word)), 0);
      return Math.abs(1 - sum);
    };
    expect(await distanceFromOne('--exact')).toBeLessThan(1e-5);
    expect(await distanceFromOne()).toBeGreaterThan(1e-4);
  });

  it('prunes to a size, counted after brotli', async () => {
    const large = largeText();
    await train(['--out', out, '--discount-fallback', large]);
    const whole = await brotliSize(readFileSync(join(out, 'ngram.bin')));
    const size = Math.floor(whole / 2);
    const { stderr } = await train(['--out', out, '--discount-fallback', '--size', String(size), large]);
    const bytes = readFileSync(join(out, 'ngram.bin'));
    const compressed = await brotliSize(bytes);
    expect(stderr).toContain(`${bytes.length} bytes, ${compressed} after brotli`);
    expect(compressed).toBeLessThanOrEqual(size);
    expect(compressed).toBeGreaterThan(size * 0.98);
    expect(await complaint(['--out', out, '--discount-fallback', '--size', '50', large])).toMatch(
      /The words alone take more than the 50 bytes/,
    );
    expect(readFileSync(join(out, 'ngram.bin'))).toEqual(bytes);
  });

  it('makes the same pack again from the counts it kept, whatever the memory', async () => {
    const args = ['--work', work, '--discount-fallback', '--order', '4', '--out'];
    await train([...args, out, text]);
    const first = readFileSync(join(out, 'ngram.bin'));
    await train([...args, out, text]);
    expect(readFileSync(join(out, 'ngram.bin'))).toEqual(first);
    rmSync(work, { recursive: true });
    await train([...args, out, '--memory', '20000', text]);
    expect(readFileSync(join(out, 'ngram.bin'))).toEqual(first);
  });

  it('reads a text anew once it has changed', async () => {
    const changing = file('changing.txt', `${sentences}.`);
    const args = ['--work', work, '--discount-fallback', '--out', out, changing];
    await train(args);
    const before = openNgram(readFileSync(join(out, 'ngram.bin'))).vocabulary;
    file('changing.txt', `${sentences}. Walrus.`);
    await train(args);
    const after = openNgram(readFileSync(join(out, 'ngram.bin'))).vocabulary;
    expect([before.id('walrus'), after.id('walrus') > 0]).toEqual([0, true]);
  });

  it('follows a recipe, which the command line overrides', async () => {
    const chat = file('chat.txt', sentences.replaceAll('London', 'Paris').toLowerCase());
    const dev = file('dev.txt', 'we saw 3 cats in paris\nyou left 4 and we left 5');
    const recipe = {
      name: 'pack-test',
      language: 'de',
      licence: 'MIT',
      order: 4,
      discountFallback: true,
      tune: [{ file: 'dev.txt' }],
      sources: [
        { name: 'prose', file: 'text.txt', weight: 2, licence: 'CC0-1.0' },
        { name: 'chat', files: ['chat.txt'], licence: 'CC-BY-4.0' },
      ],
    };
    const path = file('recipe.json', JSON.stringify(recipe));
    const { stderr } = await train(['--recipe', path, '--order', '2', '--out', out]);
    expect(stderr).toMatch(/Tuned the weights: perplexity .* prose .* chat /);
    const manifest = parseManifest(readFileSync(join(out, 'pack.json')));
    expect(manifest).toMatchObject({
      name: 'pack-test',
      language: 'de',
      licence: 'MIT',
      models: { ngram: { order: 2 } },
    });
    const [prose, chatSource] = manifest.sources;
    expect([prose!.licence, chatSource!.licence]).toEqual(['CC0-1.0', 'CC-BY-4.0']);
    expect(chatSource!.weight).toBeGreaterThan(prose!.weight);
    const meanWeight =
      (prose!.weight * prose!.words + chatSource!.weight * chatSource!.words) / (prose!.words + chatSource!.words);
    expect(meanWeight).toBeCloseTo(1, 9);
    expect([chat, dev].every((name) => existsSync(name))).toBe(true);
  });

  it('says in one line what is wrong with a text or a place', async () => {
    const place = ['--out', out];
    expect(await complaint([...place, join(folder, 'none.txt')])).toMatch(/none\.txt does not exist/);
    expect(await complaint([...place, folder])).toMatch(/is a folder/);
    expect(await complaint([...place, file('empty.txt', '')])).toMatch(/empty\.txt holds no words/);
    expect(await complaint([...place, file('word.txt', 'hello')])).toMatch(/too small .* --discount-fallback/);
    for (const folder of [text, join(text, 'pack')]) {
      expect(await complaint(['--out', folder, text])).toMatch(
        /Nothing can be written to .*text\.txt.*: it is a file, or in one/,
      );
    }
    expect(await complaint(['--out', '/proc/deep/pack', text])).toMatch(/Nothing can be written to \/proc\/deep\/pack/);
    expect(await complaint([...place, '--work', '/proc/work', text])).toMatch(/Nothing can be written to \/proc\/work/);
    expect(existsSync(out)).toBe(false);
  });

  it('learns even from one word', async () => {
    await train(['--out', out, '--discount-fallback', file('word.txt', 'hello')]);
    const model = openNgram(readFileSync(join(out, 'ngram.bin')));
    expect(model.logProb(['<s>'], 'hello')).toBeGreaterThan(model.logProb(['<s>'], 'goodbye'));
  });

  it('says in one line what is wrong with the command line', async () => {
    let files = 0;
    const path = (recipe: unknown) => file(`wrong-${files++}.json`, JSON.stringify(recipe));
    const cases: [string[], RegExp][] = [
      [[], /at least one text/],
      [[text], /--out DIR or --arpa FILE/],
      [['--order', '7', '--out', out, text], /--order .* from 1 to 6/],
      [['--text', 'letters', '--out', out, text], /--text takes words or tokens/],
      [['--out', out, `${text}=0`], /weight of .* above 0, not "0"/],
      [['--out', out, `${text}=much`], /weight of .* above 0, not "much"/],
      [['--out', out, '--prune', '1', text], /must begin with 0/],
      [['--out', out, '--prune', '0 2 1', text], /must not descend/],
      [['--out', out, '--prune', '0 1 2 3', text], /at most 3 numbers/],
      [['--out', out, '--threshold=-1', text], /--threshold takes a number/],
      [['--out', out, '--language', 'e', text], /BCP 47/],
      [['--out', out, '--recipe', file('wrong.json', '{')], /wrong\.json is not JSON/],
      [['--out', out, '--recipe', path({ sauces: [] })], /member "sauces", which is none of name, /],
      [['--out', out, '--recipe', path({ order: 'three' })], /in "order" "three", but a whole number, 1 or more/],
      [['--out', out, '--recipe', path({ order: 9, sources: [{ file: text }] })], /orders from 1 to 6/],
      [['--out', out, '--recipe', path({ sources: [{ file: text, weight: 0 }] })], /in "sources\[0\]\.weight" 0/],
      [['--out', out, '--recipe', path({ sources: [{}] })], /in "sources\[0\]" \{\}, but an object with a "file"/],
    ];
    for (const [args, message] of cases) expect(await complaint(args), args.join(' ')).toMatch(message);
    expect(existsSync(out)).toBe(false);
  });

  it('leaves nothing behind when it is interrupted', async () => {
    mkdirSync(out);
    const scratch = mkdtempSync(join(folder, 'scratch-'));
    vi.stubEnv('TMPDIR', scratch);
    const controller = new AbortController();
    const large = file('large.txt', `${sentences}.\n`.repeat(40));
    const interruptOnceCounting = setInterval(() => {
      const isCounting = readdirSync(scratch).some((name) => existsSync(join(scratch, name, 'counts')));
      if (isCounting) controller.abort(new Error('Interrupted.'));
    }, 1);
    const message = await complaint(['--out', out, '--discount-fallback', large], { signal: controller.signal });
    clearInterval(interruptOnceCounting);
    vi.unstubAllEnvs();
    expect(message).toMatch(/Interrupted/);
    expect(readdirSync(out)).toEqual([]);
    expect(readdirSync(scratch)).toEqual([]);
  });
});
