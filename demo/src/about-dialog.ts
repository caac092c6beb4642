import type { PackOfPage } from 'virtual:packs';
import { button, byId, element } from './elements.ts';
import { packOf } from './packs.ts';
import { altKey, formatBytes, formatNumber, type LanguageTag, languageTags, type StringKey, text } from './strings.ts';

/** Whether the page is stored for use without a network. */
export type OfflineState = 'ready' | 'pending' | 'unavailable';

/** Fills the dialog about the page, its privacy, the keys of what is written, and its models. */
export function fillAbout(writing: LanguageTag, offline: OfflineState, onGuide: () => void): void {
  byId('about-body').replaceChildren(
    paragraph(text('about.lead')),
    heading('about.privacy'),
    paragraph(text('about.privacy.text')),
    paragraph(text('about.privacy.kept')),
    paragraph(text('about.privacy.learned')),
    paragraph(text('about.privacy.none')),
    heading('about.offline'),
    element('p', { id: 'offline-state', 'data-state': offline }, text(`about.offline.${offline}`)),
    heading('about.keys'),
    keyList(keysOf[writing]),
    heading('about.model'),
    ...languageTags.map(packOf).flatMap((pack) => [paragraph(describeModel(pack)), sourceList(pack)]),
    element('p', {}, element('a', { href: './licences.txt', target: '_blank' }, text('about.licences'))),
    element('p', { class: 'sheet-end' }, button(text('about.guide'), onGuide, { class: 'quiet' })),
  );
}

function heading(key: StringKey): HTMLElement {
  return element('h3', {}, text(key));
}

function paragraph(content: string): HTMLElement {
  return element('p', {}, content);
}

type KeyRow = readonly [keys: readonly string[], meaning: StringKey];

const keysOf: Readonly<Record<LanguageTag, readonly KeyRow[]>> = {
  en: [
    [[`${altKey}+1`, '…', `${altKey}+9`], 'about.keys.choose'],
    [[`${altKey}+⇧+1`, '…', `${altKey}+⇧+9`], 'about.keys.forget'],
    [[`${altKey}+↩`], 'about.keys.explain'],
    [['Tab'], 'about.keys.ghost'],
    [['↓'], 'about.keys.arm'],
    [['Esc'], 'about.keys.dismiss'],
    [['⌫'], 'about.keys.revert'],
  ],
  zh: [
    [['␣', '1', '…', '9'], 'about.keys.pinyin'],
    [['-', '='], 'about.keys.page'],
    [[`${altKey}+↩`], 'about.keys.explain'],
    [['[', ']'], 'about.keys.character'],
    [['Tab', '← →'], 'about.keys.syllables'],
    [['⌫'], 'about.keys.takeBack'],
    [['↩'], 'about.keys.raw'],
    [['Esc'], 'about.keys.cancel'],
    [['⇧'], 'about.keys.shift'],
    [['1', '…', '9'], 'about.keys.next'],
    [['⇧+Del'], 'about.keys.forgetPinyin'],
  ],
};

function keyList(rows: readonly KeyRow[]): HTMLElement {
  return element(
    'dl',
    { class: 'keys' },
    ...rows.map(([keys, meaning]) =>
      element(
        'div',
        {},
        element('dt', {}, ...keys.map((key) => (key === '…' ? ' … ' : element('kbd', {}, key)))),
        element('dd', {}, text(meaning)),
      ),
    ),
  );
}

function describeModel({ name, words, ngrams, sizeBytes, licence }: PackOfPage): string {
  return text('about.model.text', {
    name,
    words: formatNumber(words),
    ngrams: formatNumber(ngrams),
    size: formatBytes(sizeBytes),
    licence,
  });
}

function sourceList({ sources }: PackOfPage): HTMLElement {
  return element('ul', { class: 'sources' }, ...sources.map((source) => element('li', {}, source)));
}
