import { CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { EditorState, type Extension } from '@codemirror/state';
import { createPredictor, type LanguageModel } from '@foreword/core';
import { describe, expect, it } from 'vitest';
import { completionSource } from '../src/autocomplete.ts';

const words = ['people', 'place', 'the'];
const model: LanguageModel = {
  name: 'words',
  next: ({ context }) => {
    const fitting = words.filter((word) => word.startsWith(context.prefix));
    return { words: fitting, logProbs: Float32Array.from(fitting, () => Math.log(1 / words.length)) };
  },
};
const source = completionSource(createPredictor({ models: [model] }));

async function complete(doc: string, explicit = false, extensions: Extension = []): Promise<CompletionResult | null> {
  const state = EditorState.create({ doc, selection: { anchor: doc.length }, extensions });
  return source(new CompletionContext(state, doc.length, explicit));
}

describe('completionSource', () => {
  it('completes the unfinished word, in the order of the predictor', async () => {
    const result = await complete('the p');
    expect(result?.from).toBe('the '.length);
    expect(result?.filter).toBe(false);
    expect(result?.options.map(({ label }) => label)).toEqual(['people', 'place']);
  });

  it('offers the next word only when asked', async () => {
    expect(await complete('the ')).toBeNull();
    expect((await complete('the ', true))?.options).toHaveLength(words.length);
  });

  it('has nothing for a word that no candidate completes', async () => {
    expect(await complete('the xyz')).toBeNull();
  });

  it('has nothing for a read-only editor', async () => {
    expect(await complete('the p', true, EditorState.readOnly.of(true))).toBeNull();
  });
});
