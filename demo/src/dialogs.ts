import { byId } from './elements.ts';

/**
 * Joins a button to its dialog. The browser keeps the focus inside the open dialog, closes it on Esc and gives the
 * focus back; a press beside the dialog closes it too. `onOpen` fills it.
 */
export function joinDialog(buttonId: string, dialogId: string, onOpen: () => void): HTMLDialogElement {
  const dialog = byId<HTMLDialogElement>(dialogId);
  byId(buttonId).addEventListener('click', () => {
    onOpen();
    dialog.showModal();
  });
  dialog.addEventListener('pointerdown', (event) => {
    if (event.target === dialog) dialog.close();
  });
  return dialog;
}
