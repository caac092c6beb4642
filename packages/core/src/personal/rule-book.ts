/**
 * What the user has decided about a word, in every case form: never to suggest it, to suggest it as soon as its letters fit, or to
 * suggest it although it is on the list of offensive words.
 */
export const wordRules = ['blocked', 'pinned', 'allowed'] as const;
/** One of `wordRules`. */
export type WordRule = (typeof wordRules)[number];

/** A decision and when it was made: of two about a word the later one holds. */
export interface RuleEntry {
  /** null: the decision of before was taken back. */
  readonly rule: WordRule | null;
  /** Milliseconds since 1970. */
  readonly madeMs: number;
}

/** The user's decisions, by normalised word. Books merge by the later decision: commutative, associative, idempotent. */
export class RuleBook {
  readonly entries: Map<string, RuleEntry> = new Map();

  rule(word: string): WordRule | null {
    return this.entries.get(word)?.rule ?? null;
  }

  /** A decision made now, or just after the last one where the clock has gone back. */
  set(word: string, rule: WordRule | null, nowMs: number): void {
    const last = this.entries.get(word)?.madeMs ?? -1;
    this.entries.set(word, { rule, madeMs: Math.max(Math.floor(nowMs), last + 1) });
  }

  /** Words with a decision that holds, in the order of their code units. */
  words(): string[] {
    return [...this.entries]
      .filter(([, { rule }]) => rule !== null)
      .map(([word]) => word)
      .toSorted();
  }
}

/** The later decision about each word; of two made at once the one that stands first in `wordRules`. Neither book is changed. */
export function mergeRules(a: RuleBook, b: RuleBook): RuleBook {
  const merged = new RuleBook();
  for (const [word, entry] of [...a.entries, ...b.entries]) {
    const other = merged.entries.get(word);
    if (other === undefined || isLater(entry, other)) merged.entries.set(word, entry);
  }
  return merged;
}

function isLater(entry: RuleEntry, other: RuleEntry): boolean {
  if (entry.madeMs !== other.madeMs) return entry.madeMs > other.madeMs;
  return rank(entry.rule) > rank(other.rule);
}

function rank(rule: WordRule | null): number {
  return rule === null ? -1 : wordRules.length - wordRules.indexOf(rule);
}
