import type { NgramTable } from './ngram-table.ts';

/**
 * The model as the text of an ARPA file, in pieces of some hundred kilobytes. Probabilities are log10, with as many
 * digits as restore the same 32-bit number; `<s>` and impossible words stand as -99. Words must hold no white space.
 */
export function* writeArpa(table: NgramTable): Generator<string> {
  let piece = '\\data\\\n';
  table.levels.forEach((level, index) => {
    piece += `ngram ${index + 1}=${level.lastWords.length}\n`;
  });
  for (let order = 1; order <= table.order; order++) {
    piece += `\n\\${order}-grams:\n`;
    const { lastWords, logProbs, logBackoffs } = table.levels[order - 1]!;
    const ancestors = new Ancestors(table, order);
    for (let i = 0; i < lastWords.length; i++) {
      const backoff = logBackoffs && order < table.order ? `\t${log10Text(logBackoffs[i]!)}` : '';
      piece += `${log10Text(logProbs[i]!)}\t${ancestors.textOf(i)}${table.words[lastWords[i]!]}${backoff}\n`;
      if (piece.length >= PIECE_LENGTH) {
        yield piece;
        piece = '';
      }
    }
  }
  yield `${piece}\n\\end\\\n`;
}

const PIECE_LENGTH = 1 << 18;
const IMPOSSIBLE = '-99';

/** Walks the parents of successive entries of one level. */
class Ancestors {
  readonly #table: NgramTable;
  /** Entry of each lower level the current n-gram descends from. */
  readonly #path: number[];
  #text = '';

  constructor(table: NgramTable, order: number) {
    this.#table = table;
    this.#path = new Array<number>(order - 1).fill(0);
  }

  /** The words before the last one of entry i, each followed by a space. To be asked in ascending order of i. */
  textOf(i: number): string {
    let moved = i === 0;
    let child = i;
    for (let k = this.#path.length - 1; k >= 0; k--) {
      const { firstChild } = this.#table.levels[k]!;
      let entry = this.#path[k]!;
      while (firstChild![entry + 1]! <= child) {
        entry++;
        moved = true;
      }
      this.#path[k] = entry;
      child = entry;
    }
    if (moved) {
      const { words, levels } = this.#table;
      this.#text = this.#path.map((entry, k) => `${words[levels[k]!.lastWords[entry]!]} `).join('');
    }
    return this.#text;
  }
}

/** Nine significant digits tell all 32-bit numbers apart; trailing zeros are left out. */
function log10Text(logProb: number): string {
  if (logProb === -Infinity) return IMPOSSIBLE;
  return String(Number((logProb / Math.LN10).toPrecision(9)));
}
