import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readContext } from '../../src/context.ts';
import { measureEndShares } from '../../src/neural/end-shares.ts';
import { GptModel } from '../../src/neural/gpt-model.ts';
import type { GptOptions } from '../../src/neural/gpt-options.ts';
import { openCausalBackend } from '../../src/neural/ort-backend.ts';
import { openTokenizer } from '../../src/neural/tokenizer.ts';
import type { Distribution } from '../../src/types.ts';
import { modelFiles } from './fixtures.ts';
import { scatteredLogits, ToyBackend, ToyTokenizer } from './toy-gpt.ts';

/** Every printable ASCII character, with and without a space, and some words: any such text has tokens. */
const printable = Array.from({ length: 94 }, (_, at) => String.fromCharCode(0x21 + at));
const tokenizer = new ToyTokenizer([
  ...[' ', '\n', ...printable],
  ...[' the', ' The', ' cat', ' can', ' cart', ' don', "'t", ' well', 'known', 'ed', 'ing', ' s', ' t'],
  ...Array.from({ length: 128 }, (_, at) => Uint8Array.of(0x80 + at)),
]);
const { size } = tokenizer;
const never = new AbortController().signal;
const backendOf = (contextLength?: number) => new ToyBackend(size, scatteredLogits(size, 9, 100), contextLength);
const modelOf = (options?: GptOptions, backend = backendOf()) => new GptModel(backend, tokenizer, options);
const endShares = Float32Array.from({ length: size }, (_, id) => (/^ ?\w\w/.test(tokenizer.decode([id])) ? 0.9 : 0.2));

async function ask(model: GptModel, before: string, limit = 5, also?: string[]): Promise<Map<string, number>> {
  const context = readContext(before);
  const answer = await model.next(also === undefined ? { context, limit } : { context, limit, also }, never);
  return asMap(answer);
}

function asMap({ words, logProbs }: Distribution): Map<string, number> {
  expect(logProbs.length).toBe(words.length);
  expect(new Set(words).size).toBe(words.length);
  return new Map(words.map((word, at) => [word, logProbs[at]!]));
}

function expectClose(answer: Map<string, number>, expected: Map<string, number>): void {
  expect([...answer.keys()]).toEqual([...expected.keys()]);
  for (const [word, logProb] of answer) {
    const other = expected.get(word)!;
    if (logProb !== other) expect(Math.abs(logProb - other), word).toBeLessThan(1e-5);
  }
}

const pieces = fc.constantFrom(
  'the',
  'cat',
  'can',
  "don't",
  'well-known',
  ' ',
  ' ',
  ' ',
  '. ',
  '\n',
  'x',
  '“',
  '(',
  '7',
);
const texts = fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(''));

