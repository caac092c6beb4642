import type { OfflineState } from './about-dialog.ts';

/**
 * Has the service worker store the page on this device. Settles when that is done or cannot be; never throws.
 * Called once the first words stand on the page, so that the worker finds every file in the browser's cache and fetches none twice.
 */
export async function storeForOffline(): Promise<OfflineState> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return 'unavailable';
  try {
    const registration = await navigator.serviceWorker.register('./service-worker.js', { updateViaCache: 'none' });
    return await settled(registration);
  } catch {
    // Refused in private windows and on plain http; the page works without.
    return 'unavailable';
  }
}

/** Throws the stored page away, so that the next visit fetches it anew. */
export async function forgetStored(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  try {
    const registration = await navigator.serviceWorker.getRegistration();
    await registration?.unregister();
    await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
  } catch {
    // Where nothing may be stored there is nothing to throw away.
  }
}

function settled(registration: ServiceWorkerRegistration): Promise<OfflineState> {
  if (registration.active !== null) return Promise.resolve('ready');
  const worker = registration.installing ?? registration.waiting;
  if (worker === null) return Promise.resolve('unavailable');
  return new Promise((resolve) => {
    worker.addEventListener('statechange', () => {
      if (worker.state === 'activated') resolve('ready');
      if (worker.state === 'redundant') resolve('unavailable');
    });
  });
}
