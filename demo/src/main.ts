import './page.css';
import { EditorView } from '@codemirror/view';
import { suggest } from '@foreword/codemirror';
import { type Pack, PredictionError } from '@foreword/core';
import { fillAbout, type OfflineState } from './about-dialog.ts';
import { ComparisonPanel } from './comparison-panel.ts';
import { StatusLine } from './counters.ts';
import { joinDialog } from './dialogs.ts';
import { download } from './download.ts';
import { followOtherTabs, keepDraft, readDraft } from './draft.ts';
import { createEditor } from './editor.ts';
import { byId } from './elements.ts';
import { forgetKeys } from './forget-keys.ts';
import { Guide } from './guide.ts';
import { showIncognito } from './incognito.ts';
import { fitAboveKeyboard } from './keyboard.ts';
import { Learning } from './learning.ts';
import { countWords, measureLength } from './length.ts';
import { loadPack } from './loading.ts';
import { ModelStatus } from './model-status.ts';
import { ModelSwitch } from './model-switch.ts';
import { hasSimd, NeuralModels } from './neural-models.ts';
import { hideNotice, showNotice } from './notices.ts';
import { forgetStored, storeForOffline } from './offline.ts';
import { RecentMedian } from './recent-median.ts';
import { sealConnections, sealStyles } from './seal.ts';
import { openSettings } from './settings.ts';
import { fillSettings } from './settings-dialog.ts';
import { openStore } from './store.ts';
import { applyLanguage, type StringKey, text, textOf } from './strings.ts';
import { onScreenChange, suggestions, WritingCounter } from './suggestions.ts';
import { applyTheme, isDark, onSystemTheme } from './theme.ts';
import { hideToast, showToast } from './toast.ts';
import { watchTraffic } from './traffic.ts';

performance.mark('foreword:script');
// First of all, so that the pack comes in while the page is put together.
const firstPack = loadPack(0);
// Before the first `<style>` is written.
const cspNonce = import.meta.env.PROD ? sealStyles() : '';

const store = openStore();
const settings = openSettings(store);
const status = new StatusLine();
const speed = new RecentMedian(100);
const traffic = watchTraffic(({ bytes, requestsSinceLoad }) =>
  status.show({ bytesLoaded: bytes, requests: requestsSinceLoad }),
);
applyLanguage(settings.current.language);
applyTheme(settings.current.theme);
showIncognito(settings.current.incognito);

let models: ModelSwitch | undefined;
let modelStatus: ModelStatus | undefined;
let neural: NeuralModels | undefined;
let learning: Learning | undefined;
let offline: OfflineState = 'pending';
/** Whether everything written so far will be here on the next visit. */
let isKept = true;

const counter = new WritingCounter({
  typed: (characters) => guide.notice({ kind: 'typed', characters }),
  accepted: ({ by }) =>
    guide.notice({ kind: 'accepted', by: by === 'ghost' || by === 'ghost-word' ? 'ghost' : 'choice' }),
  saved(percent) {
    status.show({ savedPercent: percent });
    guide.notice({ kind: 'saved', percent });
  },
  dismissed: () => guide.notice({ kind: 'dismissed' }),
  answered(ms) {
    if (speed.value === undefined) performance.mark('foreword:first-suggestion');
    speed.add(ms);
    status.show({ msPerSuggestion: speed.value });
  },
});

const comparison = new ComparisonPanel(() => models);

const editor = createEditor({
  parent: byId('editor'),
  text: readDraft(store),
  dark: isDark(settings.current.theme),
  cspNonce,
  extensions: [
    counter.extension,
    comparison.extension,
    forgetKeys((candidate) => settings.current.digitsChoose && (learning?.forget(candidate) ?? false)),
    keepDraft(store, reportKept),
    measureLength((length) => status.show(length)),
    EditorView.exceptionSink.of((error) => {
      console.error(error);
      showNotice({ message: 'error.editor', values: { message: messageOf(error) } });
    }),
    // An offer to undo a clearing ends with the next letter.
    EditorView.updateListener.of((update) => {
      if (update.docChanged && update.state.doc.length > 0) hideToast();
    }),
  ],
});
performance.mark('foreword:editor');
const guide = new Guide(store, () => editor.view.focus());

connectTools();
followSettings();
followOtherTabs(editor.view, store);
fitAboveKeyboard();
warnOfOldBrowser();
guide.greet();
if (matchMedia('(pointer: fine)').matches) editor.view.focus();
void load(0, firstPack);
// With the first suggestion, or sooner on a slow connection.
setTimeout(() => status.open(), 1000);

/** Brings the suggestions, then the neural models, and shuts the door: from there on the page can reach nothing. */
async function load(attempt: number, coming = loadPack(attempt)): Promise<void> {
  try {
    joinModels(await coming);
  } catch (error) {
    reportFailure(error, attempt);
    return;
  }
  performance.mark('foreword:pack');
  drawSuggestions();
  // The first words are shown before anything else is done.
  await new Promise((resolve) => setTimeout(resolve));
  status.open();
  drawModels();
  // Before the fonts and the offline store: what was learned makes the next words better.
  await learning?.load();
  await document.fonts.ready;
  const stored = storeForOffline();
  const hasNeural = (await neural?.read()) ?? false;
  sealConnections({ fromMemory: hasNeural });
  traffic.markLoaded();
  performance.mark('foreword:sealed');
  if (hasNeural) void neural?.start();
  offline = await stored;
  document.documentElement.setAttribute('data-offline', offline);
}