describe('GptModel', () => {
  it('answers after any edits as a new one does', async () => {
    const edit = fc.record({ kept: fc.nat(80), added: texts });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 5 }), async (edits) => {
        const options = { exact: true, tolerance: 1e-3 };
        const model = modelOf(options);
        let text = '';
        for (const { kept, added } of edits) {
          text = text.slice(0, kept) + added;
          const also = ['the', "don't", 'well-known'];
          expectClose(await ask(model, text, 0, also), await ask(modelOf(options), text, 0, also));
        }
      }),
      { numRuns: 15 },
    );
  });

  it('judges a word exactly as it finds it', async () => {
    const options = { exact: true, tolerance: 1e-4 };
    for (const before of ['the ', 'the c', 'I said: “']) {
      const found = await ask(modelOf(options), before, 10);
      const judged = await ask(modelOf(options), before, 0, [...found.keys()]);
      expect(found.size).toBe(10);
      for (const [word, logProb] of found) {
        expect(Math.abs(Math.exp(judged.get(word)!) - Math.exp(logProb)), word).toBeLessThan(1e-3);
      }
    }
  });

  it('gives words that complete the prefix, none of them twice, likeliest first, then what it was to judge', async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.nat(8), fc.boolean(), async (text, limit, hasShares) => {
        const context = readContext(text);
        const prefix = context.prefix.toLowerCase().replaceAll('’', "'");
        const model = modelOf(hasShares ? { endShares } : {});
        const { words, logProbs } = await model.next({ context, limit, also: ['zebra', 'the'] }, never);
        const listed = words.filter((word, at) => at < limit && !['zebra', 'the'].includes(word));
        for (const word of listed) expect(word.startsWith(prefix)).toBe(true);
        expect(words).toEqual(expect.arrayContaining(['zebra', 'the']));
        expect(logProbs.every((value) => value <= 0)).toBe(true);
        expect(logProbs.reduce((sum, value) => sum + Math.exp(value), 0)).toBeLessThan(1 + 1e-5);
      }),
      { numRuns: 60 },
    );
  });

  it('sums the ways of writing a word: small and capitalised', async () => {
    const likely = new Set([' the', ' The'].map((text) => tokenizer.id(text)));
    const backend = new ToyBackend(size, (history) =>
      Array.from({ length: size }, (_, id) =>
        history.length === 1 ? (likely.has(id) ? 20 : 0) : id === tokenizer.id(' ') ? 20 : 0,
      ),
    );
    const answer = await ask(modelOf({ exact: true, tolerance: 1e-6 }, backend), 'cat ', 1);
    expect([...answer.keys()]).toEqual(['the']);
    expect(Math.exp(answer.get('the')!)).toBeGreaterThan(0.9999);
  });

  it('runs nothing inside a word where the answer at its beginning will do, and none for going back', async () => {
    const backend = backendOf();
    const model = modelOf({ endShares: endShares.map(() => 0.999) }, backend);
    await ask(model, 'the ');
    const runs = backend.runs.length;
    for (const before of ['the c', 'the ca', 'the cat', 'the ca', 'the c', 'the ']) await ask(model, before);
    expect(backend.runs.length).toBe(runs);
    await ask(model, 'the cat ');
    await ask(model, 'the ');
    expect(backend.runs.length).toBe(runs + 1);
  });

  it('reads a finished word as soon as another begins, once', async () => {
    const backend = backendOf();
    const model = modelOf({ endShares: endShares.map(() => 1) }, backend);
    await ask(model, 'the cat can ');
    await ask(model, 'the cat can the ');
    expect(backend.runs).toEqual([
      { batch: 1, length: 3, past: 1 },
      { batch: 1, length: 1, past: 4 },
    ]);
  });

  it('costs at most one run to read a word, one to search for the next and two inside one', async () => {
    const backend = backendOf();
    const model = modelOf({ endShares }, backend);
    const text = "the cat can don't the cart well-known the ";
    await ask(model, '', 20);
    for (let end = 1; end <= text.length; end++) {
      const before = backend.runs.length;
      await ask(model, text.slice(0, end), 20, ['zebra', 'cat', 'the']);
      const isInside = /[\p{L}'-]$/u.test(text.slice(0, end));
      expect(backend.runs.length - before).toBeLessThanOrEqual(isInside ? 3 : 2);
      for (const { batch } of backend.runs.slice(before)) expect(batch).toBeLessThanOrEqual(8);
    }
  });

  it('keeps within the window of the network, however long the text, and reads it anew only now and then', async () => {
    const backend = backendOf(32);
    const model = modelOf({ endShares: endShares.map(() => 1) }, backend);
    let tokens = 0;
    for (let words = 1; words <= 400; words++) {
      await ask(model, 'cat '.repeat(words));
      tokens += backend.runs.splice(0).reduce((sum, { length }) => sum + length, 0);
    }
    // A word is one token; half of the window's 23 is read again when it is full, all of it where the text is cut.
    expect(tokens).toBeLessThan(400 * 4);
  });

  it('does not see what stands far behind', async () => {
    const end = 'the cat can '.repeat(120);
    const answers = ['a', 'b'].map((letter) => ask(modelOf({ endShares }), `${letter.repeat(90_000)} ${end}`));
    expectClose(await answers[0]!, await answers[1]!);
  });

  it.each([
    ['nothing', ''],
    ['spaces', '   '],
    ['line breaks', '\n\n'],
    ['a text that ends in a line break', 'the cat\n'],
    ['emoji', 'the 🙂'],
    ['an unfinished surrogate pair', 'the \ud83d'],
    ['an unknown script', 'the 語 ወ'],
    ['a prefix of an unknown script', 'the ወርቅ'],
    ['a prefix that nothing completes', 'the qqqqqqqq'],
    ['a very long prefix', `the ${'q'.repeat(399)}`],
    ['an address', 'to name@example.c'],
    ['a hundred thousand letters', 'q'.repeat(100_000)],
    ['a hundred thousand line breaks', '\n'.repeat(100_000)],
    ['a hundred thousand characters of text', 'the cat can. '.repeat(7700)],
  ])('answers after %s', async (_, before) => {
    for (const options of [{}, { endShares }]) {
      const answer = await ask(modelOf(options), before, 5, ['the', 'ወርቅ', '🙂', '']);
      expect(answer.size).toBeLessThanOrEqual(9);
      for (const logProb of answer.values()) expect(logProb).toBeLessThanOrEqual(0);
    }
  });

  it('rejects at once with the reason of an aborted signal, also while it waits its turn', async () => {
    const model = modelOf();
    const context = readContext('the ');
    await expect(model.next({ context, limit: 5 }, AbortSignal.abort(new Error('stale')))).rejects.toThrow('stale');
    const controller = new AbortController();
    const first = model.next({ context: readContext('the cat '), limit: 5 }, never);
    const second = model.next({ context, limit: 5 }, controller.signal);
    controller.abort(new Error('typed on'));
    await expect(second).rejects.toThrow('typed on');
    expect((await first).words.length).toBeGreaterThan(0);
  });

  it('runs nothing more for a question that was aborted by an event between two runs', async () => {
    const backend = backendOf();
    const model = modelOf({}, backend);
    const controller = new AbortController();
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => controller.abort(new Error('typed on'));
    backend.onRun = () => port2.postMessage('abort');
    await expect(model.next({ context: readContext('the '), limit: 5 }, controller.signal)).rejects.toThrow('typed on');
    port1.close();
    backend.onRun = () => {};
    expect((await ask(model, 'the ')).size).toBeGreaterThan(0);
    // The text was read once, by the aborted question; the search ran for the second alone.
    expect(backend.runs.filter(({ past }) => past === 1)).toHaveLength(1);
  });

  it('rejects where a run fails, and answers the next question', async () => {
    const backend = backendOf();
    const model = modelOf({}, backend);
    backend.failure = new Error('out of memory');
    await expect(ask(model, 'the ')).rejects.toThrow('out of memory');
    expectClose(await ask(model, 'the '), await ask(modelOf(), 'the '));
  });

  it('answers questions asked together as it does one by one', async () => {
    const befores = ['the ', 'the c', 'cat ', 'the cat ', 'the ca', ''];
    const model = modelOf({ endShares });
    const together = await Promise.all(befores.map((before) => ask(model, before)));
    const single = modelOf({ endShares });
    for (const [at, before] of befores.entries()) expectClose(together[at]!, await ask(single, before));
  });

  it('frees the network when it is closed, after the run under way, and refuses further questions', async () => {
    const backend = backendOf();
    const model = modelOf({}, backend);
    const last = ask(model, 'the ');
    const closing = model.close();
    await expect(last).rejects.toMatchObject({ code: 'closed' });
    await closing;
    await model.close();
    expect(backend.closed).toBe(1);
    await expect(ask(model, 'the ')).rejects.toMatchObject({ code: 'closed' });
  });

  it.each([{ beams: 0 }, { beams: 1.5 }, { window: 1 }, { tolerance: 0 }, { endShares: new Float32Array(3) }])(
    'refuses %o',
    (options) => {
      expect(() => modelOf(options)).toThrow(RangeError);
    },
  );

  it('refuses the tokenizer of a larger model and a network that sees next to nothing', () => {
    expect(() => new GptModel(new ToyBackend(size - 1, scatteredLogits(size - 1, 1)), tokenizer)).toThrow(RangeError);
    expect(() => new GptModel(backendOf(4), tokenizer)).toThrow(RangeError);
  });
});

