import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NgramLookup, NgramState } from '../src/ngram-lookup.ts';
import { type NgramModel, openNgram } from '../src/ngram-model.ts';
import { type NgramWriterOptions, writeNgram } from '../src/ngram-writer.ts';
import { anyModel, type MapModel, mapLogProb, tableOf } from './map-model.ts';

const exact: NgramWriterOptions = { quantize: false };
const anyOptions = fc.constantFrom<NgramWriterOptions>(exact, {}, { logProbStep: 0.1, logBackoffStep: 0.5 });

function contextOf(model: MapModel): fc.Arbitrary<string[]> {
  return fc.array(fc.constantFrom(...model.words), { maxLength: 6 });
}

const asked = fc.record({ model: anyModel(), options: anyOptions }).chain(({ model, options }) =>
  fc.record({
    model: fc.constant(model),
    ngram: fc.constant(openNgram(writeNgram(tableOf(model), options))),
    contexts: fc.array(contextOf(model), { minLength: 1, maxLength: 8 }),
  }),
);

function stateAfter(ngram: NgramModel, lookup: NgramLookup, context: readonly string[]): NgramState {
  return lookup.stateAfter(context.map((word) => ngram.vocabulary.id(word)));
}

function expectClose(found: number, expected: number): void {
  if (expected === -Infinity) expect(found).toBe(-Infinity);
  else expect(Math.abs(found - expected)).toBeLessThan(1e-5);
}

describe('NgramLookup.logProb', () => {
  it('is what the model says, after any words, in any order of questions', () => {
    fc.assert(
      fc.property(asked, ({ model, ngram, contexts }) => {
        const lookup = ngram.lookup();
        const states = contexts.map((context) => stateAfter(ngram, lookup, context));
        for (const word of model.words) {
          const wordId = ngram.vocabulary.id(word);
          contexts.forEach((context, i) => {
            expectClose(lookup.logProb(states[i]!, wordId), ngram.logProb(context, word));
          });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is what a plain map model says, at full precision', () => {
    fc.assert(
      fc.property(
        anyModel().chain((model) => fc.tuple(fc.constant(model), contextOf(model))),
        ([model, context]) => {
          const ngram = openNgram(writeNgram(tableOf(model), exact));
          const lookup = ngram.lookup();
          const state = stateAfter(ngram, lookup, context);
          for (const word of model.words) {
            expectClose(lookup.logProb(state, ngram.vocabulary.id(word)), mapLogProb(model, context, word));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a state', () => {
  it('has the key of another only if every word is as likely after both, whatever comes between', () => {
    fc.assert(
      fc.property(asked, ({ model, ngram, contexts }) => {
        const lookup = ngram.lookup();
        const ids = model.words.map((word) => ngram.vocabulary.id(word));
        const byKey = new Map<number, NgramState>();
        for (const context of contexts) {
          const state = stateAfter(ngram, lookup, context);
          const twin = byKey.get(state.key) ?? state;
          byKey.set(state.key, state);
          for (const id of ids) {
            expect(lookup.logProb(state, id)).toBe(lookup.logProb(twin, id));
            expect(lookup.advance(state, id).key).toBe(lookup.advance(twin, id).key);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('stays as it was, and is found anew, when the followers kept have been forgotten', () => {
    fc.assert(
      fc.property(asked, fc.nat(3), ({ model, ngram, contexts }, mostFollowers) => {
        const forgetful = ngram.lookup({ mostFollowers });
        const lookup = ngram.lookup();
        const before = contexts.map((context) => stateAfter(ngram, forgetful, context));
        contexts.forEach((context, i) => {
          const state = stateAfter(ngram, lookup, context);
          expect(before[i]!.key).toBe(state.key);
          expect(stateAfter(ngram, forgetful, context).key).toBe(state.key);
          for (const word of model.words) {
            const id = ngram.vocabulary.id(word);
            expect(forgetful.logProb(before[i]!, id)).toBe(lookup.logProb(state, id));
          }
        });
      }),
      { numRuns: 200 },
    );
  });
});

describe('NgramLookup.followers', () => {
  it('are words after the longest context first, the likeliest before others, none twice and no special words', () => {
    fc.assert(
      fc.property(asked, fc.integer({ min: 1, max: 5 }), ({ ngram, contexts }, limit) => {
        const lookup = ngram.lookup();
        for (const context of contexts) {
          const state = stateAfter(ngram, lookup, context);
          const found = lookup.followers(state, limit);
          expect(new Set(found).size).toBe(found.length);
          expect(found.length).toBeLessThanOrEqual(limit * state.followers.length);
          for (const id of found) expect(id).toBeGreaterThanOrEqual(3);
          const [best] = found;
          const orderOf = (id: number) => ngram.matchedOrder(context, ngram.vocabulary.word(id));
          if (best === undefined) continue;
          for (const id of found) {
            expect(orderOf(id)).toBeGreaterThanOrEqual(2);
            expect(orderOf(best)).toBeGreaterThanOrEqual(orderOf(id));
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it('of a bigram model are its bigrams, by probability', () => {
    const model: MapModel = {
      order: 2,
      words: ['<unk>', '<s>', '</s>', 'a', 'b', 'c'],
      logProbs: new Map(
        Object.entries({ '<unk>': 0.1, '<s>': 0, '</s>': 0.1, a: 0.3, b: 0.3, c: 0.2, 'a b': 0.2, 'a c': 0.5 }).map(
          ([ngram, p]) => [ngram, Math.log(p)],
        ),
      ),
      logBackoffs: new Map([['a', Math.log(0.3 / 0.5)]]),
    };
    const ngram = openNgram(writeNgram(tableOf(model), exact));
    const lookup = ngram.lookup();
    const after = (word: string, limit: number) =>
      lookup.followers(stateAfter(ngram, lookup, [word]), limit).map((id) => ngram.vocabulary.word(id));
    expect(after('a', 9)).toEqual(['c', 'b']);
    expect(after('a', 1)).toEqual(['c']);
    expect(after('b', 9)).toEqual([]);
  });
});
