import type { Tokenizer } from './backend.ts';
import type { KvCache } from './kv-cache.ts';
import type { PathTree } from './path-tree.ts';
import { pause } from './turns.ts';

/** Texts that may follow one text, in tokens. */
export interface Continuations {
  /** The tokens of the text before that stay as they are whichever of the texts follows. */
  readonly shared: Int32Array;
  /** Its other tokens: none but where a token of some text reaches back over the caret. */
  readonly rest: Int32Array;
  /** For each text the tokens behind `shared` of the text before and this one together. */
  readonly paths: readonly Int32Array[];
}

/**
 * Divides texts into tokens as the model has seen them: each together with the text before. So none is put behind a space
 * that is not there, while at a line's beginning it gets the one that the tokenizer gives each line; and where the text
 * before ends within a token, `去北` before `京玩`, that token is taken (`北京`) and not two that never stand together: of 270
places between two words of Chinese clauses 34 are such, and there the texts that were written become 4.4 nats likelier.
 */
export function divideContinuations(tokenizer: Tokenizer, before: string, texts: readonly string[]): Continuations {
  const own = tokenizer.encode(before);
  const encode = endEncoder(tokenizer, before, own);
  const wholes = texts.map(encode);
  let length = own.length;
  for (const whole of wholes) length = Math.min(length, sharedLength(own, whole));
  return {
    shared: own.subarray(0, length),
    rest: own.subarray(length),
    paths: wholes.map((whole) => whole.subarray(length)),
  };
}

/** ln P(text | before) for each of the texts, running what `tree`, which stands behind `shared`, does not know yet. */
export async function scoreContinuations(
  { rest, paths }: Continuations,
  tree: PathTree,
  cache: KvCache,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const ends = [rest, ...paths];
  for (let nodes = tree.plan(ends); nodes.length > 0; nodes = tree.plan(ends)) {
    await pause(signal);
    await tree.run(nodes, cache, signal);
  }
  const restLogProb = tree.follow(rest).node.logProb;
  return Float64Array.from(paths, (path) => tree.follow(path).node.logProb - restLogProb);
}

/**
 * Encodes texts behind `before`, whose tokens are `own`. No token holds both punctuation and a letter, so that only what stands
 * behind the last punctuation is encoded anew for each: 0.1 ms instead of 2 where a text of Chinese is long.
 */
function endEncoder(tokenizer: Tokenizer, before: string, own: Int32Array): (text: string) => Int32Array {
  const encodeWhole = (text: string) => tokenizer.encode(before + text);
  const [clause, punctuation] = LAST_CLAUSE.exec(before) ?? [];
  if (clause === undefined || punctuation === undefined) return encodeWhole;
  const lead = tokenizer.encode(punctuation);
  const end = tokenizer.encode(clause);
  const known = own.subarray(0, own.length - (end.length - lead.length));
  const isRight =
    sharedLength(lead, end) === lead.length &&
    sharedLength(end.subarray(lead.length), own.subarray(known.length)) === end.length - lead.length;
  if (!isRight) return encodeWhole;
  return (text) => {
    if (!/^[\p{L}\p{N}]/u.test(text)) return encodeWhole(text);
    const ids = tokenizer.encode(clause + text);
    return sharedLength(lead, ids) === lead.length
      ? Int32Array.of(...known, ...ids.subarray(lead.length))
      : encodeWhole(text);
  };
}

/** Punctuation, but for what may stand inside a word, and all that follows it, without white space. */
const LAST_CLAUSE = /([^\s\p{L}\p{M}\p{N}'’]+)[\p{L}\p{M}\p{N}]*$/u;

function sharedLength(a: Int32Array, b: Int32Array): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}
