/** The q-quantile of some numbers: the smallest that is not below a share q of them. */
export function quantile(numbers, q) {
  const ascending = Float64Array.from(numbers).sort();
  return ascending[Math.min(ascending.length - 1, Math.ceil(q * ascending.length))];
}

/** Milliseconds each call took. */
export function timeEach(inputs, call) {
  return inputs.map((input) => {
    const start = performance.now();
    call(input);
    return performance.now() - start;
  });
}

/** `0.042`, `12.3`, `1,234`: three figures that matter. */
export function figure(number) {
  if (number >= 1000) return Math.round(number).toLocaleString('en');
  return number.toPrecision(3);
}
