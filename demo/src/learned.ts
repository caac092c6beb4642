import type { Pack, PredictionError } from '@foreword/core';
import { indexedDbStore } from '@foreword/core/indexeddb';
import { type KeptPersonal, type LearningScope, openPersonal } from '@foreword/core/personal';

export { LearnedPanel } from './learned-panel.ts';

/** Opens the writer's own model, kept in this browser's IndexedDB and shared by all tabs of the page. What cannot be kept is told to `onError`. */
export function openLearned(
  { ngram }: Pack,
  scope: LearningScope,
  onError: (error: PredictionError) => void,
): Promise<KeptPersonal> {
  return openPersonal({ store: indexedDbStore('foreword.personal'), ngram, scope, onError });
}
