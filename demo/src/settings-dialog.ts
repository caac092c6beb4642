import { button, byId, element } from './elements.ts';
import { type ModelChoice, type ModelSwitch, modelChoices, modelSizeBytes } from './model-switch.ts';
import { defaultSettings, type Settings, type SettingsStore, type Theme } from './settings.ts';
import { formatBytes, type LanguageTag, languageNames, languageTags, type StringKey, text } from './strings.ts';

type Switch = { [Name in keyof Settings]: Settings[Name] extends boolean ? Name : never }[keyof Settings];

/** Fills the settings dialog. Each choice takes effect at once. `models`: absent until the pack is open. */
export function fillSettings(settings: SettingsStore, models: ModelSwitch | undefined): void {
  const { current } = settings;
  const toggle = (name: Switch, label: StringKey, hint?: StringKey): HTMLElement =>
    switchRow(label, hint, current[name], (checked) => settings.change({ [name]: checked }));
  byId('settings-body').replaceChildren(
    slotsRow(current.slots, (slots) => settings.change({ slots })),
    ...modelGroup(models, current.model, (model) => settings.change({ model })),
    group(
      'settings.surfaces',
      toggle('bar', 'settings.bar', 'settings.bar.hint'),
      toggle('ghost', 'settings.ghost'),
      toggle('popup', 'settings.popup'),
    ),
    group(
      'settings.keys',
      toggle('digitsChoose', 'settings.digits'),
      toggle('tabAccepts', 'settings.tab', 'settings.tab.hint'),
    ),
    group(
      'settings.learning',
      toggle('incognito', 'settings.incognito', 'settings.incognito.hint'),
      toggle('learnsAddresses', 'settings.addresses', 'settings.addresses.hint'),
    ),
    group('settings.reading', toggle('announcements', 'settings.announcements')),
    group(
      'settings.look',
      choiceRow<Theme>('settings.theme', current.theme, themeNames(), (theme) => settings.change({ theme })),
      choiceRow<LanguageTag>('settings.language', current.language, languageChoices(), (language) =>
        settings.change({ language }),
      ),
    ),
    element(
      'p',
      { class: 'sheet-end' },
      button(text('settings.reset'), () => reset(settings), { class: 'quiet' }),
    ),
  );
}

/** Incognito stays as it is: it is no matter of taste, and to leave it off would begin to learn. */
function reset(settings: SettingsStore): void {
  const { incognito } = settings.current;
  settings.change({ ...defaultSettings, incognito });
}

/** The models to choose from, where there is a choice. */
function modelGroup(
  models: ModelSwitch | undefined,
  current: ModelChoice,
  onChange: (model: ModelChoice) => void,
): HTMLElement[] {
  if (models === undefined || models.inPack.length < 2) return [];
  const rows = modelChoices
    .filter((name) => name === 'auto' || models.inPack.includes(name))
    .map((name) => {
      const id = `model-${name}`;
      const input = element('input', {
        type: 'radio',
        name: 'model',
        value: name,
        id,
        checked: name === current,
        'aria-describedby': `${id}-hint`,
      });
      input.addEventListener('change', () => onChange(name));
      const size = name === 'auto' ? '' : ` ${formatBytes(modelSizeBytes(models.pack, name))}.`;
      const hint = element('small', { id: `${id}-hint` }, text(`settings.model.${name}`) + size);
      const label = element('label', { for: id }, text(`model.${name}`));
      return element('div', { class: 'row' }, element('span', { class: 'row-words' }, label, hint), input);
    });
  return [group('settings.model', ...rows)];
}

function themeNames(): [Theme, string][] {
  return (['system', 'light', 'dark'] as const).map((theme) => [theme, text(`settings.theme.${theme}`)]);
}

function languageChoices(): [LanguageTag, string][] {
  return languageTags.map((tag) => [tag, languageNames[tag]]);
}

function group(title: StringKey, ...rows: HTMLElement[]): HTMLElement {
  return element('fieldset', { class: 'group' }, element('legend', {}, text(title)), ...rows);
}

function switchRow(
  label: StringKey,
  hint: StringKey | undefined,
  checked: boolean,
  onChange: (checked: boolean) => void,
): HTMLElement {
  const input = element('input', { type: 'checkbox', role: 'switch', checked, ...named(label, hint) });
  input.addEventListener('change', () => onChange(input.checked));
  return element('div', { class: 'row' }, words(label, hint), input);
}

function slotsRow(slots: number, onChange: (slots: number) => void): HTMLElement {
  const names = named('settings.slots', 'settings.slots.hint');
  const input = element('input', { type: 'range', min: '1', max: '9', step: '1', value: String(slots), ...names });
  const output = element('output', { for: names.id }, String(slots));
  input.addEventListener('input', () => {
    output.textContent = input.value;
    onChange(input.valueAsNumber);
  });
  return element('div', { class: 'row slots' }, words('settings.slots', 'settings.slots.hint'), input, output);
}

function choiceRow<Value extends string>(
  label: StringKey,
  current: Value,
  choices: readonly (readonly [Value, string])[],
  onChange: (value: Value) => void,
): HTMLElement {
  const options = choices.map(([value, name]) => {
    const input = element('input', { type: 'radio', name: label, value, checked: value === current });
    input.addEventListener('change', () => onChange(value));
    return element('label', {}, input, element('span', {}, name));
  });
  const row = element('div', { class: 'choices', role: 'radiogroup', 'aria-label': text(label) }, ...options);
  return element('div', { class: 'row' }, element('span', { class: 'row-words' }, text(label)), row);
}

/** The attributes that join a control to its `words`. */
function named(label: StringKey, hint?: StringKey): { id: string } & Record<string, string> {
  return hint === undefined ? { id: label } : { id: label, 'aria-describedby': hint };
}

function words(label: StringKey, hint?: StringKey): HTMLElement {
  const made = element('span', { class: 'row-words' }, element('label', { for: label }, text(label)));
  if (hint !== undefined) made.append(element('small', { id: hint }, text(hint)));
  return made;
}
