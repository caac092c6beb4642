/// <reference lib="webworker" />
/**
 * Keeps the page on the device: every file of its list is stored when the worker is installed and answered from that store
 * ever after; so is what the page itself keeps. It is sent no message and no text, and asks the network for nothing else.
 */
declare const self: ServiceWorkerGlobalScope;
/** Written in by the build. */
declare const __PRECACHE__: { readonly version: string; readonly files: readonly string[] };

const { version, files } = __PRECACHE__;
const prefix = 'foreword-';

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(forgetOldVersions()));
self.addEventListener('fetch', (event) => {
  if (event.request.method === 'GET') event.respondWith(answer(event.request));
});

async function install(): Promise<void> {
  const cache = await caches.open(prefix + version);
  await Promise.all(files.map((file) => store(cache, new URL(file, self.registration.scope))));
  // A page needs nothing more once it has loaded, so the new version may take over at once.
  await self.skipWaiting();
}

async function store(cache: Cache, url: URL): Promise<void> {
  // A file whose name holds its content's hash may be here already, from the version before.
  const kept = hasHash(url) ? await caches.match(url) : undefined;
  const response = kept ?? (await fetch(url, hasHash(url) ? {} : { cache: 'no-cache' }));
  if (!response.ok) throw new Error(`${url} was answered with ${response.status}.`);
  await cache.put(url, response);
}

function hasHash(url: URL): boolean {
  return /\/(assets|packs)\//.test(url.pathname);
}

// The version before stays: a page of it may still be loading.
async function forgetOldVersions(): Promise<void> {
  const ours = (await caches.keys()).filter((name) => name.startsWith(prefix));
  const others = ours.filter((name) => name !== prefix + version);
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
}

async function answer(request: Request): Promise<Response> {
  const options = { ignoreSearch: request.mode === 'navigate', ignoreVary: true };
  const cache = await caches.open(prefix + version);
  return (await cache.match(request, options)) ?? (await caches.match(request, options)) ?? (await fetch(request));
}

export {};
