/**
 * Allows only such `<style>` elements as carry the returned nonce, made anew for each visit. Must run before the
 * first of them is written. Policies of a page add up: each later one can only forbid more.
 */
export function sealStyles(): string {
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
  addPolicy(`style-src 'self' 'nonce-${nonce}'`);
  return nonce;
}

/**
 * Shuts the page's door for good: no connection and no further script, frame, worker or media, from anywhere.
 * What the browser itself fetches to install the page (its manifest and icons) stays allowed, from this folder only.
 *
 * With `fromMemory` the page may still start what it holds in its own memory (`blob:`), which reaches nothing: the worker of
 * the neural models, born under this very policy, and its WebAssembly.
 */
export function sealConnections({ fromMemory }: { readonly fromMemory: boolean }): void {
  const [kept, scripts] = fromMemory ? ['blob:', "blob: 'wasm-unsafe-eval'"] : ["'none'", "'none'"];
  addPolicy(
    `connect-src ${kept}; script-src ${scripts}; worker-src ${kept}; font-src 'none'; media-src 'none'; frame-src 'none'; object-src 'none'`,
  );
}

function addPolicy(policy: string): void {
  const meta = document.createElement('meta');
  meta.httpEquiv = 'Content-Security-Policy';
  meta.content = policy;
  document.head.append(meta);
}
