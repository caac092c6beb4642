import { type ModelChoice, modelChoices } from './model-switch.ts';
import type { Store } from './store.ts';
import type { LanguageTag } from './strings.ts';
import { languageTags } from './strings.ts';

export type Theme = 'system' | 'light' | 'dark';

/** What the writer may choose. */
export interface Settings {
  readonly theme: Theme;
  /** Who suggests. A choice that the pack does not hold counts as `auto`. */
  readonly model: ModelChoice;
  /** Candidates on offer at once, 1–9. */
  readonly slots: number;
  readonly bar: boolean;
  readonly ghost: boolean;
  readonly popup: boolean;
  /** Tab takes the grey word; otherwise Tab always leaves the editor. */
  readonly tabAccepts: boolean;
  /** Alt and a digit choose from the bar. */
  readonly digitsChoose: boolean;
  /** Nothing is learned; what is known is still suggested. */
  readonly incognito: boolean;
  /** E-mail addresses and URLs are learned too. */
  readonly learnsAddresses: boolean;
  /** Suggestions are read out by screen readers. */
  readonly announcements: boolean;
  readonly language: LanguageTag;
}

export const defaultSettings: Settings = {
  theme: 'system',
  model: 'auto',
  slots: 5,
  bar: true,
  ghost: true,
  popup: false,
  tabAccepts: true,
  digitsChoose: true,
  incognito: false,
  learnsAddresses: false,
  announcements: true,
  language: 'en',
};

/** The chosen settings, remembered between visits. */
export interface SettingsStore {
  readonly current: Settings;
  change(changes: Partial<Settings>): void;
  onChange(listener: (settings: Settings, before: Settings) => void): void;
}

export function openSettings(store: Store): SettingsStore {
  const listeners: ((settings: Settings, before: Settings) => void)[] = [];
  let current = readSettings(store.get('settings'));
  const replace = (settings: Settings): void => {
    const before = current;
    current = settings;
    for (const listener of listeners) listener(current, before);
  };
  store.onChangeElsewhere('settings', (text) => replace(readSettings(text)));
  return {
    get current() {
      return current;
    },
    change(changes) {
      replace({ ...current, ...changes });
      store.set('settings', JSON.stringify(current));
    },
    onChange(listener) {
      listeners.push(listener);
    },
  };
}

// What was stored may come from another version of the page, or from a curious hand.
function readSettings(text: string | null): Settings {
  let stored: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(text ?? '{}');
    if (typeof parsed === 'object' && parsed !== null) stored = parsed as Record<string, unknown>;
  } catch {
    // Unreadable settings are the defaults.
  }
  const known = Object.entries(stored).filter(([name, value]) => isAllowed(name, value));
  return { ...defaultSettings, ...Object.fromEntries(known) };
}

function isAllowed(name: string, value: unknown): boolean {
  switch (name) {
    case 'theme':
      return value === 'system' || value === 'light' || value === 'dark';
    case 'model':
      return modelChoices.includes(value as ModelChoice);
    case 'slots':
      return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 9;
    case 'language':
      return languageTags.includes(value as LanguageTag);
    default:
      return name in defaultSettings && typeof value === 'boolean';
  }
}
