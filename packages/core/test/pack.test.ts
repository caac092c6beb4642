import { createHash } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { PredictionError } from '../src/errors.ts';
import type { NgramTable } from '../src/ngram-table.ts';
import { writeNgram } from '../src/ngram-writer.ts';
import { openPack, type PackProgress, type PackReader, urlReader } from '../src/pack.ts';
import { createPredictor } from '../src/predictor.ts';

const table: NgramTable = {
  order: 1,
  words: ['<unk>', '<s>', '</s>', 'darn', 'hello', 'london'],
  levels: [
    {
      lastWords: Uint32Array.of(0, 1, 2, 3, 4, 5),
      logProbs: Float32Array.from([0.05, 0, 0.15, 0.5, 0.2, 0.1], Math.log),
    },
  ],
};
const ngram = writeNgram(table, {
  displayForm: (word) => (word === 'london' ? 'London' : word),
  isOffensive: (word) => word === 'darn',
});
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const encode = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

function manifestOf(bytes: Uint8Array) {
  return {
    format: 'foreword-pack',
    version: 1,
    name: 'pack-tiny',
    language: 'en',
    licence: 'CC0-1.0',
    sources: [{ name: 'made up', licence: 'CC0-1.0', words: 6, weight: 1 }],
    models: {
      ngram: { file: 'ngram.bin', sizeBytes: bytes.length, sha256: sha256(bytes), order: 1, words: 6, ngrams: [6] },
    },
  };
}

function readerOf(files: Record<string, Uint8Array>): PackReader {
  return async (file) => {
    const bytes = files[file];
    if (bytes === undefined) throw new PredictionError('pack-missing', `${file} is not there.`);
    return bytes;
  };
}

const files = (manifest: unknown = manifestOf(ngram), bytes = ngram) => ({
  'pack.json': encode(manifest),
  'ngram.bin': bytes,
});

const failure = (code: string, message: string | RegExp) =>
  expect.objectContaining({ name: 'PredictionError', code, message: expect.stringMatching(message) });

