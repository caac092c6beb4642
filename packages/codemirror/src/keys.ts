import { type Extension, Prec, type StateCommand } from '@codemirror/state';
import { type Command, Direction, EditorView, type KeyBinding, keymap } from '@codemirror/view';
import { acceptGhost, acceptGhostWord, acceptSelected, acceptSlot, revertAccept } from './accept.ts';
import { asker } from './asker.ts';
import { armBar, dismiss, mayChoose, moveSelection, turnPage } from './choose.ts';
import { explainSelected } from './explain.ts';
import { isGhostDrawn } from './ghost.ts';
import { candidates } from './offer.ts';
import type { ForewordKeys } from './options.ts';

/** The keys of the extension. Each leaves its key to others whenever it has nothing to do. */
export function forewordKeys(keys: ForewordKeys): Extension {
  return [
    Prec.high(keymap.of(bindings(keys).map(({ key, run }) => ({ key, run: unlessComposing(run) })))),
    Prec.high(
      EditorView.domEventHandlers({
        keydown: (event, view) => unlessComposing(() => chooseByDigit(event, view, keys))(view),
      }),
    ),
  ];
}

/** While an input method composes, every key is its own. */
function unlessComposing(run: Command): Command {
  return (view) => !view.plugin(asker)?.isComposingKey && run(view);
}

function bindings(keys: ForewordKeys): { key: string; run: Command }[] {
  const bound: [string | false, Command][] = [
    [keys.dismiss, dismissBeforeTab],
    [keys.revert, revertAccept],
    [keys.acceptGhost, whileDrawn(acceptGhost)],
    [keys.acceptGhostWord, forwards(keys.acceptGhostWord, whileDrawn(acceptGhostWord))],
    [mirrored(keys.acceptGhostWord), forwards(mirrored(keys.acceptGhostWord), whileDrawn(acceptGhostWord))],
    ['Enter', acceptSelected],
    [keys.acceptGhost, acceptSelected],
    ['ArrowDown', moveSelection(1)],
    ['ArrowUp', moveSelection(-1)],
    ['ArrowRight', moveInReadingOrder('ArrowRight')],
    ['ArrowLeft', moveInReadingOrder('ArrowLeft')],
    ['PageDown', (view) => mayChoose(view.state) && turnPage(1)(view)],
    ['PageUp', (view) => mayChoose(view.state) && turnPage(-1)(view)],
    [keys.arm, armBar],
    [keys.explain, explainSelected],
  ];
  return bound.flatMap(([key, run]) => (key === false ? [] : [{ key, run } satisfies KeyBinding]));
}

/** Esc, then Tab, leaves the editor even where another extension binds Tab: CodeMirror's own escape hatch, which it would not see. */
const dismissBeforeTab: Command = (view) => {
  if (!dismiss(view)) return false;
  view.setTabFocusMode(2000);
  return true;
};

const whileDrawn =
  (command: StateCommand): Command =>
  (view) =>
    isGhostDrawn(view) && command(view);

/** Runs the command only if the key's arrow points the way the text at the caret runs. */
function forwards(key: string | false, command: Command): Command {
  return (view) => pointsForward(key || '', view) && command(view);
}

function moveInReadingOrder(key: string): Command {
  return (view) => moveSelection(pointsForward(key, view) ? 1 : -1)(view);
}

function pointsForward(key: string, view: EditorView): boolean {
  const isRightToLeft = view.textDirectionAt(view.state.selection.main.head) === Direction.RTL;
  return key.endsWith('ArrowLeft') ? isRightToLeft : !key.endsWith('ArrowRight') || !isRightToLeft;
}

function mirrored(key: string | false): string | false {
  return key !== false && key.endsWith('ArrowRight') && key.replace(/ArrowRight$/, 'ArrowLeft');
}

/** Digits are read from the key's place too: Option-1 types `¡` on a Mac, and a French keyboard has its digits behind Shift. */
function chooseByDigit(event: KeyboardEvent, view: EditorView, keys: ForewordKeys): boolean {
  const offer = candidates(view.state);
  if (offer === null || event.getModifierState('AltGraph')) return false;
  const place = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
  const held = heldModifiers(event);
  if (keys.choose !== false && held === keys.choose && place) return acceptSlot(Number(place) - 1, 'key')(view);
  if (offer.selected < 0 || held !== '') return false;
  const digit = /^[1-9]$/.test(event.key) ? event.key : event.shiftKey ? undefined : place;
  return digit !== undefined && acceptSlot(Number(digit) - 1, 'key')(view);
}

/** The modifiers but Shift that are down, as `Alt`, `Ctrl`, `Meta`, joined by `-`. */
function heldModifiers(event: KeyboardEvent): string {
  const held = [event.altKey && 'Alt', event.ctrlKey && 'Ctrl', event.metaKey && 'Meta'];
  return held.filter((modifier) => modifier !== false).join('-');
}
