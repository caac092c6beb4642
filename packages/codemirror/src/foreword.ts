import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { accepted, reverted } from './accepted.ts';
import { announcer } from './announcer.ts';
import { ariaAttributes } from './aria.ts';
import { asker } from './asker.ts';
import { ghostText } from './ghost.ts';
import { forewordKeys } from './keys.ts';
import { learner } from './learner.ts';
import { candidateBar, candidatePopup } from './lists.ts';
import { offerExtension } from './offer.ts';
import { type ForewordOptions, forewordOptions, resolveOptions } from './options.ts';
import { spacingAfterAccept } from './spacing.ts';
import { forewordTheme } from './theme.ts';

/**
 * Suggests the next word while the user writes: `EditorView({ extensions: [foreword({ predictor })] })`. Put it in a
 * `Compartment` to change its options later; what is on offer survives that. Throws `TypeError` or `RangeError` on a bad option.
 */
export function foreword(options: ForewordOptions): Extension {
  const resolved = resolveOptions(options);
  return [
    forewordOptions.of(resolved),
    offerExtension,
    asker,
    learner,
    announcer,
    forewordKeys(resolved.keys),
    spacingAfterAccept,
    ghostText,
    candidateBar,
    candidatePopup,
    ariaAttributes,
    forewordTheme,
    acceptObserver,
  ];
}

const acceptObserver: Extension = EditorView.updateListener.of((update) => {
  const options = update.state.facet(forewordOptions);
  for (const tr of update.transactions) {
    const done = tr.annotation(accepted);
    const undone = tr.annotation(reverted);
    if (done) options?.onAccept?.(done, update.view);
    if (undone) options?.onRevert?.(undone, update.view);
  }
});