describe('openPack', () => {
  it('opens a pack that a predictor can be made of', async () => {
    const pack = await openPack(readerOf(files()));
    expect(pack.manifest).toEqual(manifestOf(ngram));
    expect(pack.lexicon.displayForm('london')).toBe('London');
    expect(pack.lexicon.displayForm('unheard-of')).toBe('unheard-of');
    expect([pack.lexicon.isOffensive('darn'), pack.lexicon.isOffensive('unheard-of')]).toEqual([true, false]);
    const { candidates } = createPredictor(pack).predictNow('in ');
    expect(candidates.map(({ text }) => text)).toEqual(['hello', 'London']);
    expect(Math.exp(candidates[0]!.logProb)).toBeCloseTo(0.2, 2);
  });

  it('reads the pinyin lexicon of a pack that has one, whole and checked, and says how far it is', async () => {
    const pinyin = Uint8Array.of(1, 2, 3);
    const manifest = manifestOf(ngram);
    const models = { ...manifest.models, pinyin: { file: 'pinyin.bin', sizeBytes: 3, sha256: sha256(pinyin) } };
    const open = (bytes?: Uint8Array) =>
      openPack(readerOf({ ...files({ ...manifest, models }), ...(bytes && { 'pinyin.bin': bytes }) }));
    const received: unknown[] = [];
    const onProgress = (progress: PackProgress) => received.push(progress);
    await expect((await open(pinyin)).readPinyin({ onProgress })).resolves.toEqual(pinyin);
    expect(received).toEqual([{ file: 'pinyin.bin', receivedBytes: 3, totalBytes: 3 }]);
    await expect((await open()).readPinyin()).rejects.toEqual(failure('pack-missing', 'pinyin.bin'));
    await expect((await open(pinyin.subarray(1))).readPinyin()).rejects.toEqual(
      failure('pack-corrupt', /pinyin\.bin is 2 bytes, pack\.json says 3/),
    );
    await expect((await open(Uint8Array.of(1, 2, 4))).readPinyin()).rejects.toEqual(
      failure('pack-corrupt', /pinyin\.bin has SHA-256/),
    );
    const reason = new Error('enough');
    await expect((await open(pinyin)).readPinyin({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const other = await openPack(readerOf(files()));
    await expect(other.readPinyin()).rejects.toEqual(failure('pack-missing', /pack-tiny holds no pinyin lexicon/));
  });

  it('reads the word vectors of a pack that has some, checked, and the list of their words', async () => {
    const [weights, vocabulary] = [Uint8Array.of(1, 2, 3), Uint8Array.of(4)];
    const entry = (file: string, bytes: Uint8Array) => ({ file, sizeBytes: bytes.length, sha256: sha256(bytes) });
    const vectors = { weights: entry('word2vec.q4', weights), vocabulary: entry('words.txt', vocabulary) };
    const open = (table: Uint8Array) =>
      openPack(
        readerOf({ ...files({ ...manifestOf(ngram), vectors }), 'word2vec.q4': table, 'words.txt': vocabulary }),
      );
    await expect((await open(weights)).readVectors()).resolves.toEqual({ weights, vocabulary });
    await expect((await open(Uint8Array.of(1, 2, 4))).readVectors()).rejects.toEqual(
      failure('pack-corrupt', /word2vec\.q4 has SHA-256/),
    );
    const reason = new Error('enough');
    await expect((await open(weights)).readVectors({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const other = await openPack(readerOf(files()));
    await expect(other.readVectors()).rejects.toEqual(failure('pack-missing', /pack-tiny holds no word vectors/));
  });

  it('says which file is missing', async () => {
    await expect(openPack(readerOf({}))).rejects.toEqual(failure('pack-missing', 'pack.json'));
    await expect(openPack(readerOf({ 'pack.json': files()['pack.json'] }))).rejects.toEqual(
      failure('pack-missing', 'ngram.bin'),
    );
  });

  it.each([0, 1, 100, ngram.length - 1])('refuses a file cut off after %i bytes', async (length) => {
    const message = `ngram.bin is ${length.toLocaleString('en')} bytes, pack.json says ${ngram.length.toLocaleString('en')}`;
    await expect(openPack(readerOf(files(manifestOf(ngram), ngram.subarray(0, length))))).rejects.toEqual(
      failure('pack-corrupt', message),
    );
  });

  it('refuses a file with any one bit flipped', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(8 * ngram.length - 1), async (bit) => {
        const flipped = ngram.slice();
        flipped[bit >> 3]! ^= 1 << (bit & 7);
        await expect(openPack(readerOf(files(manifestOf(ngram), flipped)))).rejects.toEqual(
          failure('pack-corrupt', 'ngram.bin has SHA-256'),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('refuses a file that is what pack.json says but no model', async () => {
    const text = encode('<!doctype html>');
    await expect(openPack(readerOf(files(manifestOf(text), text)))).rejects.toEqual(
      failure('pack-corrupt', 'ngram.bin is what pack.json says but'),
    );
  });

  it('reports progress up to the whole size, also for readers that report nothing', async () => {
    const seen: PackProgress[] = [];
    await openPack(readerOf(files()), { onProgress: (progress) => seen.push(progress) });
    expect(seen).toEqual([{ file: 'ngram.bin', receivedBytes: ngram.length, totalBytes: ngram.length }]);
  });

  it('throws the signal’s reason when it is aborted before and between the files', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    const read = vi.fn<PackReader>(async (file) => {
      controller.abort(reason);
      return readerOf(files())(file, {});
    });
    await expect(openPack(read, { signal: controller.signal })).rejects.toBe(reason);
    await expect(openPack(read, { signal: controller.signal })).rejects.toBe(reason);
    expect(read).toHaveBeenCalledOnce();
  });

  it('needs no crypto.subtle', async () => {
    vi.stubGlobal('crypto', {});
    try {
      await expect(openPack(readerOf(files()))).resolves.toHaveProperty('manifest.name', 'pack-tiny');
      const other = encode('x'.repeat(ngram.length));
      await expect(openPack(readerOf(files(manifestOf(ngram), other)))).rejects.toHaveProperty('code', 'pack-corrupt');
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

describe('readModel', () => {
  const neural = { 'nnlm.onnx': encode('graph'), 'nnlm.q8': encode('weights'), 'words.txt': encode('<unk>\n') };
  const entry = (file: keyof typeof neural) => ({
    file,
    sizeBytes: neural[file].length,
    sha256: sha256(neural[file]),
  });
  const manifest = manifestOf(ngram);
  const withNnlm = {
    ...manifest,
    models: {
      ...manifest.models,
      nnlm: {
        graph: entry('nnlm.onnx'),
        weights: entry('nnlm.q8'),
        vocabulary: entry('words.txt'),
        vocabularySize: 1,
        contextLength: 3,
        layers: 1,
        width: 8,
      },
    },
  };
  const readerWith = (changed: Record<string, Uint8Array> = {}) =>
    readerOf({ ...files(withNnlm), ...neural, ...changed });

  it('reads a neural model’s files when it is asked to and not before', async () => {
    const read = vi.fn(readerWith());
    const pack = await openPack(read);
    expect(read.mock.calls.map(([file]) => file)).toEqual(['pack.json', 'ngram.bin']);
    const seen: PackProgress[] = [];
    const model = await pack.readModel('nnlm', { onProgress: (progress) => seen.push(progress) });
    expect(model).toEqual({
      graph: neural['nnlm.onnx'],
      weights: neural['nnlm.q8'],
      vocabulary: neural['words.txt'],
    });
    expect(seen.map(({ file, receivedBytes, totalBytes }) => `${file} ${receivedBytes}/${totalBytes}`)).toEqual([
      'words.txt 6/6',
      'nnlm.onnx 5/5',
      'nnlm.q8 7/7',
    ]);
  });

  it('reads the graph that shows where a GPT looks in place of the one that predicts, where it is asked for', async () => {
    const { nnlm } = withNnlm.models;
    const shown = encode('shown');
    const inspect = { file: 'gpt.inspect.onnx', sizeBytes: shown.length, sha256: sha256(shown) };
    const withGpt = { ...manifest, models: { ...manifest.models, gpt: { ...nnlm, inspect }, nnlm } };
    const pack = await openPack(readerOf({ ...files(withGpt), ...neural, 'gpt.inspect.onnx': shown }));
    expect((await pack.readModel('gpt')).graph).toEqual(neural['nnlm.onnx']);
    expect(await pack.readModel('gpt', { inspect: true })).toEqual({
      graph: shown,
      weights: neural['nnlm.q8'],
      vocabulary: neural['words.txt'],
    });
    await expect(pack.readModel('nnlm', { inspect: true })).rejects.toEqual(
      failure('pack-missing', 'pack-tiny holds no graph that shows where nnlm looks'),
    );
  });

  it('reads the model that chooses as it reads those that suggest', async () => {
    const { nnlm: choice } = withNnlm.models;
    const withChoice = { ...manifest, models: { ...manifest.models, choice } };
    const pack = await openPack(readerOf({ ...files(withChoice), ...neural }));
    expect(await pack.readModel('choice')).toEqual({
      graph: neural['nnlm.onnx'],
      weights: neural['nnlm.q8'],
      vocabulary: neural['words.txt'],
    });
    const none = await openPack(readerWith());
    await expect(none.readModel('choice')).rejects.toEqual(
      failure('pack-missing', 'pack-tiny holds no model "choice"'),
    );
  });

  it('says which model or file is missing or broken, and leaves the n-gram working', async () => {
    const pack = await openPack(readerWith({ 'nnlm.q8': encode('wrights') }));
    await expect(pack.readModel('nnlm')).rejects.toEqual(failure('pack-corrupt', 'nnlm.q8 has SHA-256'));
    await expect(pack.readModel('gpt')).rejects.toEqual(
      failure('pack-missing', 'pack-tiny holds no model "gpt". It holds: ngram, nnlm.'),
    );
    const short = await openPack(readerWith({ 'nnlm.onnx': encode('gra') }));
    await expect(short.readModel('nnlm')).rejects.toEqual(failure('pack-corrupt', 'nnlm.onnx is 3 bytes'));
    const without = await openPack(readerOf({ ...files(withNnlm) }));
    await expect(without.readModel('nnlm')).rejects.toEqual(failure('pack-missing', 'words.txt'));
    for (const { ngram: model } of [pack, short, without]) expect(model.vocabulary.size).toBe(6);
  });

  it('throws the signal’s reason when it is aborted', async () => {
    const reason = new Error('enough');
    const pack = await openPack(readerWith());
    await expect(pack.readModel('nnlm', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('openPack from a URL', () => {
  const closers: (() => void)[] = [];
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const serveFiles = (served: Record<string, Uint8Array>) =>
    serve((request, response) => {
      const bytes = served[request.url!];
      if (bytes === undefined) response.writeHead(404);
      response.end(bytes);
    });

  it('reads the files of the folder, with or without a last slash, and reports progress', async () => {
    const origin = await serveFiles({ '/packs/en/pack.json': files()['pack.json'], '/packs/en/ngram.bin': ngram });
    for (const url of [`${origin}/packs/en`, `${origin}/packs/en/`, new URL(`${origin}/packs/en/`)]) {
      const received: number[] = [];
      const pack = await openPack(url, { onProgress: ({ receivedBytes }) => received.push(receivedBytes) });
      expect(pack.manifest.name).toBe('pack-tiny');
      expect(received.at(-1)).toBe(ngram.length);
      expect(received).toEqual(received.toSorted((a, b) => a - b));
    }
  });

  it('keeps a query behind the file name', async () => {
    const origin = await serveFiles({ '/en/pack.json?v=2': files()['pack.json'], '/en/ngram.bin?v=2': ngram });
    await expect(openPack(`${origin}/en?v=2`)).resolves.toHaveProperty('manifest.name', 'pack-tiny');
  });

  it('tells a missing file and a server that cannot be reached', async () => {
    const origin = await serveFiles({});
    await expect(openPack(`${origin}/en`)).rejects.toEqual(
      failure('pack-missing', /\/en\/pack\.json was answered with HTTP status 404/),
    );
    await expect(openPack('http://127.0.0.1:1/en')).rejects.toEqual(failure('pack-missing', 'could not be fetched'));
    await expect(openPack('no/base')).rejects.toHaveProperty('code', 'pack-missing');
  });

  it('tells a page sent in the place of a file', async () => {
    const origin = await serveFiles({ '/en/pack.json': encode('<!doctype html><title>Not found') });
    await expect(openPack(`${origin}/en`)).rejects.toEqual(failure('pack-corrupt', /is not JSON.*<!doctype html>/));
  });

  it('tells a connection that broke off', async () => {
    const origin = await serve((request, response) => {
      if (request.url === '/pack.json') return response.end(files()['pack.json']);
      response.writeHead(200, { 'content-length': ngram.length });
      response.write(ngram.subarray(0, 10), () => response.destroy());
      return undefined;
    });
    await expect(openPack(origin)).rejects.toEqual(failure('pack-missing', 'ngram.bin broke off'));
  });

  it('stops reading a file that does not end', async () => {
    const origin = await serve((request, response) => {
      if (request.url === '/pack.json') return response.end(files()['pack.json']);
      const write = () => {
        if (!response.destroyed) response.write(new Uint8Array(100_000), () => setImmediate(write));
      };
      return write();
    });
    await expect(openPack(origin)).rejects.toEqual(
      failure('pack-corrupt', /ngram\.bin is [\d,]+ bytes, pack\.json says/),
    );
  });

  it('throws the signal’s reason when it is aborted while a file comes in', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const origin = await serve((request, response) => {
      if (request.url === '/pack.json') response.end(files()['pack.json']);
      else response.write(ngram.subarray(0, 10));
    });
    const onProgress = () => controller.abort(reason);
    await expect(openPack(origin, { signal: controller.signal, onProgress })).rejects.toBe(reason);
  });

  it('lets through what the progress callback throws', async () => {
    const origin = await serveFiles({ '/pack.json': files()['pack.json'], '/ngram.bin': ngram });
    const mistake = new Error('no such element');
    const onProgress = () => {
      throw mistake;
    };
    await expect(openPack(origin, { onProgress })).rejects.toBe(mistake);
  });

  it('reads pack files for those who load on their own', async () => {
    const origin = await serveFiles({ '/ngram.bin': ngram });
    await expect(urlReader(origin)('ngram.bin', {})).resolves.toEqual(ngram);
  });
});
