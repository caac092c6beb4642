import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'vite';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PredictionError } from '../../src/errors.ts';
import type { GptModel } from '../../src/neural/gpt-model.ts';
import type { FromWorker, ToWorker } from '../../src/neural/messages.ts';
import { type NeuralModelSpec, openNeuralModel } from '../../src/neural/open-neural-model.ts';
import { openAttention } from '../../src/neural/ort-attention.ts';
import { openChoice } from '../../src/neural/ort-choice.ts';
import { type NeuralWorker, type NeuralWorkerOptions, startNeuralWorker } from '../../src/neural/worker-client.ts';
import { hostModels } from '../../src/neural/worker-host.ts';
import type { Distribution, LanguageModel, Query } from '../../src/types.ts';
import { FixedModel, SlowModel } from '../fake-models.ts';
import { choiceFiles, modelFiles, readFixture } from './fixtures.ts';

const context = { text: 'th', words: [], prefix: 'th', prefixLength: 2 };
const query: Query = { context, limit: 2, also: ['other'] };
const { signal: never } = new AbortController();
const spec = (): NeuralModelSpec => ({ kind: 'gpt', files: modelFiles('gpt-tiny', 'gpt') });
const code = (code: string, message = /./) =>
  expect.objectContaining({ name: 'PredictionError', code, message: expect.stringMatching(message) });

/** A thread that is none: its messages are copied and come later, as between threads. */
class Thread extends EventEmitter {
  readonly toWorker: ToWorker[] = [];
  readonly #inside = new EventEmitter();
  isTerminated = false;

