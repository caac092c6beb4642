/** A number with so many digits that count, without an exponent where it can be read: 0.0123, 1,234. */
export function significant(value: number, digits = 3): string {
  if (value === -Infinity) return '−∞';
  if (value === Infinity) return '∞';
  if (value !== 0 && Math.abs(value) < 1e-6) return value.toExponential(digits - 1).replace('-', '−');
  return minus(new Intl.NumberFormat(language(), { maximumSignificantDigits: digits }).format(value + 0));
}

/** A number with so many decimals: 12.30. */
export function fixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const options = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return minus(new Intl.NumberFormat(language(), options).format(Number(value.toFixed(decimals)) + 0));
}

/** A whole number: 1,961,120. */
export function whole(value: number): string {
  return new Intl.NumberFormat(language(), { maximumFractionDigits: 0 }).format(value);
}

/** A share as a percentage: 0.0734 → 7.34 %. */
export function percent(share: number, digits = 3): string {
  return `${significant(100 * share, digits)} %`;
}

/** Bytes in the unit that suits them: 12.4 MB. */
export function bytes(count: number): string {
  return count < 1e6 ? `${whole(count / 1e3)} kB` : `${fixed(count / 1e6, 1)} MB`;
}

/** A number as a power of ten: 10²⁰. */
export function powerOfTen(log10: number): string {
  const digits = [...String(Math.round(log10))].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? '⁻').join('');
  return `10${digits}`;
}

/** The page's, as BCP 47 has it. */
function language(): string {
  return document.documentElement.lang;
}

function minus(text: string): string {
  return text.replace('-', '−');
}
