import { type PackOfPage, packs } from 'virtual:packs';
import type { Pack } from '@foreword/core';
import type { LanguageTag } from './strings.ts';

/** The page's pack for a language. */
export function packOf(language: LanguageTag): PackOfPage {
  return packs[language];
}

/** The address of a file of a language's pack. */
export function packFileUrl(language: LanguageTag, file: string): string {
  return packs[language].url + file;
}

/** Which of the page's languages a pack is for. */
export function languageOf({ manifest }: Pack): LanguageTag {
  return /^zh\b/i.test(manifest.language) ? 'zh' : 'en';
}
