import { button, byId, element } from './elements.ts';
import { type ModelChoice, type ModelSwitch, modelSizeBytes } from './model-switch.ts';
import { defaultSettings, type Settings, type SettingsStore, type Theme } from './settings.ts';
import { choiceRow, group, slotsRow, switchRow } from './settings-rows.ts';
import { formatBytes, type LanguageTag, languageNames, languageTags, type StringKey, text } from './strings.ts';

type Switch = { [Name in keyof Settings]: Settings[Name] extends boolean ? Name : never }[keyof Settings];

/**
 * Fills the settings dialog. Each choice takes effect at once. `models`: absent until the pack is open. `ofWriting`: what the language that
 * is written has of its own.
 */
export function fillSettings(
  settings: SettingsStore,
  models: ModelSwitch | undefined,
  ofWriting: readonly HTMLElement[] = [],
): void {
  const { current } = settings;
  const toggle = (name: Switch, label: StringKey, hint?: StringKey): HTMLElement =>
    switchRow(label, hint, current[name], (checked) => settings.change({ [name]: checked }));
  byId('settings-body').replaceChildren(
    slotsRow(current.slots, (slots) => settings.change({ slots })),
    toggle('forgivesSlips', 'settings.slips', 'settings.slips.hint'),
    ...ofWriting,
    ...modelGroup(models, (model) => settings.change({ model })),
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

/**
 * Incognito stays as it is: it is no matter of taste, and to leave it off would begin to learn. So does the language that is
 * written, which its own switch changes.
 */
function reset(settings: SettingsStore): void {
  const { incognito, writing } = settings.current;
  settings.change({ ...defaultSettings, incognito, writing });
}

/** The models to choose from, where there is a choice. */
function modelGroup(models: ModelSwitch | undefined, onChange: (model: ModelChoice) => void): HTMLElement[] {
  if (models === undefined || models.inPack.length < 2) return [];
  const rows = models.offered.map((name) => {
    const id = `model-${name}`;
    const input = element('input', {
      type: 'radio',
      name: 'model',
      value: name,
      id,
      checked: name === models.wanted,
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
