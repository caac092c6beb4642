/** The sections of the page, in their order. */
export const sectionIds = ['why', 'counts', 'vectors', 'attention', 'family', 'writing', 'tuning'] as const;
export type SectionId = (typeof sectionIds)[number];

/** What is to be seen: a section and what was chosen in it. */
export interface View {
  readonly section: SectionId;
  /** By names that the section knows. */
  readonly options: ReadonlyMap<string, string>;
  /** The visitor's text, in links that the visitor asked to hold it. */
  readonly text?: string;
}

/** The view that an address's fragment names: `#attention?layer=2&head=1`. What is not understood is the default. */
export function readView(fragment: string): View {
  const [name = '', query = ''] = fragment.replace(/^#/, '').split(/\?(.*)/s);
  const section = sectionIds.find((id) => id === name) ?? sectionIds[0];
  const options = new Map(new URLSearchParams(query));
  const text = options.get('text');
  options.delete('text');
  return { section, options, ...(text === undefined ? {} : { text }) };
}

/** The fragment that names a view. A fragment is not sent to any server. */
export function writeView({ section, options, text }: View): string {
  const query = new URLSearchParams([...options, ...(text === undefined ? [] : [['text', text]])] as [
    string,
    string,
  ][]);
  return query.size === 0 ? `#${section}` : `#${section}?${query}`;
}
