import { assembleLexicon, COST_STEPS } from './lexicon-format.ts';
import { SYLLABLES } from './syllables.ts';

/** A word and a way it is read. */
export interface LexiconEntry {
  /** Its id in the n-gram's vocabulary. */
  readonly wordId: number;
  /** Ids of its syllables, at least one. */
  readonly syllables: readonly number[];
  /** P(reading | word), above 0 and at most 1. */
  readonly share: number;
  /** How frequent the word is, in any unit. */
  readonly frequency: number;
}

interface Node {
  readonly syllable: number;
  readonly children: Map<number, Node>;
  readonly entries: LexiconEntry[];
}

/**
 * Writes a lexicon for an n-gram file whose vocabulary has `words` words. The same entries in any order give the same bytes.
 * Throws `RangeError` for an entry that is not as `LexiconEntry` says.
 */
export function writePinyinLexicon(entries: Iterable<LexiconEntry>, words: number): Uint8Array {
  const root: Node = { syllable: 0, children: new Map(), entries: [] };
  for (const entry of entries) {
    checkEntry(entry, words);
    let node = root;
    for (const syllable of entry.syllables) {
      let child = node.children.get(syllable);
      if (child === undefined) {
        child = { syllable, children: new Map(), entries: [] };
        node.children.set(syllable, child);
      }
      node = child;
    }
    node.entries.push(entry);
  }
  const nodes = [root];
  for (let i = 0; i < nodes.length; i++) {
    nodes.push(...[...nodes[i]!.children.values()].sort((a, b) => a.syllable - b.syllable));
  }
  const byFrequency = nodes.flatMap((node) => node.entries.sort((a, b) => worth(b) - worth(a) || a.wordId - b.wordId));
  return assembleLexicon(
    {
      syllables: Uint16Array.from(nodes, (node) => node.syllable),
      childCounts: Uint16Array.from(nodes, (node) => node.children.size),
      entryCounts: Uint16Array.from(nodes, (node) => node.entries.length),
      wordIds: Uint32Array.from(byFrequency, (entry) => entry.wordId),
      costs: Uint8Array.from(byFrequency, ({ share }) => Math.min(255, Math.round(-Math.log(share) * COST_STEPS))),
    },
    words,
  );
}

function checkEntry({ wordId, syllables, share }: LexiconEntry, words: number): void {
  if (!(Number.isInteger(wordId) && wordId >= 0 && wordId < words)) {
    throw new RangeError(`wordId must be an integer from 0 to ${words - 1}, not ${wordId}`);
  }
  if (syllables.length === 0) throw new RangeError(`the word ${wordId} must have at least one syllable`);
  const wrong = syllables.find((syllable) => SYLLABLES[syllable] === undefined);
  if (wrong !== undefined) {
    throw new RangeError(`a syllable must be an integer from 0 to ${SYLLABLES.length - 1}, not ${wrong}`);
  }
  if (!(share > 0 && share <= 1)) throw new RangeError(`share must be above 0 and at most 1, not ${share}`);
}

function worth({ frequency, share }: LexiconEntry): number {
  return frequency * share;
}
