// Hot: called once for every n-gram above the unigrams.

/**
 * First index from `from` on, before `end`, whose word is not below `word`; `end` if there is none. Steps that double,
 * then halve: cheap where the next of many ascending words is sought not far from the last.
 */
export function searchAscending(words: Uint32Array, word: number, from: number, end: number): number {
  let low = from;
  let step = 1;
  while (low < end && words[low]! < word) {
    const next = low + step;
    if (next >= end || words[next]! >= word) {
      let high = Math.min(next, end);
      low++;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (words[middle]! < word) low = middle + 1;
        else high = middle;
      }
      return low;
    }
    low = next;
    step *= 2;
  }
  return low;
}
