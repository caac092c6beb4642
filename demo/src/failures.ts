import { PredictionError } from '@foreword/core';
import { showNotice } from './notices.ts';
import { forgetStored } from './offline.ts';
import type { StringKey } from './strings.ts';

const known: Readonly<Record<string, StringKey>> = {
  'pack-missing': 'error.pack-missing',
  'pack-corrupt': 'error.pack-corrupt',
  'file-malformed': 'error.pack-corrupt',
  'pack-too-new': 'error.pack-too-new',
};

/** Tells the writer why there are no suggestions, with an offer to try again. */
export function reportLoading(error: unknown, retry: () => void): void {
  const code = error instanceof PredictionError ? error.code : 'other';
  console.error(error);
  // What is stored is damaged or of another version; it must not come back on the next visit.
  if (code !== 'pack-missing') void forgetStored();
  showNotice({
    message: known[code] ?? 'error.other',
    values: { message: messageOf(error) },
    action: { label: 'retry', run: retry },
  });
}

/** Tells the writer that the page goes on without something it can do without. */
export function reportLack(message: StringKey, error: unknown): void {
  console.error(error);
  showNotice({ message, action: { label: 'retry', run: () => location.reload() } });
}

export function reportEditor(error: unknown): void {
  console.error(error);
  showNotice({ message: 'error.editor', values: { message: messageOf(error) } });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
