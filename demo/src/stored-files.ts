import { PredictionError } from '@foreword/core';

/**
 * Where the page keeps on this device what not everyone needs: the files of the neural models and of Chinese. The service
 * worker keeps all others, and answers from both.
 */
const cacheName = 'foreword.kept';

/** Options of `readStored`. */
export interface ReadStoredOptions {
  readonly signal?: AbortSignal;
  /** Called as the file comes in, decompressed. */
  readonly onBytes?: (receivedBytes: number) => void;
}

const read = new Set<string>();
const damaged = new Set<string>();

/**
 * Reads a file of the build from this device, or over the network and then keeps it here: once the page has shut its door,
 * only what is kept can be read again. Rejects with `PredictionError` `pack-missing` when it cannot be had.
 */
export async function readStored(url: string, options: ReadStoredOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { href } = new URL(url, document.baseURI);
  read.add(href);
  const cache = await openCache();
  const kept = await cache?.match(href).catch(() => undefined);
  if (kept !== undefined) return whole(kept, options);
  const bytes = await whole(await fetched(href, options.signal), options);
  // A device that keeps nothing more loads it again on the next visit.
  await cache?.put(href, new Response(bytes)).catch(() => {});
  return bytes;
}

/** Throws away what is kept of a file, which is damaged: the next reading asks past every cache. */
export async function forgetFile(url: string): Promise<void> {
  const { href } = new URL(url, document.baseURI);
  damaged.add(href);
  const cache = await openCache();
  await cache?.delete(href).catch(() => false);
}

/** Keeps those of the scripts that came into this visit whose addresses fit `names`: they may be wanted again without a connection. */
export async function keepScripts(names: RegExp): Promise<void> {
  const cache = await openCache();
  for (const { name } of performance.getEntriesByType('resource')) {
    if (!names.test(name) || read.has(name)) continue;
    read.add(name);
    if ((await cache?.match(name).catch(() => undefined)) !== undefined) continue;
    // From the browser's own cache, as it has just come in.
    await cache?.put(name, await fetched(name, undefined)).catch(() => {});
  }
}

/** Throws away earlier versions of what this visit has read. What the other language needs stays. */
export async function forgetReplaced(): Promise<void> {
  const cache = await openCache();
  const names = new Set([...read].map(withoutHash));
  for (const request of (await cache?.keys().catch(() => [])) ?? []) {
    const isReplaced = !read.has(request.url) && names.has(withoutHash(request.url));
    if (isReplaced) await cache?.delete(request).catch(() => false);
  }
}

/** An address without the hash of its content: `…/packs/en-45c997a08723/gpt.q8`, `…/assets/worker-V_YnFwe9.js`. */
function withoutHash(url: string): string {
  return url.replace(/(\/packs\/\w+)-[0-9a-f]{12}(?=\/)/, '$1').replace(/(\/assets\/.+)-[\w-]{8}(?=\.\w+$)/, '$1');
}

// Private windows and plain http have none, or refuse it.
async function openCache(): Promise<Cache | null> {
  if (!('caches' in globalThis)) return null;
  return caches.open(cacheName).catch(() => null);
}

async function fetched(url: string, signal: AbortSignal | undefined): Promise<Response> {
  const options: RequestInit = { ...(signal && { signal }), ...(damaged.has(url) && { cache: 'reload' }) };
  const response = await fetch(url, options).catch((error: unknown) => {
    throw signal?.aborted ? signal.reason : missing(url, 'could not be fetched', error);
  });
  if (!response.ok) throw missing(url, `was answered with HTTP status ${response.status}`);
  return response;
}

/** A body's bytes, told of as they come. */
async function whole(response: Response, { onBytes }: ReadStoredOptions): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let receivedBytes = 0;
  const reader = response.body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw missing(response.url, 'broke off', error);
    });
    if (done) break;
    parts.push(value);
    receivedBytes += value.length;
    onBytes?.(receivedBytes);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function missing(url: string, what: string, cause?: unknown): PredictionError {
  return new PredictionError('pack-missing', `${url} ${what}. Check the connection.`, { cause });
}
