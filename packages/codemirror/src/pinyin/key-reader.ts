import { type Extension, Prec } from '@codemirror/state';
import { EditorView, type PluginValue, ViewPlugin } from '@codemirror/view';
import { commitRaw, toggleChinese } from './commands.ts';
import { isComposing } from './composing.ts';
import { pinyinOptions } from './options.ts';
import { reactionTo } from './reaction.ts';

/** Takes the keys that are pinyin's, before any keymap, and leaves the others as they are. */
class KeyReader implements PluginValue {
  /** Whether Shift went down and nothing else has happened since. */
  isShiftAlone = false;

  keydown(event: KeyboardEvent, view: EditorView): boolean {
    this.isShiftAlone = event.key === 'Shift' && !event.repeat && !hasModifier(event) && !isSystemKey(event, view);
    if (hasModifier(event) || isSystemKey(event, view)) return false;
    return react(view, event.key, event.shiftKey);
  }

  keyup(event: KeyboardEvent, view: EditorView): boolean {
    const toggles = this.isShiftAlone && event.key === 'Shift' && !isSystemKey(event, view);
    this.isShiftAlone = false;
    return toggles && view.state.facet(pinyinOptions)?.shiftToggles === true && toggleChinese(view);
  }
}

/** The keys and characters of the input method. */
export const keyReader: Extension = [
  Prec.highest(
    ViewPlugin.fromClass(KeyReader, {
      eventHandlers: {
        keydown(event, view) {
          return this.keydown(event, view);
        },
        keyup(event, view) {
          return this.keyup(event, view);
        },
      },
      eventObservers: {
        mousedown() {
          this.isShiftAlone = false;
        },
        blur() {
          this.isShiftAlone = false;
        },
      },
    }),
  ),
  // A touch keyboard may send characters without keys. One that composes them itself is a system's input method: it is left alone.
  Prec.highest(
    EditorView.inputHandler.of((view, from, to, text) => {
      const { main } = view.state.selection;
      if (isSystemComposing(view) || from !== main.from || to !== main.to) return false;
      if ([...text].length === 1) return react(view, text);
      if (!isComposing(view.state)) return false;
      commitRaw(view);
      typeText(view, text);
      return true;
    }),
  ),
];

function react(view: EditorView, key: string, isShiftDown = false): boolean {
  const reaction = reactionTo(view.state, key, isShiftDown);
  if (reaction === null) return false;
  reaction.command?.(view);
  if (reaction.text !== undefined) typeText(view, reaction.text);
  return true;
}

/** Types a text as if keys had: other extensions see it and may handle it, as for spacing or brackets. */
function typeText(view: EditorView, text: string): void {
  const { state } = view;
  const { from, to } = state.selection.main;
  const insert = () => state.update(state.replaceSelection(text), { userEvent: 'input.type', scrollIntoView: true });
  if (!state.facet(EditorView.inputHandler).some((handler) => handler(view, from, to, text, insert))) {
    view.dispatch(insert());
  }
}

function hasModifier(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.altKey || event.metaKey || event.getModifierState('AltGraph');
}

/** Whether a system's input method is at work; keyCode 229 says so where `isComposing` comes too late. */
function isSystemKey(event: KeyboardEvent, view: EditorView): boolean {
  return event.isComposing || event.keyCode === 229 || isSystemComposing(view);
}

function isSystemComposing(view: EditorView): boolean {
  return view.composing || view.compositionStarted;
}
