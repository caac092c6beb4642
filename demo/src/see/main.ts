import './see.css';
import { button, byId, element } from '../elements.ts';
import { seeTextKey } from '../explain/see-text.ts';
import { storeForOffline } from '../offline.ts';
import { sealConnections, sealStyles } from '../seal.ts';
import { openSettings } from '../settings.ts';
import { openStore } from '../store.ts';
import { forgetReplaced, keepScripts } from '../stored-files.ts';
import { applyTheme, isDark, onSystemTheme } from '../theme.ts';
import { bytes } from './figures.ts';
import { isNeuralStored, Models, openEnglish } from './models.ts';
import type { Section, SectionHost } from './section.ts';
import { openSections } from './sections.ts';
import { applySeeLanguage, type SeeKey, say } from './strings.ts';
import { readView, type SectionId, sectionIds, type View, writeView } from './view.ts';

const store = openStore();
const settings = openSettings(store);
const coming = openEnglish(0);
if (import.meta.env.PROD) sealStyles();
applySeeLanguage(settings.current.language);
applyTheme(settings.current.theme);

/** Set where the page is opened anew to load the neural models. */
const wantedKey = 'foreword.see.neural';

let view: View = readView(location.hash);
let models: Models | undefined;
let sections: ReadonlyMap<SectionId, Section> | undefined;
let isSealed = false;
let running = new AbortController();

const text = byId<HTMLTextAreaElement>('text');
text.value = view.text ?? sessionStorage.getItem(seeTextKey) ?? say('example');
connect();
drawFrame();
void load(0, coming);

async function load(attempt: number, pack = openEnglish(attempt)): Promise<void> {
  try {
    models = new Models(await pack, { changed: drawModels, progressed: drawProgress });
  } catch (error) {
    console.error(error);
    const retry = button(say('retry'), () => void load(attempt + 1));
    byId('models').replaceChildren(say('failed', { message: String(error) }), ' ', retry);
    return;
  }
  sections = openSections(hostFor);
  showSection();
  const isAsked = sessionStorage.getItem(wantedKey) !== null || sections.get(view.section)!.needsNeural;
  sessionStorage.removeItem(wantedKey);
  const hasNeural = (isAsked || (await isNeuralStored(models))) && (await models.read(isAsked));
  await document.fonts.ready;
  await keepScripts(/assets\/(see|weight-table)-/);
  await forgetReplaced();
  const stored = storeForOffline();
  sealConnections({ fromMemory: hasNeural });
  isSealed = true;
  performance.mark('foreword:sealed');
  drawModels();
  if (hasNeural) await models.start();
  refreshSection();
  document.documentElement.setAttribute('data-offline', await stored);
}

function hostFor(id: SectionId): SectionHost {
  return {
    models: models!,
    get text() {
      return text.value;
    },
    option: (name) => (view.section === id ? view.options.get(name) : undefined),
    choose(name, value) {
      const options = new Map(view.options);
      if (value === undefined) options.delete(name);
      else options.set(name, value);
      view = { section: view.section, options };
      history.replaceState(null, '', writeView(view));
      refreshSection();
    },
    modelsLine: neuralLine,
    loadModels: askForNeural,
    write,
    refresh: refreshSection,
  };
}

function showSection(): void {
  byId('section-title').textContent = say(`${view.section}.title` as SeeKey);
  byId('section-lead').textContent = say(`${view.section}.lead` as SeeKey);
  document.title = `${say(`${view.section}.title` as SeeKey)} · Foreword`;
  for (const link of byId('sections').querySelectorAll('a')) {
    const isCurrent = link.hash === `#${view.section}`;
    if (isCurrent) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
    if (isCurrent) byId('sections').scrollLeft = link.offsetLeft - 40;
  }
  const body = byId('section-body');
  body.replaceChildren();
  const section = sections?.get(view.section);
  if (section === undefined || models === undefined) return;
  if (section.needsNeural && models.neural !== 'ready') body.append(element('p', { class: 'see-wait' }, neuralLine()));
  else section.build(body);
  refreshSection();
}

/** Shows what follows from what is there. What was under way ends. */
function refreshSection(): void {
  const section = sections?.get(view.section);
  if (section === undefined || models === undefined) return;
  const waiting = byId('section-body').querySelector('.see-wait');
  if (waiting !== null && models.neural === 'ready') {
    showSection();
    return;
  }
  if (waiting !== null) return;
  running.abort();
  running = new AbortController();
  const { signal } = running;
  const place = byId('section');
  place.setAttribute('aria-busy', 'true');
  Promise.resolve(section.refresh(signal)).then(
    () => !signal.aborted && place.setAttribute('aria-busy', 'false'),
    (error: unknown) => {
      if (!signal.aborted) fail(error);
    },
  );
}

