import { openPack, type Pack, type PackReader, PredictionError, urlReader } from '@foreword/core';
import { byId } from './elements.ts';
import { packFileUrl, packOf } from './packs.ts';
import { forgetFile, readStored } from './stored-files.ts';
import { type LanguageTag, text } from './strings.ts';

/** What writing in a language needs. */
export interface Loaded {
  readonly pack: Pack;
  /** Of Chinese: how its words are read, and the code that makes use of it. */
  readonly chinese?: { readonly pinyin: Uint8Array; readonly code: typeof import('./chinese.ts') };
}

/**
 * Opens a language's pack, drawing how far it has got. `attempt` counts from 0; a later one asks past every cache, which
 * may hold what was wrong. Rejects as `openPack` does.
 */
export async function loadWriting(language: LanguageTag, attempt: number): Promise<Loaded> {
  const bar = byId<HTMLProgressElement>('loading');
  bar.hidden = false;
  try {
    if (language === 'en') return { pack: await openShown('en', attempt) };
    const [pack, code] = await Promise.all([openShown('zh', attempt), import('./chinese.ts').catch(reject)]);
    return { pack, chinese: { pinyin: await pack.readPinyin(), code } };
  } finally {
    bar.hidden = true;
  }
}

/** Opens the English pack beside another language's, without a word. Rejects as `openPack` does. */
export function loadEnglish(): Promise<Pack> {
  return open('en', 0);
}

function openShown(language: LanguageTag, attempt: number): Promise<Pack> {
  const bar = byId<HTMLProgressElement>('loading');
  // Drawing takes time from the loading.
  let drawnMs = performance.now();
  return open(language, attempt, (receivedBytes, totalBytes) => {
    if (receivedBytes === totalBytes) performance.mark('foreword:bytes');
    if (performance.now() - drawnMs < 100) return;
    drawnMs = performance.now();
    bar.max = totalBytes;
    bar.value = receivedBytes;
    bar.setAttribute('aria-valuetext', text('loading.progress', { percent: percent(receivedBytes / totalBytes) }));
  });
}

async function open(
  language: LanguageTag,
  attempt: number,
  onBytes: (receivedBytes: number, totalBytes: number) => void = () => {},
): Promise<Pack> {
  // What comes later, as the neural models' files, is kept where it can be read again without a connection; so is all of Chinese.
  const kept: PackReader = (file, options) => readStored(packFileUrl(language, file), options);
  let read = language === 'en' ? firstReader(packOf('en').url, attempt) : attempt === 0 ? kept : anew(language, kept);
  const pack = await openPack((file, options) => read(file, options), {
    onProgress: ({ receivedBytes, totalBytes }) => onBytes(receivedBytes, totalBytes),
  });
  if (language === 'en') read = kept;
  return pack;
}

/** Reads what the service worker has, or the network. */
function firstReader(folder: string, attempt: number): PackReader {
  return urlReader(new URL(attempt === 0 ? folder : `${folder}?attempt=${attempt}`, document.baseURI).href);
}

/** Reads each file past every cache, once. */
function anew(language: LanguageTag, read: PackReader): PackReader {
  const renewed = new Set<string>();
  return async (file, options) => {
    if (!renewed.has(file)) await forgetFile(packFileUrl(language, file));
    renewed.add(file);
    return read(file, options);
  };
}

function reject(cause: unknown): never {
  throw new PredictionError('pack-missing', 'The code for writing Chinese could not be fetched.', { cause });
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
