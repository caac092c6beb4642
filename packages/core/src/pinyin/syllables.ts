/** The syllables of Mandarin as they are typed: without tones, ü as v. Ids are their places in this list. */
export const SYLLABLES: readonly string[] = syllableList();

const ids = new Map(SYLLABLES.map((syllable, id) => [syllable, id]));

/** The id of a syllable, or -1. */
export function syllableId(syllable: string): number {
  return ids.get(syllable) ?? -1;
}

/** The initials, longest first, so that the first that fits is the right one. */
export const INITIALS: readonly string[] = [
  ...[
    'zh',
    'ch',
    'sh',
    'b',
    'p',
    'm',
    'f',
    'd',
    't',
    'n',
    'l',
    'g',
    'k',
    'h',
    'j',
    'q',
    'x',
    'r',
    'z',
    'c',
    's',
    'y',
    'w',
  ],
];

/** The initial a syllable begins with; empty for `an`, `er`, `ou` … */
export function initialOf(syllable: string): string {
  return INITIALS.find((initial) => syllable.startsWith(initial)) ?? '';
}

/** A row for each initial: which finals follow it. */
function syllableList(): string[] {
  const rows: Readonly<Record<string, string>> = {
    '': 'a ai an ang ao e ei en eng er o ou',
    b: 'a ai an ang ao ei en eng i ian iao ie in ing o u',
    p: 'a ai an ang ao ei en eng i ian iao ie in ing o ou u',
    m: 'a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u',
    f: 'a an ang ei en eng iao o ou u',
    d: 'a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo',
    t: 'a ai an ang ao e ei eng i ian iao ie ing ong ou u uan ui un uo',
    n: 'a ai an ang ao e ei en eng i ia ian iang iao ie in ing iu ong ou u uan un uo v ve',
    l: 'a ai an ang ao e ei eng i ia ian iang iao ie in ing iu o ong ou u uan un uo v ve',
    g: 'a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo',
    k: 'a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo',
    h: 'a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo',
    j: 'i ia ian iang iao ie in ing iong iu u uan ue un',
    q: 'i ia ian iang iao ie in ing iong iu u uan ue un',
    x: 'i ia ian iang iao ie in ing iong iu u uan ue un',
    zh: 'a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo',
    ch: 'a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo',
    sh: 'a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo',
    r: 'an ang ao e en eng i ong ou u ua uan ui un uo',
    z: 'a ai an ang ao e ei en eng i ong ou u uan ui un uo',
    c: 'a ai an ang ao e en eng i ong ou u uan ui un uo',
    s: 'a ai an ang ao e en eng i ong ou u uan ui un uo',
    y: 'a an ang ao e i in ing o ong ou u uan ue un',
    w: 'a ai an ang ei en eng o u',
  };
  return Object.entries(rows)
    .flatMap(([initial, finals]) => finals.split(' ').map((final) => initial + final))
    .sort();
}
