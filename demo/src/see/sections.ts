import { attentionSection } from './attention-section.ts';
import { countsSection } from './counts-section.ts';
import { familySection } from './family-section.ts';
import type { Section, SectionHost } from './section.ts';
import { tuningSection } from './tuning-section.ts';
import { vectorsSection } from './vectors-section.ts';
import { type SectionId, sectionIds } from './view.ts';
import { whySection } from './why-section.ts';
import { writingSection } from './writing-section.ts';

const makers: Readonly<Record<SectionId, (host: SectionHost) => Section>> = {
  why: whySection,
  counts: countsSection,
  vectors: vectorsSection,
  attention: attentionSection,
  family: familySection,
  writing: writingSection,
  tuning: tuningSection,
};

/** All sections of the page, by their names. */
export function openSections(host: (id: SectionId) => SectionHost): ReadonlyMap<SectionId, Section> {
  return new Map(sectionIds.map((id) => [id, makers[id](host(id))]));
}
