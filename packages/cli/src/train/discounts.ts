import { CommandFailure } from '../command.ts';

/** What is taken from an n-gram's count of 0, 1, 2, and 3 or more. */
export type Discounts = readonly [0, number, number, number];

/** The discounts used with `--discount-fallback` where a text is too small to estimate them: KenLM's choice. */
export const fallbackDiscounts: Discounts = [0, 0.5, 1, 1.5];

/**
 * Modified Kneser–Ney discounts from the numbers of n-grams with (adjusted) count 1, 2, 3 and 4
 * (Chen & Goodman 1999, eq. 26). Undefined where these do not allow it: one of the first three is missing,
 * or a discount falls outside 0 … its count.
 */
export function estimateDiscounts(countsOfCounts: readonly [number, number, number, number]): Discounts | undefined {
  const [n1, n2, n3, n4] = countsOfCounts;
  if (n1 === 0 || n2 === 0 || n3 === 0) return undefined;
  const y = n1 / (n1 + 2 * n2);
  const discounts: Discounts = [0, 1 - (2 * y * n2) / n1, 2 - (3 * y * n3) / n2, 3 - (4 * y * n4) / n3];
  return discounts.every((discount, count) => discount >= 0 && discount <= count) ? discounts : undefined;
}

/** Discounts of one source and order; with too little text the fallback, or without one `CommandFailure` saying what to do. */
export function discountsFor(
  source: string,
  order: number,
  countsOfCounts: readonly [number, number, number, number],
  fallback: Discounts | undefined,
): Discounts {
  const discounts = estimateDiscounts(countsOfCounts) ?? fallback;
  if (discounts !== undefined) return discounts;
  const [n1, n2, n3, n4] = countsOfCounts;
  throw new CommandFailure(
    `${source} is too small or too regular to estimate Kneser–Ney discounts for ${order}-grams: ` +
      `${n1}, ${n2}, ${n3}, ${n4} of them have the counts 1, 2, 3, 4. Give more text, or --discount-fallback.`,
  );
}

/** The discount of an adjusted count. */
export function discountOf(discounts: Discounts, count: number): number {
  return count >= 3 ? discounts[3] : discounts[count as 0 | 1 | 2];
}