function joinModels(pack: Pack): void {
  const { deviceMemory } = navigator as { deviceMemory?: number };
  const memory = deviceMemory === undefined ? {} : { memoryGiB: deviceMemory };
  const conditions = { hasSimd: hasSimd(), isHidden: document.hidden, ...memory };
  models = new ModelSwitch(pack, conditions, {
    answered(answer) {
      modelStatus?.answered(answer.models);
      if (answer.models.some((name) => name !== 'ngram')) neural?.noteAnswer();
    },
    failed: (error) => console.error(error),
  });
  models.choice = settings.current.model;
  modelStatus = new ModelStatus(models, (model) => settings.change({ model }));
  neural = new NeuralModels({ models, status: modelStatus, store, onChange: drawModels });
  learning = joinLearning(models);
}

function joinLearning(models: ModelSwitch): Learning {
  return new Learning({
    pack: models.pack,
    settings,
    doc: () => editor.view.state.doc,
    join: (personal) => models.join(personal),
    isWriting: () => editor.view.hasFocus,
    redraw: offerAnew,
  });
}

/** Draws what depends on which models there are. */
function drawModels(): void {
  modelStatus?.draw();
  comparison.redraw();
}

function drawSuggestions(): void {
  if (models !== undefined) editor.setSuggestions(suggestions(models, settings.current, counter));
}

/** Takes down what is on offer, which would otherwise keep its place, and asks anew. */
function offerAnew(): void {
  takeDownSuggestions();
  drawSuggestions();
  if (editor.view.hasFocus) suggest(editor.view);
}

/** Takes down what is on offer. A word that has just been taken, and would be learned with the next key, is not learned. */
function takeDownSuggestions(): void {
  editor.setSuggestions([]);
}

function reportFailure(error: unknown, attempt: number): void {
  const code = error instanceof PredictionError ? error.code : 'other';
  const known: Readonly<Record<string, StringKey>> = {
    'pack-missing': 'error.pack-missing',
    'pack-corrupt': 'error.pack-corrupt',
    'file-malformed': 'error.pack-corrupt',
    'pack-too-new': 'error.pack-too-new',
  };
  console.error(error);
  // What is stored is damaged or of another version; it must not come back on the next visit.
  if (code !== 'pack-missing') void forgetStored();
  showNotice({
    message: known[code] ?? 'error.other',
    values: { message: messageOf(error) },
    action: { label: 'retry', run: () => void load(attempt + 1) },
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function reportKept(success: boolean): void {
  if (!success && isKept) showNotice({ message: 'error.storage' });
  if (success) hideNotice('error.storage');
  isKept = success;
}

function warnOfOldBrowser(): void {
  if (!('Segmenter' in Intl)) showNotice({ message: 'error.segmenter' });
  if (!store.persistent) reportKept(false);
  addEventListener('beforeunload', (event) => {
    if (!isKept && editor.view.state.doc.length > 0) event.preventDefault();
  });
}

function followSettings(): void {
  settings.onChange((now, before) => {
    if (now.theme !== before.theme) drawTheme();
    if (now.language !== before.language) drawLanguage();
    if (models !== undefined) models.choice = now.model;
    modelStatus?.draw();
    if (now.incognito !== before.incognito) followIncognito(now.incognito);
    drawSuggestions();
  });
  onSystemTheme(drawTheme);
  onScreenChange(drawSuggestions);
  document.addEventListener('visibilitychange', () => models?.setConditions({ isHidden: document.hidden }));
}

function followIncognito(incognito: boolean): void {
  // A word that was taken incognito must not be learned with the first key after it.
  takeDownSuggestions();
  if (learning !== undefined) learning.isPaused = incognito;
  showIncognito(incognito);
}

function drawTheme(): void {
  applyTheme(settings.current.theme);
  editor.setDark(isDark(settings.current.theme));
}

function drawLanguage(): void {
  applyLanguage(settings.current.language);
  editor.setLanguage();
  guide.redraw();
  showIncognito(settings.current.incognito);
  status.draw();
  drawModels();
  fillSettings(settings, models);
}

function connectTools(): void {
  byId('save').addEventListener('click', saveAsFile);
  byId('clear').addEventListener('click', clear);
  byId('theme').addEventListener('click', () => {
    settings.change({ theme: isDark(settings.current.theme) ? 'light' : 'dark' });
  });
  byId('incognito').addEventListener('click', () => settings.change({ incognito: !settings.current.incognito }));
  comparison.join(editor.view);
  joinDialog('open-learned', 'learned', () => learning?.fillPanel());
  joinDialog('open-settings', 'settings', () => fillSettings(settings, models));
  const about = joinDialog('open-about', 'about', () =>
    fillAbout(models?.pack, offline, () => {
      about.close();
      guide.start();
      editor.view.focus();
    }),
  );
}

function clear(): void {
  const { doc } = editor.view.state;
  if (doc.length === 0) return;
  const words = countWords(doc);
  editor.clear();
  editor.view.focus();
  showToast(textOf('cleared', words), { label: text('undo'), run: () => editor.undo() });
}

function saveAsFile(): void {
  download(editor.view.state.doc.toString(), text('fileName'), 'text/plain');
}
