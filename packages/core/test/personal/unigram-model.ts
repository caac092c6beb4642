import { type NgramModel, openNgram } from '../../src/ngram-model.ts';
import { writeNgram } from '../../src/ngram-writer.ts';
import { tableOf } from '../map-model.ts';

/** A model of single words with these probabilities, and a tenth for all that are unknown. */
export function unigramModel(probabilities: Readonly<Record<string, number>>): NgramModel {
  const encoder = new TextEncoder();
  const bytes = (word: string): string => encoder.encode(word).join(' ');
  const words = Object.keys(probabilities).sort((a, b) => (bytes(a) < bytes(b) ? -1 : 1));
  const all = { '<unk>': 0.1, '<s>': 0, '</s>': 0.1, ...probabilities };
  const logProbs = new Map(Object.entries(all).map(([word, probability]) => [word, Math.log(probability)]));
  const model = { order: 1, words: ['<unk>', '<s>', '</s>', ...words.toSorted()], logProbs, logBackoffs: new Map() };
  return openNgram(writeNgram(tableOf(model), { quantize: false }));
}