  constructor(open: () => Promise<LanguageModel>) {
    super();
    const postMessage = (message: FromWorker) => {
      const copy = structuredClone(message);
      setImmediate(() => this.isTerminated || this.emit('message', copy));
    };
    hostModels(Object.assign(this.#inside, { postMessage }), open);
  }

  postMessage(message: ToWorker): void {
    const copy = structuredClone(message);
    this.toWorker.push(copy);
    setImmediate(() => this.isTerminated || this.#inside.emit('message', copy));
  }

  /** How many messages of a kind have been sent to it. */
  count(kind: ToWorker['kind']): number {
    return this.toWorker.filter((message) => message.kind === kind).length;
  }

  terminate(): void {
    this.isTerminated = true;
  }
}

const workers: NeuralWorker[] = [];
afterEach(() => Promise.all(workers.splice(0).map((worker) => worker.close())));

function started(options: NeuralWorkerOptions): NeuralWorker {
  const worker = startNeuralWorker(options);
  workers.push(worker);
  return worker;
}

/** A worker around one model, opened, and the threads that have been started for it. */
async function around(model: LanguageModel, options: NeuralWorkerOptions = {}) {
  const threads: Thread[] = [];
  const deaths: [PredictionError, boolean][] = [];
  const createWorker = () => {
    threads.push(new Thread(async () => model));
    return threads.at(-1)!;
  };
  const onDeath = (error: PredictionError, restarting: boolean) => deaths.push([error, restarting]);
  const worker = started({ createWorker, onDeath, ...options });
  return { worker, threads, deaths, remote: await worker.open(spec) };
}

const until = async (isTrue: () => boolean) => {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
};

describe('a model in a worker', () => {
  it('answers as it does on this thread', async () => {
    const model = new FixedModel('fixed', { the: 0.5, this: 0.3, other: 0.2 });
    const { remote } = await around(model);
    expect(remote.name).toBe('fixed');
    expect(await remote.next(query, never)).toEqual(model.answer(query));
  });

  it('refuses a question cancelled from the start without sending it', async () => {
    const { remote, threads } = await around(new FixedModel('fixed', { the: 1 }));
    await expect(remote.next(query, AbortSignal.abort('no'))).rejects.toBe('no');
    expect(threads[0]!.count('next')).toBe(0);
  });

  it('cancels in the worker what is cancelled here, at once, and answers the next', async () => {
    const slow = new SlowModel('slow', { the: 1 });
    const { remote } = await around(slow);
    const controller = new AbortController();
    const first = remote.next(query, controller.signal);
    await until(() => slow.waiting === 1);
    controller.abort('typed on');
    await expect(first).rejects.toBe('typed on');
    const second = remote.next(query, never);
    await until(() => slow.waiting === 2);
    expect(slow.aborted).toBe(1);
    slow.release();
    slow.release();
    expect((await second).words).toEqual(['the', 'other']);
  });

  it('is asked one question at a time, and never a cancelled one', async () => {
    const slow = new SlowModel('slow', { the: 1 });
    const { remote, threads } = await around(slow);
    const first = remote.next(query, never);
    const controller = new AbortController();
    const stale = remote.next(query, controller.signal);
    const last = remote.next({ ...query, limit: 1 }, never);
    await until(() => slow.waiting === 1);
    controller.abort('stale');
    await expect(stale).rejects.toBe('stale');
    slow.release();
    await first;
    await until(() => slow.waiting === 1);
    slow.release();
    await last;
    expect(slow.queries.map(({ limit }) => limit)).toEqual([2, 1]);
    expect(threads[0]!.count('next')).toBe(2);
  });

  it('refuses the oldest of many that wait', async () => {
    const slow = new SlowModel('slow', { the: 1 });
    const { remote } = await around(slow);
    const asked = Array.from({ length: 6 }, () => remote.next(query, never));
    await expect(asked[1]).rejects.toThrow(code('model-failed', /again and again/));
    for (const answer of asked.filter((_, index) => index !== 1)) {
      await until(() => slow.waiting === 1);
      slow.release();
      expect((await answer).words).toEqual(['the', 'other']);
    }
  });

  it.each([
    new PredictionError('model-failed', 'It broke.', { cause: new Error('deep', { cause: 'deeper' }) }),
    new RangeError('limit must be small'),
    new TypeError('text must be a string'),
    Object.assign(new Error('odd'), { name: 'OddError' }),
  ])('fails with the very error: $name', async (error) => {
    const slow = new SlowModel('slow', { the: 1 });
    const { remote } = await around(slow);
    const answer = remote.next(query, never);
    await until(() => slow.waiting === 1);
    slow.fail(error);
    const caught: unknown = await answer.catch((caught: unknown) => caught);
    expect(caught).toBeInstanceOf(error.constructor);
    expect(caught).toMatchObject({ name: error.name, message: error.message });
    if (error instanceof PredictionError) {
      expect(caught).toMatchObject({ code: error.code, cause: { message: 'deep', cause: { message: 'deeper' } } });
    }
  });

  it('neither writes nor scores when it is made of words', async () => {
    const { remote } = await around(new FixedModel('fixed', { the: 1 }));
    await expect(remote.score('the')).rejects.toThrow(TypeError);
    await expect(remote.scoreAfter('the', ['n'])).rejects.toThrow(TypeError);
    await expect(remote.continue('the').next()).rejects.toThrow(TypeError);
  });

  it('scores texts there, and cancels there what is cancelled here', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const scores = Float64Array.of(-1.25, -Infinity);
    const scoring = Object.assign(new FixedModel('fixed', { the: 1 }), {
      continue: () => {},
      score: () => {},
      scoreAfter: (before: string, texts: readonly string[], signal?: AbortSignal) => {
        expect([before, texts]).toEqual(['今天', ['很好', '很号']]);
        signals.push(signal);
        if (signals.length > 1) return Promise.resolve(scores);
        return new Promise((_, reject) => {
          signal!.onabort = () => reject(signal!.reason);
        });
      },
    });
    const { remote, threads } = await around(scoring);
    const controller = new AbortController();
    const stale = remote.scoreAfter('今天', ['很好', '很号'], controller.signal);
    await until(() => signals.length === 1);
    controller.abort('typed on');
    await expect(stale).rejects.toBe('typed on');
    await until(() => signals[0]!.aborted);
    expect(await remote.scoreAfter('今天', ['很好', '很号'])).toEqual(scores);
    await expect(remote.scoreAfter('今天', ['很好'], AbortSignal.abort('no'))).rejects.toBe('no');
    expect(threads[0]!.count('score-after')).toBe(2);
  });

  it('is closed there once, and answers no more', async () => {
    const slow = new SlowModel('slow', { the: 1 });
    const { remote, worker } = await around(slow);
    await Promise.all([remote.close(), remote.close()]);
    expect(slow.closed).toBe(1);
    await expect(remote.next(query, never)).rejects.toThrow(code('closed'));
    expect((await worker.open(spec)).name).toBe('slow');
  });

  it('ends with its worker', async () => {
    const slow = new SlowModel('slow', { the: 1 });
    const { remote, worker, threads, deaths } = await around(slow);
    const answer = remote.next(query, never);
    await until(() => slow.waiting === 1);
    await worker.close();
    await expect(answer).rejects.toThrow(code('closed'));
    await expect(remote.next(query, never)).rejects.toThrow(code('closed'));
    await expect(worker.open(spec)).rejects.toThrow(code('closed'));
    expect(threads[0]!.isTerminated).toBe(true);
    expect(deaths).toEqual([]);
  });
});

describe('opening', () => {
  it('fails as reading the files does', async () => {
    const worker = started({ createWorker: () => new Thread(async () => new FixedModel('fixed', { the: 1 })) });
    const missing = new PredictionError('pack-missing', 'gpt.onnx is not there.');
    await expect(worker.open(() => Promise.reject(missing))).rejects.toBe(missing);
  });

  it('fails as the model does', async () => {
    const broken = async () => {
      throw new PredictionError('file-malformed', 'gpt.onnx is broken.');
    };
    const worker = started({ createWorker: () => new Thread(broken) });
    await expect(worker.open(spec)).rejects.toThrow(code('file-malformed', /gpt.onnx is broken/));
  });

  it('can be given up while files are read and while the model is made', async () => {
    const slow = new SlowModel('slow', { the: 1 });
    let finish = () => {};
    const opening = new Promise<LanguageModel>((resolve) => {
      finish = () => resolve(slow);
    });
    const thread = new Thread(() => opening);
    const worker = started({ createWorker: () => thread });
    const reading = new AbortController();
    const first = worker.open(() => new Promise(() => {}), { signal: reading.signal });
    reading.abort('changed my mind');
    await expect(first).rejects.toBe('changed my mind');
    const making = new AbortController();
    const second = worker.open(spec, { signal: making.signal });
    await until(() => thread.count('open') === 1);
    making.abort('and again');
    await expect(second).rejects.toBe('and again');
    await until(() => thread.count('cancel') === 1);
    finish();
    await until(() => slow.closed === 1);
  });
});

describe('a worker that dies', () => {
  it('rejects what it owes, is started anew once, and answers again', async () => {
    const slow = new SlowModel('slow', { the: 1 });
    const { remote, threads, deaths } = await around(slow);
    const owed = remote.next(query, never);
    await until(() => slow.waiting === 1);
    threads[0]!.emit('exit', 1);
    await expect(owed).rejects.toThrow(code('worker-died', /code 1.*started anew/));
    expect(deaths).toEqual([[code('worker-died'), true]]);
    expect(threads[0]!.isTerminated).toBe(true);
    const next = remote.next(query, never);
    await until(() => slow.waiting === 2);
    slow.release();
    slow.release();
    expect((await next).words).toEqual(['the', 'other']);
    expect(threads).toHaveLength(2);
  });

  it('stays dead the second time', async () => {
    const { remote, worker, threads, deaths } = await around(new FixedModel('fixed', { the: 1 }));
    threads[0]!.emit('error', new Error('out of memory'));
    await remote.next(query, never);
    threads[1]!.emit('error', new Error('out of memory again'));
    expect(deaths.map(([, restarting]) => restarting)).toEqual([true, false]);
    await expect(remote.next(query, never)).rejects.toThrow(
      code('worker-died', /out of memory again.*not started again/),
    );
    await expect(worker.open(spec)).rejects.toThrow(code('worker-died'));
    expect(threads).toHaveLength(2);
    expect(threads[1]!.isTerminated).toBe(true);
  });

  it('is found out when it falls silent', async () => {
    const slow = new SlowModel('slow', { the: 1 });
    const { remote, threads, deaths } = await around(slow, { silenceMs: 20 });
    const owed = remote.next(query, never);
    await until(() => slow.waiting === 1);
    // As when the browser ends it: no event.
    threads[0]!.terminate();
    await expect(owed).rejects.toThrow(code('worker-died', /not answered for 40 ms/));
    expect(deaths).toHaveLength(1);
  });

  it('is not given up while it answers, however long that takes', async () => {
    const slow = new SlowModel('slow', { the: 1 });
    const { remote, threads, deaths } = await around(slow, { silenceMs: 5 });
    const answer = remote.next(query, never);
    await until(() => threads[0]!.count('ping') >= 3);
    slow.release();
    expect((await answer).words).toEqual(['the', 'other']);
    expect(deaths).toEqual([]);
  });

  it('tells whoever asks when a model cannot be opened again', async () => {
    const threads: Thread[] = [];
    const createWorker = () => {
      threads.push(new Thread(async () => new FixedModel('fixed', { the: 1 })));
      return threads.at(-1)!;
    };
    const worker = started({ createWorker });
    let isOnline = true;
    const remote = await worker.open(() => {
      if (!isOnline) throw new PredictionError('pack-missing', 'gpt.onnx could not be fetched.');
      return spec();
    });
    isOnline = false;
    threads[0]!.emit('error', new Error('gone'));
    await expect(remote.next(query, never)).rejects.toThrow(code('worker-died', /"fixed" could not be opened again/));
  });

  it('does not open again what was only being opened', async () => {
    const threads: Thread[] = [];
    const createWorker = () => {
      threads.push(new Thread(() => new Promise(() => {})));
      return threads.at(-1)!;
    };
    const worker = started({ createWorker });
    const opening = worker.open(spec);
    await until(() => threads[0]!.count('open') === 1);
    threads[0]!.emit('error', new Error('gone'));
    await expect(opening).rejects.toThrow(code('worker-died'));
    expect(threads[1]!.count('open')).toBe(0);
  });
});

describe('a thread of Node with a GPT', () => {
  const folder = fileURLToPath(new URL('../../node_modules/.cache/node-worker', import.meta.url));

  beforeAll(async () => {
    await build({
      configFile: false,
      logLevel: 'error',
      build: {
        ssr: fileURLToPath(new URL('node-worker.ts', import.meta.url)),
        outDir: folder,
        rollupOptions: { external: [/^onnxruntime-web/, /^@huggingface/], output: { entryFileNames: 'worker.mjs' } },
      },
    });
  });

  const threads: Worker[] = [];
  const createWorker = () => {
    threads.push(new Worker(`${folder}/worker.mjs`));
    return threads.at(-1)!;
  };

  it('answers, writes and scores as the model does on this thread', async () => {
    const model = (await openNeuralModel(spec())) as GptModel;
    const remote = await started({ createWorker }).open(spec);
    const next: Query = {
      context: { text: 'I s', words: ['i'], prefix: 's', prefixLength: 1 },
      limit: 8,
      also: ['xyz'],
    };
    const answer: Distribution = await remote.next(next, never);
    expect(answer).toEqual(await model.next(next, never));
    expect(answer.words.slice(0, 8).every((word) => word.startsWith('s'))).toBe(true);
    expect(await remote.score('It was the best of times.')).toEqual(await model.score('It was the best of times.'));
    const texts = [' and', ' or not'];
    expect(await remote.scoreAfter('It was', texts)).toEqual(await model.scoreAfter('It was', texts));
    const write = async (writer: Pick<GptModel, 'continue'>) => {
      const pieces: string[] = [];
      for await (const piece of writer.continue('It was ', { maxWords: 6, seed: 3 })) pieces.push(piece);
      return pieces;
    };
    const pieces = await write(remote);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces).toEqual(await write(model));
    await model.close();
  });

  const attentionFiles = () => ({ ...modelFiles('gpt-tiny', 'gpt'), graph: readFixture('gpt-tiny/gpt.inspect.onnx') });

  it('shows attention as it is shown on this thread, also after it was killed', async () => {
    const here = await openAttention(attentionFiles());
    const expected = await here.read('It was late.');
    const worker = started({ createWorker });
    const there = await worker.openAttention(attentionFiles);
    expect(await there.read('It was late.')).toEqual(expected);
    await threads.at(-1)!.terminate();
    // It does not hear of that before the event loop has turned.
    await until(() => threads.at(-1)!.threadId > 0);
    const [again, twice] = await Promise.all([there.read('It was late.'), there.read('It was late.')]);
    expect([again, twice]).toEqual([expected, expected]);
    await Promise.all([there.close(), there.close(), here.close()]);
    await expect(there.read('It')).rejects.toThrow(code('closed'));
  });

  it('does not open an attention model of other files, nor one that is no longer wanted', async () => {
    const worker = started({ createWorker });
    await expect(worker.openAttention(() => modelFiles('gpt-tiny', 'gpt'))).rejects.toThrow(
      code('file-malformed', /a graph for predicting/),
    );
    const missing = new PredictionError('pack-missing', 'gpt.inspect.onnx is not there.');
    await expect(worker.openAttention(() => Promise.reject(missing))).rejects.toBe(missing);
    await expect(worker.openAttention(attentionFiles, { signal: AbortSignal.abort('no') })).rejects.toBe('no');
    const controller = new AbortController();
    const opening = worker.openAttention(() => new Promise(() => {}), { signal: controller.signal });
    controller.abort('changed my mind');
    await expect(opening).rejects.toBe('changed my mind');
    expect((await (await worker.openAttention(attentionFiles)).read('It')).tokens).toHaveLength(2);
  });

  it('chooses as a model on this thread does, also once it was started anew, and forgets what is closed', async () => {
    const here = await openChoice(choiceFiles());
    const question = ['Do you want some coffee?', ['Yes, please.', 'The boats are blue.']] as const;
    const expected = await here.score(...question);
    const worker = started({ createWorker });
    const there = await worker.openChoice(choiceFiles);
    expect(await there.score(...question)).toEqual(expected);
    await expect(there.score('a', [])).rejects.toThrow(RangeError);
    await threads.at(-1)!.terminate();
    await until(() => threads.at(-1)!.threadId > 0);
    expect(await there.score(...question)).toEqual(expected);
    await Promise.all([there.close(), there.close(), here.close()]);
    await expect(there.score('a', ['b'])).rejects.toThrow(code('closed', /choice model/));
    await expect(worker.openChoice(attentionFiles)).rejects.toThrow(code('file-malformed', /those of "gpt"/));
  });

  it('stops writing when the loop is left or cancelled', async () => {
    const remote = await started({ createWorker }).open(spec);
    for await (const piece of remote.continue('It was ', { maxWords: 5000 })) {
      expect(piece).not.toBe('');
      break;
    }
    const controller = new AbortController();
    const writing = async () => {
      for await (const _ of remote.continue('It was ', { maxWords: 5000, signal: controller.signal }))
        controller.abort('enough');
    };
    await expect(writing()).rejects.toBe('enough');
    expect((await remote.next(query, never)).words.length).toBeGreaterThan(0);
  });

  it('is started anew when it is killed in the middle of a step', async () => {
    const deaths: boolean[] = [];
    const worker = started({ createWorker, onDeath: (_, restarting) => deaths.push(restarting) });
    const remote = await worker.open(spec);
    const before = await remote.next(query, never);
    const scoring = remote.score('It was the best of times, it was the worst of times. '.repeat(20));
    await threads.at(-1)!.terminate();
    await expect(scoring).rejects.toThrow(code('worker-died'));
    expect(deaths).toEqual([true]);
    expect(await remote.next(query, never)).toEqual(before);
  });

  it('reports files that are not of one model', async () => {
    const worker = started({ createWorker });
    const files = { ...modelFiles('gpt-tiny', 'gpt'), vocabulary: modelFiles('hf-tiny', 'gpt').vocabulary };
    await expect(worker.open(() => ({ kind: 'gpt', files }))).rejects.toThrow(
      code('file-malformed', /384 tokens, gpt has 512/),
    );
  });
});
