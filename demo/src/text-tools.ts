import { download } from './download.ts';
import type { Editor } from './editor.ts';
import { byId } from './elements.ts';
import { countWords } from './length.ts';
import { type LanguageTag, text, textOf } from './strings.ts';
import { showToast } from './toast.ts';

/** Joins the tools that save and clear the text to their buttons. */
export function joinTextTools(editor: Editor, writing: LanguageTag): void {
  byId('save').addEventListener('click', () => {
    download(editor.view.state.doc.toString(), text('fileName'), 'text/plain');
  });
  byId('clear').addEventListener('click', () => clear(editor, writing));
}

function clear(editor: Editor, writing: LanguageTag): void {
  const { doc } = editor.view.state;
  if (doc.length === 0) return;
  const cleared = writing === 'en' ? textOf('cleared', countWords(doc)) : textOf('cleared.characters', doc.length);
  editor.clear();
  editor.view.focus();
  showToast(cleared, { label: text('undo'), run: () => editor.undo() });
}
