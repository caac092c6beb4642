import type { TokenPath } from './token-path.ts';

/** A path that would be worth running. */
export interface Wish {
  readonly path: TokenPath;
  /** How much probability it would divide among words. */
  readonly gain: number;
}

/**
 * The best wishes, at most `beams`, of the one length that gains most: the paths of a run are equally long. Paths of more than
 * `deepest` tokens cannot be run.
 */
export function chooseRun(
  wishes: readonly Wish[],
  { beams, deepest }: { readonly beams: number; readonly deepest: number },
): TokenPath[] {
  const gains = new Map<TokenPath, number>();
  for (const { path, gain } of wishes) {
    if (path.depth <= deepest) gains.set(path, Math.max(gain, gains.get(path) ?? 0));
  }
  const sorted = [...gains.keys()].sort((a, b) => gains.get(b)! - gains.get(a)! || (a.key < b.key ? -1 : 1));
  const byLength = new Map<number, { paths: TokenPath[]; gain: number }>();
  for (const path of sorted) {
    const group = byLength.get(path.depth) ?? { paths: [], gain: 0 };
    byLength.set(path.depth, group);
    if (group.paths.length === beams) continue;
    group.paths.push(path);
    group.gain += gains.get(path)!;
  }
  let chosen: { paths: TokenPath[]; gain: number } = { paths: [], gain: 0 };
  for (const group of byLength.values()) if (group.gain > chosen.gain) chosen = group;
  return chosen.paths;
}
