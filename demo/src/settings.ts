import type { FuzzyPair } from '@foreword/core/pinyin';
import { type ModelChoice, modelChoices } from './model-switch.ts';
import type { Store } from './store.ts';
import { browserLanguage, type LanguageTag, languageTags } from './strings.ts';

export type Theme = 'system' | 'light' | 'dark';

/** How pinyin is typed: in full, or by two keys a syllable. */
export type PinyinScheme = (typeof pinyinSchemes)[number];
export const pinyinSchemes = ['full', 'xiaohe', 'ziranma', 'microsoft'] as const;

/** Sounds that a writer may have as one, the commonest first. */
export const fuzzyPairs: readonly FuzzyPair[] = [
  'z/zh',
  'c/ch',
  's/sh',
  'l/n',
  'f/h',
  'r/l',
  'an/ang',
  'en/eng',
  'in/ing',
  'ian/iang',
  'uan/uang',
];

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
  /** What the interface speaks. */
  readonly language: LanguageTag;
  /** What is written. The page loads what that needs and takes it up with its next visit. */
  readonly writing: LanguageTag;
  readonly scheme: PinyinScheme;
  readonly fuzzy: readonly FuzzyPair[];
  /** What was typed with a slip of the pen finds the word all the same, behind what fits exactly. */
  readonly forgivesSlips: boolean;
  readonly punctuation: 'full' | 'half';
  /** The characters that pinyin becomes. */
  readonly script: 'simplified' | 'traditional';
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
  language: browserLanguage(),
  writing: browserLanguage(),
  scheme: 'full',
  fuzzy: [],
  forgivesSlips: true,
  punctuation: 'full',
  script: 'simplified',
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
    case 'writing':
      return languageTags.includes(value as LanguageTag);
    case 'scheme':
      return pinyinSchemes.includes(value as PinyinScheme);
    case 'fuzzy':
      return Array.isArray(value) && value.every((pair) => fuzzyPairs.includes(pair));
    case 'punctuation':
      return value === 'full' || value === 'half';
    case 'script':
      return value === 'simplified' || value === 'traditional';
    default:
      return name in defaultSettings && typeof value === 'boolean';
  }
}
