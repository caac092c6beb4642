import './page.css';
import { EditorView } from '@codemirror/view';
import { suggest } from '@foreword/codemirror';
import type { Pack } from '@foreword/core';
import { fillAbout, type OfflineState } from './about-dialog.ts';
import type { ChineseWriting } from './chinese.ts';
import { ComparisonPanel } from './comparison-panel.ts';
import { StatusLine } from './counters.ts';
import { joinDialog } from './dialogs.ts';
import { followOtherTabs, keepDraft, readDraft } from './draft.ts';
import { createEditor } from './editor.ts';
import { byId } from './elements.ts';
import { Explaining } from './explaining.ts';
import { reportEditor, reportLack, reportLoading } from './failures.ts';
import { forgetKeys } from './forget-keys.ts';
import { Guide } from './guide.ts';
import { reopen, takeOver } from './hand-over.ts';
import { showIncognito } from './incognito.ts';
import { Keeping } from './keeping.ts';
import { fitAboveKeyboard } from './keyboard.ts';
import { Learning } from './learning.ts';
import { measureLength } from './length.ts';
import { type Loaded, loadEnglish, loadWriting } from './loading.ts';
import { ModelStatus } from './model-status.ts';
import { ModelSwitch } from './model-switch.ts';
import { hasSimd, NeuralModels } from './neural-models.ts';
import { showNotice } from './notices.ts';
import { storeForOffline } from './offline.ts';
import { RecentMedian } from './recent-median.ts';
import { sealConnections, sealStyles } from './seal.ts';
import { openSettings, type Settings } from './settings.ts';
import { fillSettings } from './settings-dialog.ts';
import { openStore } from './store.ts';
import { forgetReplaced, keepScripts } from './stored-files.ts';
import { applyLanguage, type LanguageTag } from './strings.ts';
import { onScreenChange, suggestions, WritingCounter } from './suggestions.ts';
import { joinTextTools } from './text-tools.ts';
import { applyTheme, isDark, onSystemTheme } from './theme.ts';
import { hideToast } from './toast.ts';
import { watchTraffic } from './traffic.ts';
import { WritingSwitch } from './writing-switch.ts';

performance.mark('foreword:script');
const store = openStore();
const settings = openSettings(store);
const left = takeOver();
/** What this visit writes. Another language is another visit. */
const writing = left?.writing ?? settings.current.writing;
// Before all else, so that the pack comes in while the page is put together.
const firstPack = loadWriting(writing, 0);
// Before the first `<style>` is written.
const cspNonce = import.meta.env.PROD ? sealStyles() : '';

const status = new StatusLine({ countsWords: writing === 'en' });
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
let chinese: ChineseWriting | undefined;
let chineseSettings: typeof import('./chinese.ts').chineseSettings | undefined;
let offline: OfflineState = 'pending';

const explaining = new Explaining();
const counter = new WritingCounter({
  typed: (characters) => guide.notice({ kind: 'typed', characters }),
  composed: ({ characters, plainKeys, keys, byDigit }) =>
    guide.notice({ kind: 'composed', characters, byDigit, sparedKeys: plainKeys - keys }),
  accepted: ({ by }) =>
    guide.notice({ kind: 'accepted', by: by === 'ghost' || by === 'ghost-word' ? 'ghost' : 'choice' }),
  saved(percent) {
    status.show({ savedPercent: percent });
    guide.notice({ kind: 'saved', percent });
  },
  dismissed: () => guide.notice({ kind: 'dismissed' }),
  asked: (asked, explainer, view) => explaining.word(asked, explainer, view),
  answered(ms) {
    if (speed.value === undefined) performance.mark('foreword:first-suggestion');
    speed.add(ms);
    status.show({ msPerSuggestion: speed.value });
  },
});

// It replays words letter by letter, as Chinese is not written.
const comparison = new ComparisonPanel(() => (writing === 'en' ? models : undefined));

const editor = createEditor({
  parent: byId('editor'),
  text: left?.text ?? readDraft(store),
  dark: isDark(settings.current.theme),
  writtenLanguage: () => (writing === 'en' ? 'en' : settings.current.script === 'traditional' ? 'zh-Hant' : 'zh-Hans'),
  cspNonce,
  extensions: [
    counter.extension,
    comparison.extension,
    forgetKeys((candidate) => settings.current.digitsChoose && (learning?.forget(candidate) ?? false)),
    keepDraft(store, (isKept) => keeping.report(isKept)),
    measureLength((length) => status.show(length)),
    EditorView.exceptionSink.of(reportEditor),
    // An offer to undo a clearing ends with the next letter.
    EditorView.updateListener.of((update) => {
      if (update.docChanged && update.state.doc.length > 0) hideToast();
    }),
  ],
});
performance.mark('foreword:editor');
const keeping = new Keeping(store, () => editor.view.state.doc.length === 0);
const guide = new Guide(store, writing, () => editor.view.focus());
const writingSwitch = new WritingSwitch({
  writing,
  onSwitch: (language) => void visit(language),
  onMode: () => chinese?.toggle(editor.view),
});

connectTools();
followSettings();
followOtherTabs(editor.view, store);
fitAboveKeyboard();
if (!('Segmenter' in Intl)) showNotice({ message: 'error.segmenter' });
if (left !== undefined) editor.restore(left);
guide.greet();
if (matchMedia('(pointer: fine)').matches) editor.view.focus();
void load(0, firstPack);
// With the first suggestion, or sooner on a slow connection.
setTimeout(() => status.open(), 1000);

