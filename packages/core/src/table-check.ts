import { MAX_ORDER, MAX_WORDS } from './ngram-format.ts';
import type { NgramTable } from './ngram-table.ts';
import { compareUtf8, FIRST_WORD, SPECIAL_WORDS } from './vocabulary.ts';

/** Throws `RangeError` unless the table is as `NgramTable` says and within the format's limits. */
export function checkTable(table: NgramTable): void {
  const { order, levels } = table;
  if (!(Number.isInteger(order) && order >= 1 && order <= MAX_ORDER)) {
    throw new RangeError(`order must be an integer from 1 to ${MAX_ORDER}, not ${order}`);
  }
  if (levels.length !== order) {
    throw new RangeError(`a table of order ${order} must have ${order} levels, not ${levels.length}`);
  }
  checkWords(table);
  for (let k = 1; k <= order; k++) {
    checkProbabilities(table, k);
    if (k < order) checkChildren(table, k);
  }
}

function checkWords({ words, levels }: NgramTable): void {
  if (words.length > MAX_WORDS) throw new RangeError(`there must be at most ${MAX_WORDS} words, not ${words.length}`);
  if (levels[0]!.lastWords.length !== words.length) {
    throw new RangeError(`there must be as many unigrams as words: ${levels[0]!.lastWords.length}, ${words.length}`);
  }
  SPECIAL_WORDS.forEach((special, id) => {
    if (words[id] !== special) throw new RangeError(`word ${id} must be ${special}, not ${words[id]}`);
  });
  for (let id = FIRST_WORD; id < words.length; id++) {
    const word = words[id]!;
    if (word === '' || /\p{Surrogate}/u.test(word)) {
      throw new RangeError(`word ${id} must be valid Unicode and not empty: ${JSON.stringify(word)}`);
    }
    if (id > FIRST_WORD && compareUtf8(words[id - 1]!, word) >= 0) {
      throw new RangeError(`words must ascend by their UTF-8 bytes: "${words[id - 1]}" stands before "${word}"`);
    }
  }
}

function checkProbabilities({ levels, order }: NgramTable, k: number): void {
  const { lastWords, logProbs, logBackoffs } = levels[k - 1]!;
  if (logProbs.length !== lastWords.length || logProbs.some((logProb) => !(logProb <= 0))) {
    throw new RangeError(`logProbs of level ${k} must be one per entry, each at most 0`);
  }
  if (k === order) return;
  if (logBackoffs?.length !== lastWords.length || logBackoffs.some((value) => !Number.isFinite(value))) {
    throw new RangeError(`logBackoffs of level ${k} must be one per entry, each finite`);
  }
}

function checkChildren({ levels, words }: NgramTable, k: number): void {
  const { firstChild } = levels[k - 1]!;
  const { lastWords } = levels[k]!;
  const length = levels[k - 1]!.lastWords.length;
  if (firstChild?.length !== length + 1 || firstChild[0] !== 0 || firstChild[length] !== lastWords.length) {
    throw new RangeError(
      `firstChild of level ${k} must lead from 0 to the ${lastWords.length} entries of level ${k + 1}`,
    );
  }
  for (let i = 0; i < length; i++) {
    let previous = -1;
    for (let child = firstChild[i]!; child < firstChild[i + 1]!; child++) {
      const word = lastWords[child]!;
      if (word <= previous || word >= words.length)
        throw new RangeError(`entry ${child} of level ${k + 1} is not in order`);
      previous = word;
    }
    if (firstChild[i]! > firstChild[i + 1]!) throw new RangeError(`firstChild of level ${k} must not descend`);
  }
}
