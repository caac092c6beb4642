import type { Pack, PredictionError } from '@foreword/core';
import { indexedDbStore } from '@foreword/core/indexeddb';
import { type KeptPersonal, type LearningScope, openPersonal } from '@foreword/core/personal';
import { languageOf } from './packs.ts';
import type { LanguageTag } from './strings.ts';

export { LearnedPanel } from './learned-panel.ts';

/** Each language has words of its own. */
const databases: Readonly<Record<LanguageTag, string>> = { en: 'foreword.personal', zh: 'foreword.personal.zh' };

/**
 * Opens the writer's own model for a pack's language, kept in this browser's IndexedDB and shared by all tabs of the page. What cannot be kept is told to
 * `onError`.
 */
export function openLearned(
  pack: Pack,
  scope: LearningScope,
  onError: (error: PredictionError) => void,
): Promise<KeptPersonal> {
  const store = indexedDbStore(databases[languageOf(pack)]);
  return openPersonal({ store, ngram: pack.ngram, scope, onError });
}
