import type { Extension } from '@codemirror/state';
import { type EditorView, type Panel, showPanel, showTooltip, type Tooltip, type TooltipView } from '@codemirror/view';
import { CandidateList } from './candidate-list.ts';
import { offerFacet, offerField, surfacesOf } from './offer.ts';
import { forewordOptions } from './options.ts';

/** The numbered candidate bar: at the caret's word, or docked under the text where it keeps its height. */
export const candidateBar: Extension = [
  showTooltip.compute([offerFacet, offerField, forewordOptions], (state): Tooltip | null => {
    const offer = state.facet(offerFacet);
    return offer !== null && surfacesOf(state).bar === 'caret' ? { pos: offer.from, create: createCaretBar } : null;
  }),
  showPanel.compute([offerField, forewordOptions], (state) =>
    surfacesOf(state).bar === 'docked' ? createDockedBar : null,
  ),
];

/** The candidates as a list under the caret's word. */
export const candidatePopup: Extension = showTooltip.compute(
  [offerFacet, offerField, forewordOptions],
  (state): Tooltip | null => {
    const offer = state.facet(offerFacet);
    return offer !== null && surfacesOf(state).popup ? { pos: offer.from, create: createPopup } : null;
  },
);

// The same functions each time, by which CodeMirror keeps the element from one state to the next.
const createCaretBar = (view: EditorView): TooltipView => tooltip(new CandidateList(view, 'bar'));
const createPopup = (view: EditorView): TooltipView => tooltip(new CandidateList(view, 'popup'));

function tooltip(list: CandidateList): TooltipView {
  list.dom.classList.add('cm-foreword-tooltip');
  return { dom: list.dom, resize: false, update: () => list.update() };
}

function createDockedBar(view: EditorView): Panel {
  const list = new CandidateList(view, 'docked');
  return { dom: list.dom, update: () => list.update() };
}
