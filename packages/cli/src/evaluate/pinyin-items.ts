import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { CommandFailure } from '../command.ts';

/** What is typed and what should come of it. */
export interface PinyinItem {
  readonly id: string;
  /** Letters as they are typed. */
  readonly pinyin: string;
  readonly hanzi: string;
}

/** A place in a clause and the word that stands there. */
export interface AssociationItem {
  readonly id: string;
  /** The clause up to there. */
  readonly before: string;
  /** The rest of the clause. */
  readonly rest: string;
  /** Its first word. */
  readonly next: string;
}

/** The texts before items, by the items' ids, with the sum of their file. */
export interface Contexts {
  readonly sha256: string;
  readonly texts: ReadonlyMap<string, string>;
}

/** A file of items with its sum. */
export interface ItemFile<Item> {
  readonly file: string;
  readonly sha256: string;
  readonly items: readonly Item[];
}

/** Reads lines `id<TAB>pinyin<TAB>hanzi`. Throws `CommandFailure` naming a line that is wrong. */
export function readPinyinItems(file: string): Promise<ItemFile<PinyinItem>> {
  return readItems(file, 'id, pinyin, hanzi', ([id, pinyin, hanzi, ...more]) =>
    id && pinyin && hanzi && more.length === 0 ? { id, pinyin, hanzi } : null,
  );
}

/** Reads lines `id<TAB>words so far<TAB>rest of the clause<TAB>next word`. Throws `CommandFailure` naming a line that is wrong. */
export function readAssociationItems(file: string): Promise<ItemFile<AssociationItem>> {
  return readItems(file, 'id, words so far, rest, next word', ([id, words, rest, next, ...more]) =>
    id && words !== undefined && rest && next && more.length === 0
      ? { id, before: words.replaceAll(' ', ''), rest, next }
      : null,
  );
}

/** The text before each clause, by the clause's id: JSON lines with `id` and `ctx`. */
export async function readContexts(file: string): Promise<Contexts> {
  const texts = new Map<string, string>();
  const bytes = await readFile(file);
  for (const [index, line] of bytes.toString('utf8').split('\n').entries()) {
    if (line === '') continue;
    const { id, ctx } = parseLine(file, index, line);
    texts.set(id, ctx);
  }
  return { sha256: createHash('sha256').update(bytes).digest('hex'), texts };
}

function parseLine(file: string, index: number, line: string): { id: string; ctx: string } {
  try {
    const { id, ctx } = JSON.parse(line) as { id?: unknown; ctx?: unknown };
    if (typeof id === 'string' && typeof ctx === 'string') return { id, ctx };
  } catch {}
  throw new CommandFailure(`Line ${index + 1} of ${file} is no JSON object with the strings id and ctx.`);
}

async function readItems<Item>(
  file: string,
  fields: string,
  parse: (fields: readonly string[]) => Item | null,
): Promise<ItemFile<Item>> {
  const bytes = await readFile(file);
  const items: Item[] = [];
  for (const [index, line] of bytes.toString('utf8').split('\n').entries()) {
    if (line === '') continue;
    const item = parse(line.split('\t'));
    if (item === null) {
      throw new CommandFailure(
        `Line ${index + 1} of ${file} must hold, parted by tabs: ${fields}. It is ${JSON.stringify(line)}.`,
      );
    }
    items.push(item);
  }
  if (items.length === 0) throw new CommandFailure(`${file} holds no lines.`);
  return { file, sha256: createHash('sha256').update(bytes).digest('hex'), items };
}
