import { button, byId, element } from './elements.ts';

/** Says what has just been done and offers to undo it. Stays until it is used or `hide` is called. */
export function showToast(message: string, action: { readonly label: string; readonly run: () => void }): void {
  byId('toast').replaceChildren(
    element('p', {}, message),
    button(action.label, () => {
      hideToast();
      action.run();
    }),
  );
}

export function hideToast(): void {
  byId('toast').replaceChildren();
}
