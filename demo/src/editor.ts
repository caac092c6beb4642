import { defaultKeymap, history, historyKeymap, isolateHistory, undo } from '@codemirror/commands';
import { Compartment, EditorState, type Extension, Transaction } from '@codemirror/state';
import { drawSelection, EditorView, keymap, placeholder } from '@codemirror/view';
import { text } from './strings.ts';

/** The editor, with what can be exchanged in it while it lives. */
export interface Editor {
  readonly view: EditorView;
  setSuggestions(extension: Extension): void;
  /** What turns keys into another script: an input method. */
  setInput(extension: Extension): void;
  setDark(dark: boolean): void;
  /** Writes the interface's present language, and that of the text, into the editor. */
  setLanguage(): void;
  /** Takes up caret and place where a visit before left them. */
  restore(place: { readonly anchor: number; readonly head: number; readonly scrollTop: number }): void;
  /** Empties the page in one step that `undo` takes back. */
  clear(): void;
  undo(): void;
}

export interface EditorOptions {
  readonly parent: HTMLElement;
  readonly text: string;
  readonly dark: boolean;
  /** BCP 47 tag of the language that is written now, whatever the interface speaks. */
  readonly writtenLanguage: () => string;
  /** For the `<style>` elements CodeMirror writes. */
  readonly cspNonce: string;
  readonly extensions: Extension;
}

export function createEditor(options: EditorOptions): Editor {
  const input = new Compartment();
  const suggestions = new Compartment();
  const theme = new Compartment();
  const language = new Compartment();
  const view = new EditorView({
    parent: options.parent,
    state: EditorState.create({
      doc: options.text,
      selection: { anchor: options.text.length },
      extensions: [
        options.cspNonce === '' ? [] : EditorView.cspNonce.of(options.cspNonce),
        input.of([]),
        suggestions.of([]),
        theme.of(colours(options.dark)),
        language.of(words(options.writtenLanguage())),
        history(),
        keymap.of([...defaultKeymap, ...historyKeymap]),
        // A phone draws its own selection, with handles.
        matchMedia('(pointer: coarse)').matches ? [] : drawSelection(),
        EditorView.lineWrapping,
        EditorView.scrollMargins.of(() => ({ top: 48, bottom: 96 })),
        options.extensions,
      ],
    }),
  });
  const reconfigure = (compartment: Compartment, extension: Extension): void =>
    view.dispatch({ effects: compartment.reconfigure(extension) });
  return {
    view,
    setInput: (extension) => reconfigure(input, extension),
    setSuggestions: (extension) => reconfigure(suggestions, extension),
    setDark: (dark) => reconfigure(theme, colours(dark)),
    setLanguage: () => reconfigure(language, words(options.writtenLanguage())),
    restore({ anchor, head, scrollTop }) {
      const { length } = view.state.doc;
      view.dispatch({ selection: { anchor: Math.min(anchor, length), head: Math.min(head, length) } });
      // Once the lines have their heights.
      view.requestMeasure({ read: () => view.scrollDOM.scrollTo({ top: scrollTop }) });
    },
    clear() {
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length },
        annotations: [isolateHistory.of('full'), Transaction.userEvent.of('delete.clear')],
        scrollIntoView: true,
      });
    },
    undo() {
      undo(view);
      view.focus();
    },
  };
}

function colours(dark: boolean): Extension {
  return EditorView.theme({}, { dark });
}

function words(writtenLanguage: string): Extension {
  return [
    placeholder(text('placeholder')),
    EditorState.phrases.of({
      Suggestions: text('suggestions'),
      'Previous suggestions': text('suggestions.previous'),
      'More suggestions': text('suggestions.more'),
      'Suggestions: $1.': text('suggestions.list'),
      'Suggestions: $1. Tab accepts $2.': text('suggestions.list.ghost'),
      'Secondary click or $1: explain.': text('suggestions.explain'),
      Candidates: text('candidates'),
      'Previous candidates': text('candidates.previous'),
      'More candidates': text('candidates.more'),
      'Candidates: $1.': text('candidates.list'),
      Chinese: text('mode.zh'),
      English: text('mode.en'),
    }),
    EditorView.contentAttributes.of({
      'aria-label': text('editor'),
      // Browsers have no dictionary of Chinese.
      spellcheck: String(writtenLanguage === 'en'),
      autocapitalize: 'sentences',
      autocorrect: 'on',
      lang: writtenLanguage,
    }),
  ];
}
