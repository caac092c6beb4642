import { packUrl } from 'virtual:pack';
import { openPack, type Pack } from '@foreword/core';
import { byId } from './elements.ts';
import { text } from './strings.ts';

/** Opens the pack that came with the page, drawing how far it has got. Rejects as `openPack` does. */
export async function loadPack(): Promise<Pack> {
  const bar = byId<HTMLProgressElement>('loading');
  bar.hidden = false;
  try {
    return await openPack(new URL(packUrl, document.baseURI), {
      onProgress({ receivedBytes, totalBytes }) {
        bar.max = totalBytes;
        bar.value = receivedBytes;
        bar.setAttribute('aria-valuetext', text('loading.progress', { percent: percent(receivedBytes / totalBytes) }));
      },
    });
  } finally {
    bar.hidden = true;
  }
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
