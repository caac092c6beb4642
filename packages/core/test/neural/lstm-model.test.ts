import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readContext } from '../../src/context.ts';
import { LstmModel } from '../../src/neural/lstm-model.ts';
import { WordList } from '../../src/neural/word-list.ts';
import { HashingState } from './word-backends.ts';

const list = new WordList(['<unk>', '<s>', '</s>', 'the', 'they', 'a', 'hello', 'help']);
const never = new AbortController().signal;

function modelOf(): { model: LstmModel; backend: HashingState } {
  const backend = new HashingState(list.size);
  return { model: new LstmModel(backend, list), backend };
}

const ask = async (model: LstmModel, before: string) => model.next({ context: readContext(before), limit: 5 }, never);

describe('LstmModel', () => {
  it('reads the sentences before the caret as it was trained', async () => {
    const { model, backend } = modelOf();
    await ask(model, 'Hello. The thing!\nThey hel');
    expect(backend.runs).toEqual(['1 6 2 1 3 0 2 1 4']);
  });

  it('runs only the words it has not read', async () => {
    const { model, backend } = modelOf();
    for (const before of ['', 'h', 'hello', 'hello ', 'hello t', 'hello they', 'hello they. '])
      await ask(model, before);
    expect(backend.runs).toEqual(['1', '6', '4 2 1']);
  });

  it('goes back to an earlier state when words are deleted', async () => {
    const { model, backend } = modelOf();
    const words = 'the they a hello help the a they hello a the help'.split(' ');
    const upTo = (count: number) =>
      words
        .slice(0, count)
        .map((word) => `${word} `)
        .join('');
    for (let count = 0; count <= words.length; count++) await ask(model, upTo(count));
    const runs = backend.runs.length;
    await ask(model, `${upTo(2)}help `);
    expect(backend.runs.slice(runs)).toEqual(['7']);
  });

  it('answers as if it had read the text from its start, whatever was asked before', async () => {
    const text = fc.array(fc.constantFrom('the ', 'they ', 'a ', 'hello', '. ', '\n', 'unheard ', 'h'), {
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 2, maxLength: 5 }), async (texts) => {
        const { model } = modelOf();
        for (const pieces of texts) {
          const before = pieces.join('');
          expect(await ask(model, before)).toEqual(await ask(modelOf().model, before));
        }
      }),
    );
  });

  it('looks at no more than the last 1,024 code units, which stay the same while 512 are typed', async () => {
    const { model, backend } = modelOf();
    const long = 'the hello a. '.repeat(10_000);
    await ask(model, long);
    const read = backend.runs.join(' ').split(' ').length;
    expect(read).toBeLessThan(1024 / 2);
    const before = backend.runs.length;
    const sentences = 'the hello a. '.repeat(30);
    for (let end = 1; end <= sentences.length; end++) await ask(model, long + sentences.slice(0, end));
    // Each word once, and each sentence's end and start; and the text anew where the part that is read moves on.
    const again = backend.runs.slice(before).join(' ').split(' ').length;
    expect(again).toBeLessThan(30 * 5 + read);
  });

  it('reads a long text in runs of 16 words', async () => {
    const { model, backend } = modelOf();
    await ask(model, 'the '.repeat(40));
    expect(backend.runs.map((run) => run.split(' ').length)).toEqual([16, 16, 9]);
    await model.close();
    expect(backend.closed).toBe(1);
  });
});
