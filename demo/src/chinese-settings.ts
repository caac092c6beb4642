import type { FuzzyPair } from '@foreword/core/pinyin';
import { element } from './elements.ts';
import { fuzzyPairs, type PinyinScheme, pinyinSchemes, type Settings, type SettingsStore } from './settings.ts';
import { choiceRow, group } from './settings-rows.ts';
import { text } from './strings.ts';

/** What the writer may set of Chinese. Each choice takes effect at once. */
export function chineseSettings(settings: SettingsStore): HTMLElement[] {
  const { current } = settings;
  return [
    group(
      'settings.pinyin',
      schemeRow(current.scheme, (scheme) => settings.change({ scheme })),
      choiceRow<Settings['script']>('settings.script', current.script, scripts(), (script) =>
        settings.change({ script }),
      ),
      choiceRow<Settings['punctuation']>('settings.punctuation', current.punctuation, punctuations(), (punctuation) =>
        settings.change({ punctuation }),
      ),
    ),
    group('settings.fuzzy', fuzzyRow(settings)),
  ];
}

function schemeRow(current: PinyinScheme, onChange: (scheme: PinyinScheme) => void): HTMLElement {
  const id = 'settings.scheme';
  const options = pinyinSchemes.map((scheme) =>
    element('option', { value: scheme, selected: scheme === current }, text(`settings.scheme.${scheme}`)),
  );
  const select = element('select', { id, class: 'choice' }, ...options);
  select.addEventListener('change', () => onChange(select.value as PinyinScheme));
  const label = element('label', { for: id }, text('settings.scheme'));
  return element('div', { class: 'row' }, element('span', { class: 'row-words' }, label), select);
}

function fuzzyRow(settings: SettingsStore): HTMLElement {
  const choose = (pair: FuzzyPair, isOn: boolean): void => {
    const chosen = fuzzyPairs.filter((each) => (each === pair ? isOn : settings.current.fuzzy.includes(each)));
    settings.change({ fuzzy: chosen });
  };
  const boxes = fuzzyPairs.map((pair) => {
    const input = element('input', { type: 'checkbox', checked: settings.current.fuzzy.includes(pair) });
    input.addEventListener('change', () => choose(pair, input.checked));
    return element('label', {}, input, pair.replace('/', ' = '));
  });
  return element('div', { class: 'row fuzzy' }, ...boxes);
}

function scripts(): [Settings['script'], string][] {
  return (['simplified', 'traditional'] as const).map((script) => [script, text(`settings.script.${script}`)]);
}

function punctuations(): [Settings['punctuation'], string][] {
  return (['full', 'half'] as const).map((width) => [width, text(`settings.punctuation.${width}`)]);
}
