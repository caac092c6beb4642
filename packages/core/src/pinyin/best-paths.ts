// Hot: runs at every key.
import type { NgramState } from '../ngram-lookup.ts';

/** A word on a path. */
export interface PathWord {
  /** Id in the n-gram's vocabulary; below 0 a character that stands for itself: −1 − its code unit. */
  readonly wordId: number;
  /** The letters it covers. */
  readonly start: number;
  readonly end: number;
}

/** A whole reading of the letters. */
export interface Path {
  readonly words: readonly PathWord[];
  /** ln P(words) plus the costs of their spelling and their readings. */
  readonly score: number;
  /** ln P(words) alone. */
  readonly logProb: number;
}

/** A word that leads from one node to the next. */
export interface Arc {
  readonly from: LatticeNode;
  /** Which of its states. */
  readonly fromState: number;
  readonly wordId: number;
  /** ln P of the word there plus its costs. */
  readonly score: number;
  readonly cost: number;
}

/** What is known where some letters end: the n-gram's states there, with all ways to them. */
export interface LatticeNode {
  /** Letters before it. */
  readonly position: number;
  readonly states: NgramState[];
  readonly scores: number[];
  /** By state: the last word of the best way to it. */
  readonly lastWords: number[];
  /** By state: the ways to it. */
  readonly arcs: Arc[][];
}

/** A* backwards: the forward scores are exact, so paths come out in order, the likeliest first. */
export function bestPaths(final: LatticeNode, limit: number, letters: string): Path[] {
  const queue = new RestQueue();
  for (let s = 0; s < final.states.length; s++) {
    queue.push({ node: final, state: s, score: 0, total: final.scores[s]!, arc: null, next: null });
  }
  const paths: Path[] = [];
  for (let steps = 0; paths.length < limit && steps < MOST_STEPS; steps++) {
    const rest = queue.pop();
    if (rest === undefined) break;
    const arcs = rest.node.arcs[rest.state]!;
    if (arcs.length === 0) {
      // Apostrophes alone.
      if (rest.arc === null) break;
      paths.push({ words: wordsOf(rest, letters), score: rest.score, logProb: rest.score - costOf(rest) });
      continue;
    }
    for (const arc of arcs) {
      const score = rest.score + arc.score;
      queue.push({
        node: arc.from,
        state: arc.fromState,
        score,
        total: arc.from.scores[arc.fromState]! + score,
        arc,
        next: rest,
      });
    }
  }
  return paths;
}

/** A path from some node to the end. */
interface Rest {
  readonly node: LatticeNode;
  readonly state: number;
  /** Of the arcs taken. */
  readonly score: number;
  /** With the best that stands before it. */
  readonly total: number;
  readonly arc: Arc | null;
  readonly next: Rest | null;
}

/** Paths that share their words would otherwise keep it at work. */
const MOST_STEPS = 4000;

function costOf(rest: Rest): number {
  let cost = 0;
  for (let at: Rest | null = rest; at !== null; at = at.next) cost += at.arc?.cost ?? 0;
  return cost;
}

function wordsOf(rest: Rest, letters: string): PathWord[] {
  const words: PathWord[] = [];
  for (let at: Rest = rest; at.arc !== null; at = at.next!) {
    const start = at.arc.from.position;
    words.push({ wordId: at.arc.wordId, start, end: at.next!.node.position });
  }
  // Apostrophes at either end belong to what stands beside them.
  if (words.length > 0) {
    words[0] = { ...words[0]!, start: 0 };
    words[words.length - 1] = { ...words.at(-1)!, end: letters.length };
  }
  return words;
}

/** A binary heap, the greatest total on top. */
class RestQueue {
  readonly #heap: Rest[] = [];

  push(rest: Rest): void {
    const heap = this.#heap;
    let at = heap.push(rest) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]!.total >= rest.total) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = rest;
  }

  pop(): Rest | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.total > heap[child]!.total) child++;
      if (heap[child]!.total <= last.total) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return top;
  }
}
