import { PredictionError } from '@foreword/core';
import {
  exportPersonal,
  importPersonal,
  type Personal,
  type PersonalState,
  readWordList,
} from '@foreword/core/personal';
import { download } from './download.ts';
import { button, element } from './elements.ts';
import { formatBytes, text, textOf } from './strings.ts';

/** Tells the writer what has just been done, or what went wrong. */
export type Say = (message: string, kind?: 'done' | 'error') => void;

const hourMs = 3_600_000;
/** A larger file is no word list: reading it would stop the page for seconds. */
const largestFileBytes = 50e6;

/** Forgetting more than one word: a phrase, the last hour, all of it. */
export function forgettingTools(personal: Personal, say: Say): HTMLElement {
  const phrase = element('input', {
    type: 'text',
    class: 'field',
    id: 'learned-phrase',
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-describedby': 'learned-phrase-hint',
  });
  const forgetPhrase = element('form', { class: 'learned-phrase' }, phrase, submitButton(text('learned.forget')));
  forgetPhrase.addEventListener('submit', (event) => {
    event.preventDefault();
    if (phrase.value.trim() === '') return phrase.focus();
    const times = personal.forgetPhrase(phrase.value);
    say(textOf('learned.forgotten.words', times));
    if (times > 0) phrase.value = '';
  });
  return section(
    text('learned.forgetting'),
    element('label', { for: 'learned-phrase' }, text('learned.phrase')),
    forgetPhrase,
    element('small', { id: 'learned-phrase-hint' }, text('learned.phrase.hint')),
    element(
      'p',
      { class: 'learned-buttons' },
      button(text('learned.hour'), () => {
        say(textOf('learned.forgotten.words', personal.forgetSince(Date.now() - hourMs)));
      }),
      button(text('learned.everything'), () => void forgetEverything(personal, say)),
    ),
  );
}

/** What was learned as a file, and files taken in: such a file, or words with counts. */
export function movingTools(personal: Personal, say: Say): HTMLElement {
  const file = element('input', {
    type: 'file',
    id: 'learned-file',
    accept: '.json,.txt,.csv,.tsv',
    'aria-describedby': 'learned-file-hint',
    class: 'learned-file',
  });
  file.addEventListener('change', async () => {
    const chosen = file.files?.[0];
    if (chosen !== undefined) await takeIn(personal, chosen, say);
    // The same file may be chosen again.
    file.value = '';
  });
  return section(
    text('learned.moving'),
    element(
      'p',
      { class: 'learned-buttons' },
      button(text('learned.export'), () => {
        download(exportPersonal(personal.state), text('learned.fileName'), 'application/json');
        say(text('learned.exported'));
      }),
      element('label', { class: 'file-button', for: 'learned-file' }, text('learned.import'), file),
    ),
    element('small', { id: 'learned-file-hint' }, text('learned.import.hint')),
  );
}

async function forgetEverything(personal: Personal, say: Say): Promise<void> {
  const words = textOf('words', personal.words().length);
  const isSure = await askFirst(text('learned.everything.title'), text('learned.everything.text', { words }));
  if (!isSure) return;
  personal.forgetAll();
  say(text('learned.everything.done'));
}

/** Merges a file into what is known, which stays as it is where that fails. */
async function takeIn(personal: Personal, file: File, say: Say): Promise<void> {
  const before = personal.words().length;
  try {
    if (file.size > largestFileBytes) throw new Error(text('learned.import.large', { size: formatBytes(file.size) }));
    const content = await file.text();
    if (content.trimStart().startsWith('{')) personal.merge(readExported(content));
    else if (personal.learnList(readWordList(content)) === 0) throw new Error(text('learned.import.empty'));
  } catch (error) {
    console.error(error);
    const message = error instanceof Error ? error.message : String(error);
    say(text('learned.import.failed', { file: file.name, message }), 'error');
    return;
  }
  const added = Math.max(0, personal.words().length - before);
  say(text('learned.imported', { file: file.name, words: textOf('learned.added', added) }));
}

/** What a file holds that was saved here. Throws an error in the writer's words; its cause names the place that is wrong. */
function readExported(content: string): PersonalState {
  try {
    return importPersonal(content);
  } catch (cause) {
    const isTooNew = cause instanceof PredictionError && cause.code === 'pack-too-new';
    throw new Error(text(isTooNew ? 'learned.import.too-new' : 'learned.import.malformed'), { cause });
  }
}

/** Asks before what cannot be undone. Resolves to whether the writer wants it; Esc means no. */
function askFirst(title: string, question: string): Promise<boolean> {
  const titleId = 'confirm-title';
  const textId = 'confirm-text';
  const keep = element('button', { value: '', class: 'quiet' }, text('learned.keep'));
  const dialog = element(
    'dialog',
    { class: 'sheet ask', role: 'alertdialog', 'aria-labelledby': titleId, 'aria-describedby': textId },
    element(
      'form',
      { method: 'dialog' },
      element('h2', { id: titleId }, title),
      element('p', { id: textId }, question),
      element('p', { class: 'ask-answers' }, keep, element('button', { value: 'yes' }, text('learned.everything'))),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  keep.focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
  });
}

function section(title: string, ...children: HTMLElement[]): HTMLElement {
  return element('section', { class: 'learned-tools' }, element('h3', {}, title), ...children);
}

function submitButton(label: string): HTMLButtonElement {
  return element('button', { type: 'submit' }, label);
}