describe.each(['gpt-tiny', 'hf-tiny'])('GptModel over the trained network in %s', (folder) => {
  const files = modelFiles(folder, 'gpt');
  const trained = openTokenizer(files.vocabulary);
  const open = async (options?: GptOptions) => new GptModel(await openCausalBackend(files), trained, options);

  it('measures where words end, and divides no more than all probability by it', async () => {
    const backend = await openCausalBackend(files);
    const shares = await measureEndShares(backend, trained);
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
    const model = new GptModel(backend, trained, { endShares: shares });
    for (const before of ['The ', 'The old m', 'and then.\n']) {
      const answer = await ask(model, before, 100_000);
      expect(answer.size).toBeGreaterThan(0);
      expect([...answer.values()].reduce((sum, logProb) => sum + Math.exp(logProb), 0)).toBeLessThan(1 + 1e-5);
    }
    await model.close();
  });

  it('writes on and scores what it wrote', async () => {
    const model = await open();
    let written = '';
    for await (const piece of model.continue('The old man ', { maxWords: 8, seed: 5 })) written += piece;
    const { words, bitsPerCharacter } = await model.score(`The old man ${written}`);
    expect(words.length).toBeGreaterThan(3);
    expect(bitsPerCharacter).toBeGreaterThan(0.1);
    expect(bitsPerCharacter).toBeLessThan((await model.score('Xq zv wkj qqx zzk jjw')).bitsPerCharacter);
    await model.close();
  });
});
