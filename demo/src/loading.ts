import { packUrl } from 'virtual:pack';
import { openPack, type Pack, urlReader } from '@foreword/core';
import { byId } from './elements.ts';
import { readStored } from './stored-files.ts';
import { text } from './strings.ts';

/**
 * Opens the pack that came with the page, drawing how far it has got. `attempt` counts from 0; a later one asks past every
 * cache, which may hold what was wrong. Rejects as `openPack` does.
 */
export async function loadPack(attempt: number): Promise<Pack> {
  const bar = byId<HTMLProgressElement>('loading');
  bar.hidden = false;
  // Drawing takes time from the loading.
  let drawnMs = performance.now();
  const folder = new URL(attempt === 0 ? packUrl : `${packUrl}?attempt=${attempt}`, document.baseURI);
  let read = urlReader(folder.href);
  try {
    const pack = await openPack((file, options) => read(file, options), {
      onProgress({ receivedBytes, totalBytes }) {
        if (receivedBytes === totalBytes) performance.mark('foreword:bytes');
        if (performance.now() - drawnMs < 100) return;
        drawnMs = performance.now();
        bar.max = totalBytes;
        bar.value = receivedBytes;
        bar.setAttribute('aria-valuetext', text('loading.progress', { percent: percent(receivedBytes / totalBytes) }));
      },
    });
    // The neural models' files come later, and are kept where they can be read again without a connection.
    read = (file, options) => readStored(packFileUrl(file), options);
    return pack;
  } finally {
    bar.hidden = true;
  }
}

/** The address of a file of the pack. */
export function packFileUrl(file: string): string {
  return packUrl + file;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
