import type { Pack } from '@foreword/core';
import { button, byId, element } from './elements.ts';
import { altKey, formatBytes, formatNumber, type StringKey, text } from './strings.ts';

/** Whether the page is stored for use without a network. */
export type OfflineState = 'ready' | 'pending' | 'unavailable';

/** Fills the dialog about the page, its privacy, its keys and its model. */
export function fillAbout(pack: Pack | undefined, offline: OfflineState, onGuide: () => void): void {
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
    keyList(),
    heading('about.model'),
    paragraph(pack === undefined ? text('about.model.pending') : describeModel(pack)),
    ...(pack === undefined ? [] : [sourceList(pack)]),
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

function keyList(): HTMLElement {
  const rows: [string[], StringKey][] = [
    [[`${altKey}+1`, '…', `${altKey}+9`], 'about.keys.choose'],
    [[`${altKey}+⇧+1`, '…', `${altKey}+⇧+9`], 'about.keys.forget'],
    [['Tab'], 'about.keys.ghost'],
    [['↓'], 'about.keys.arm'],
    [['Esc'], 'about.keys.dismiss'],
    [['⌫'], 'about.keys.revert'],
  ];
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

function describeModel({ manifest }: Pack): string {
  const { words, ngrams, sizeBytes } = manifest.models.ngram;
  return text('about.model.text', {
    name: manifest.name,
    words: formatNumber(words),
    ngrams: formatNumber(ngrams.reduce((sum, count) => sum + count, 0)),
    size: formatBytes(sizeBytes),
    licence: manifest.licence,
  });
}

function sourceList({ manifest }: Pack): HTMLElement {
  return element(
    'ul',
    { class: 'sources' },
    ...manifest.sources.map(({ name, licence }) => element('li', {}, `${name} (${licence})`)),
  );
}