/** Brings the suggestions, then all that comes later, and shuts the door: from there on the page can reach nothing. */
async function load(attempt: number, coming = loadWriting(writing, attempt)): Promise<void> {
  try {
    const loaded = await coming;
    joinModels(loaded.pack);
    await joinChinese(loaded.chinese);
  } catch (error) {
    reportLoading(error, () => void load(attempt + 1));
    return;
  }
  performance.mark('foreword:pack');
  drawInput();
  drawSuggestions();
  // The first words are shown before anything else is done.
  await new Promise((resolve) => setTimeout(resolve));
  status.open();
  drawModels();
  // Before the fonts and the offline store: what was learned makes the next words better.
  await Promise.all([learning?.load(), explaining.load()]);
  await document.fonts.ready;
  const stored = storeForOffline();
  await keepChinese();
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
  follow(models, settings.current);
  modelStatus = new ModelStatus(models, (model) => settings.change({ model }));
  neural = new NeuralModels({
    models,
    status: modelStatus,
    store,
    onChange() {
      drawModels();
      drawInput();
    },
  });
  learning = joinLearning(models);
}

function joinLearning(models: ModelSwitch): Learning {
  return new Learning({
    pack: models.pack,
    settings,
    doc: () => editor.view.state.doc,
    join(personal) {
      models.join(personal);
      chinese?.join(personal);
      drawInput();
    },
    isWriting: () => editor.view.hasFocus,
    redraw: offerAnew,
  });
}

/** Begins to write Chinese, where that is what is written. */
async function joinChinese(parts: Loaded['chinese']): Promise<void> {
  if (parts === undefined || models === undefined) return;
  const { ChineseWriting } = parts.code;
  ({ chineseSettings } = parts.code);
  chinese = new ChineseWriting({
    models,
    pinyin: parts.pinyin,
    counter,
    forget: (word) => learning?.forget(word) ?? false,
    explain: (asked, engine, view) => explaining.pinyin(asked, engine, view),
    onMode(isChinese) {
      writingSwitch.showMode(isChinese);
      drawSuggestions();
      guide.notice({ kind: 'switched' });
    },
  });
  writingSwitch.showMode(true);
  await chinese.prepare(settings.current).catch((error: unknown) => reportLack('error.traditional', error));
}

/** Brings the English words that stand among the Chinese ones, and keeps what Chinese needs on this device. */
async function keepChinese(): Promise<void> {
  if (chinese === undefined) return;
  try {
    chinese.joinEnglish(await loadEnglish());
    drawInput();
  } catch (error) {
    reportLack('error.english', error);
  }
  await keepScripts(new RegExp(import.meta.env.CHINESE_SCRIPTS));
  await forgetReplaced();
}

/** Draws what depends on which models there are. */
function drawModels(): void {
  modelStatus?.draw();
  comparison.redraw();
}

function drawSuggestions(): void {
  if (models === undefined) return;
  editor.setSuggestions(chinese?.suggestions(settings.current) ?? suggestions(models, settings.current, counter));
}

function drawInput(): void {
  if (chinese !== undefined) editor.setInput(chinese.input(settings.current));
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

/** Opens the page anew to write a language, or to load what the settings ask for: once the door is shut nothing else can. */
async function visit(language: LanguageTag): Promise<void> {
  chinese?.finish(editor.view);
  settings.change({ writing: language });
  await learning?.saved();
  keeping.leave();
  reopen(editor.view, language, keeping.isKept);
}

function followSettings(): void {
  settings.onChange((now, before) => {
    if (now.theme !== before.theme) drawTheme();
    if (now.language !== before.language) drawLanguage();
    if (models !== undefined) follow(models, now);
    modelStatus?.draw();
    if (now.incognito !== before.incognito) followIncognito(now.incognito);
    if (now.script !== before.script) followScript(now);
    drawInput();
    drawSuggestions();
  });
  onSystemTheme(drawTheme);
  onScreenChange(() => {
    drawInput();
    drawSuggestions();
  });
  document.addEventListener('visibilitychange', () => models?.setConditions({ isHidden: document.hidden }));
}

function follow(models: ModelSwitch, { model, forgivesSlips }: Settings): void {
  models.choice = model;
  models.forgivesSlips = forgivesSlips;
}

function followIncognito(incognito: boolean): void {
  // A word that was taken incognito must not be learned with the first key after it.
  takeDownSuggestions();
  if (learning !== undefined) learning.isPaused = incognito;
  showIncognito(incognito);
}

function followScript(now: Settings): void {
  editor.setLanguage();
  if (chinese?.isPreparedFor(now) === false) void visit(writing);
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
  if (chinese !== undefined) writingSwitch.showMode(chinese.isChinese);
  status.draw();
  drawModels();
  drawSettings();
}

function drawSettings(): void {
  fillSettings(settings, models, chineseSettings?.(settings));
}

function connectTools(): void {
  joinTextTools(editor, writing);
  byId('theme').addEventListener('click', () => {
    settings.change({ theme: isDark(settings.current.theme) ? 'light' : 'dark' });
  });
  byId('incognito').addEventListener('click', () => settings.change({ incognito: !settings.current.incognito }));
  comparison.join(editor.view);
  joinDialog('open-learned', 'learned', () => learning?.fillPanel());
  joinDialog('open-settings', 'settings', drawSettings);
  const about = joinDialog('open-about', 'about', () =>
    fillAbout(writing, offline, () => {
      about.close();
      guide.start();
      editor.view.focus();
    }),
  );
}