function fail(error: unknown): void {
  console.error(error);
  byId('section').setAttribute('aria-busy', 'false');
  byId('models').replaceChildren(say('failed', { message: error instanceof Error ? error.message : String(error) }));
}

function drawModels(): void {
  byId('models').replaceChildren(neuralLine());
  const waiting = byId('section-body').querySelector('.see-wait');
  waiting?.replaceChildren(neuralLine());
  for (const place of document.querySelectorAll('.models-line')) place.replaceChildren(neuralLine());
  if (models?.neural === 'ready' && isSealed) refreshSection();
}

/** Only the bars: a screen reader would hear every change of the words. */
function drawProgress(received: number, total: number): void {
  for (const bar of document.querySelectorAll('progress')) {
    bar.max = total;
    bar.value = received;
  }
}

/** Which models answer, and how to have the others. */
function neuralLine(): Node {
  if (models === undefined) return new Text(say('models.opening'));
  const line = document.createDocumentFragment();
  const size = bytes(models.neuralBytes);
  if (models.inPack.length === 0) line.append(say('models.none'));
  else if (models.neural === 'loading') {
    const words = say('models.loading', { size });
    line.append(words, ' ', element('progress', { 'aria-label': words }));
  } else if (models.neural === 'starting') line.append(say('models.starting'));
  else if (models.neural === 'ready') line.append(say('models.ready'));
  else if (models.neural === 'failed') line.append(say('failed', { message: models.failure }));
  else line.append(say('models.absent'), ' ', button(say('models.load', { size }), askForNeural, { class: 'strong' }));
  return line;
}

/** The page's door is shut by then, so it is opened anew; the text stays. */
function askForNeural(): void {
  sessionStorage.setItem(wantedKey, 'wanted');
  location.reload();
}

function connect(): void {
  addEventListener('hashchange', () => {
    const before = view.section;
    view = readView(location.hash);
    if (view.text !== undefined) text.value = view.text;
    showSection();
    if (before !== view.section) byId('section-title').focus({ preventScroll: true });
  });
  let timer: number | undefined;
  text.addEventListener('input', () => {
    sessionStorage.setItem(seeTextKey, text.value);
    clearTimeout(timer);
    timer = setTimeout(refreshSection, 150);
  });
  byId('text-form').addEventListener('submit', (event) => event.preventDefault());
  byId('example').addEventListener('click', () => write(say('example')));
  const draft = lastSentence(store.get('text') ?? '');
  byId('draft').hidden = draft === '';
  byId('draft').addEventListener('click', () => write(draft));
  byId('link').addEventListener('click', () => void copyLink(view));
  byId('link-text').addEventListener('click', () => void copyLink({ ...view, text: text.value }));
  byId('theme').addEventListener('click', () =>
    settings.change({ theme: isDark(settings.current.theme) ? 'light' : 'dark' }),
  );
  byId('language').addEventListener('click', () =>
    settings.change({ language: settings.current.language === 'en' ? 'zh' : 'en' }),
  );
  settings.onChange((now, before) => {
    applyTheme(now.theme);
    if (now.language === before.language) return;
    applySeeLanguage(now.language);
    drawFrame();
    drawModels();
    showSection();
  });
  onSystemTheme(() => applyTheme(settings.current.theme));
}

function write(words: string): void {
  text.value = words;
  sessionStorage.setItem(seeTextKey, words);
  refreshSection();
}

async function copyLink(linked: View): Promise<void> {
  const url = new URL(writeView(linked), location.href.replace(/#.*/, '')).href;
  const said = byId('link-said');
  try {
    await navigator.clipboard.writeText(url);
    said.textContent = say('link.copied');
  } catch {
    // Refused, or no clipboard on plain http: the address can be copied by hand.
    said.replaceChildren(element('input', { readonly: true, value: url, 'aria-label': say('link') }));
  }
}

function drawFrame(): void {
  for (const part of document.querySelectorAll('[data-see]'))
    part.textContent = say(part.getAttribute('data-see') as SeeKey);
  for (const part of document.querySelectorAll('[data-see-label]')) {
    part.setAttribute('aria-label', say(part.getAttribute('data-see-label') as SeeKey));
  }
  byId('language').textContent = settings.current.language === 'en' ? '中文' : 'English';
  byId('language').lang = settings.current.language === 'en' ? 'zh-Hans' : 'en';
  byId('sections').replaceChildren(
    element(
      'ol',
      {},
      ...sectionIds.map((id) => element('li', {}, element('a', { href: `#${id}` }, say(`${id}.name` as SeeKey)))),
    ),
  );
}

/** The end of a draft: its last line, of a long one the last words. */
function lastSentence(draft: string): string {
  const line = draft.trim().split('\n').at(-1) ?? '';
  return line.length <= 160 ? line : line.slice(-160).replace(/^\S*\s/, '');
}
