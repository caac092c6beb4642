/**
 * Whether what is typed into an element must not be learned: a field for passwords, one-time codes or cards, by its `type` or `autocomplete`, or
 * one that it or an element around it marks with `data-foreword-learn="false"`.
 */
export function isPrivateField(element: Element): boolean {
  if (element.closest('[data-foreword-learn="false"]') !== null) return true;
  if (element.getAttribute('type') === 'password') return true;
  const purposes = (element.getAttribute('autocomplete') ?? '').toLowerCase().split(/\s+/);
  return purposes.some((purpose) => purpose === 'one-time-code' || /^cc-|password$/.test(purpose));
}
