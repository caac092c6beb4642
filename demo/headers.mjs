/**
 * What the page may do while it loads. Everything comes from its own folder; once it has loaded, the page
 * tightens this itself to no connection at all (src/seal.ts). Styles: CodeMirror writes `<style>` elements,
 * and the page adds a nonce of its own before the first of them. Neural models: WebAssembly, in a worker that starts from
 * the page's own memory (`blob:`), so that it is born under the tightened policy.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self' blob: 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self' blob:",
  "manifest-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Headers of every answer. Cross-origin isolation also gives the page clocks of 5 µs. */
export const securityHeaders = {
  'Content-Security-Policy': `${contentSecurityPolicy}; frame-ancestors 'none'`,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};
