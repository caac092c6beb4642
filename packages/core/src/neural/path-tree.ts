import type { KvCache } from './kv-cache.ts';
import { logSumExp } from './softmax.ts';
import { pause } from './turns.ts';

/** A token behind others, behind a text. */
export interface PathNode {
  /** Null for the root, which stands for the text itself. */
  readonly parent: PathNode | null;
  /** -1 for the root. */
  readonly tokenId: number;
  /** Number of tokens from the root to here. */
  readonly depth: number;
  /** ln P(the tokens from the root to here | the text). */
  readonly logProb: number;
}

/** How far a path of tokens is known. */
export interface PathEnd {
  /** The last token whose probability is known: the root where none is. */
  readonly node: PathNode;
  /** Tokens behind it. 0: `node` is the whole path. */
  readonly left: number;
}

/**
 * Token paths that may follow one text, sharing their beginnings, each run once: P(path) = Π P(token | text, tokens before).
 * The text's rows stay in the cache; a network without a place in its past for each path reads the paths anew from where
 * they part, a token longer each time, which for the few tokens of a phrase costs less than a run for each path.
 */
export class PathTree {
  readonly #context: Int32Array;
  readonly #root: Node;
  #runs = 1;

  /** `logits` (V) are those of the token after `context`. */
  constructor(context: Int32Array, logits: Float32Array) {
    this.#context = context;
    this.#root = new Node(null, -1, 0);
    this.#root.enter(logits);
  }

  /** Number of nodes that have been run. Each keeps V numbers. */
  get runs(): number {
    return this.#runs;
  }

  /** ln P(token | the text) for any token. */
  startLogProb(tokenId: number): number {
    return this.#root.childLogProb(tokenId);
  }

  /** Follows a path as far as it is known. Runs nothing. */
  follow(path: Int32Array): PathEnd {
    let node = this.#root;
    for (let at = 0; at < path.length; at++) {
      if (node.next === null) return { node, left: path.length - at };
      node = node.child(path[at]!);
    }
    return { node, left: 0 };
  }

  /**
   * The nodes to run next so that paths become known: all of one depth, the likeliest `most` of those that have at least the probability
   * `least`. None when all paths are known that can be.
   */
  plan(paths: readonly Int32Array[], most: number = Infinity, least = 0): PathNode[] {
    const leastLogProb = Math.log(least);
    const depths = new Map<number, Set<PathNode>>();
    for (const path of paths) {
      const { node, left } = this.follow(path);
      if (left === 0 || node.logProb < leastLogProb) continue;
      depths.set(node.depth, (depths.get(node.depth) ?? new Set()).add(node));
    }
    let chosen: PathNode[] = [];
    for (const nodes of depths.values()) {
      const sorted = [...nodes].sort((a, b) => b.logProb - a.logProb);
      if (chosen.length === 0 || sorted[0]!.logProb > chosen[0]!.logProb) chosen = sorted.slice(0, most);
    }
    return chosen;
  }

  /** Learns what follows each of the nodes, which must be of one depth. Rejects with the signal's reason between two runs. */
  async run(nodes: readonly PathNode[], cache: KvCache, signal?: AbortSignal): Promise<void> {
    const wanted = nodes as readonly Node[];
    const { depth } = wanted[0]!;
    const fitsCache = this.#context.length + depth <= cache.capacity;
    if (wanted.length === 1 && fitsCache) {
      // The only way on: its row is kept as the text's are, and what comes behind need not read it again.
      wanted[0]!.enter(await cache.feed(this.#tokens(wanted[0]!), signal));
      wanted[0]!.isHeld = true;
      this.#runs++;
      return;
    }
    const base = heldAncestor(wanted);
    const held = this.#tokens(base);
    const length = depth - base.depth;
    const most = Math.max(1, Math.floor(MOST_TOKENS / length));
    for (let start = 0; start < wanted.length; start += most) {
      if (start > 0) await pause(signal);
      await cache.hold(held, signal);
      const batch = wanted.slice(start, start + most);
      const suffixes = new Int32Array(batch.length * length);
      for (const [row, node] of batch.entries()) node.write(suffixes, (row + 1) * length, base);
      const logits = await cache.branch(suffixes, batch.length, held.length);
      const size = logits.length / batch.length;
      for (const [row, node] of batch.entries()) node.enter(logits.slice(row * size, (row + 1) * size));
      this.#runs += batch.length;
    }
  }

  /** The text's tokens and those from the root to a node. */
  #tokens(node: Node): Int32Array {
    const ids = new Int32Array(this.#context.length + node.depth);
    ids.set(this.#context);
    node.write(ids, ids.length, this.#root);
    return ids;
  }
}

/** Most tokens of one run, which cannot be interrupted: about 16 ms. */
const MOST_TOKENS = 64;

class Node implements PathNode {
  readonly parent: Node | null;
  readonly tokenId: number;
  readonly depth: number;
  readonly logProb: number;
  /** (V) The logits of the token that follows; null until it has been run. */
  next: Float32Array | null = null;
  /** Whether its rows have been put into the cache, where they may be still. */
  isHeld = false;
  #logTotal = 0;
  readonly #children = new Map<number, Node>();

  constructor(parent: Node | null, tokenId: number, logProb: number) {
    this.parent = parent;
    this.tokenId = tokenId;
    this.depth = parent === null ? 0 : parent.depth + 1;
    this.logProb = logProb;
    this.isHeld = parent === null;
  }

  enter(logits: Float32Array): void {
    this.next = logits;
    this.#logTotal = logSumExp(logits);
  }

  /** Only once run. */
  childLogProb(tokenId: number): number {
    return this.logProb + this.next![tokenId]! - this.#logTotal;
  }

  /** Made if need be. Only once run. */
  child(tokenId: number): Node {
    let child = this.#children.get(tokenId);
    if (child === undefined) {
      child = new Node(this, tokenId, this.childLogProb(tokenId));
      this.#children.set(tokenId, child);
    }
    return child;
  }

  /** Writes the tokens from behind `base` to here so that they end before `end`. */
  write(into: Int32Array, end: number, base: Node): void {
    let at = end;
    for (let node: Node = this; node !== base; node = node.parent!) into[--at] = node.tokenId;
  }
}

/** The last node on the way to all of the nodes whose rows have been put into the cache. */
function heldAncestor(nodes: readonly Node[]): Node {
  let common = nodes[0]!.parent!;
  for (const node of nodes) while (!isOnWay(common, node)) common = common.parent!;
  while (!common.isHeld) common = common.parent!;
  return common;
}

function isOnWay(ancestor: Node, node: Node): boolean {
  let at = node;
  while (at.depth > ancestor.depth) at = at.parent!;
  return at === ancestor;
}
