import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openPack } from '@foreword/core';
import { type LexiconEntry, writePinyinLexicon } from '@foreword/core/pinyin';
import { writeFileAtomically } from '../atomic-write.ts';
import { CommandFailure, type CommandIo, parseCommandLine, UsageError } from '../command.ts';
import { directoryReader } from '../pack-directory.ts';
import { Readings } from './readings.ts';
import { WrittenVariants } from './written-variants.ts';

const help = `Usage: foreword pinyin --pack PACK --phrases FILE… --characters FILE… [--variants FILE]

Adds a pinyin lexicon to a Chinese pack: how each word of its n-gram is read.

  --pack PACK         the pack's folder
  --phrases FILE      lines "词语: cí yǔ"; repeatable, later files over earlier ones
  --characters FILE   lines "U+4E2D: zhōng,zhòng", likeliest reading first; repeatable, earlier files over later ones
  --variants FILE     lines "身分 身份", the usual way to write it last: a word of the pack comes behind the
                      same one written so
`;

/** `foreword pinyin`. */
export async function pinyinCommand(argv: string[], io: CommandIo): Promise<number> {
  const { values } = parseCommandLine(argv, {
    pack: { type: 'string' },
    phrases: { type: 'string', multiple: true, default: [] },
    characters: { type: 'string', multiple: true, default: [] },
    variants: { type: 'string' },
  });
  if (values.help) {
    io.stdout(help);
    return 0;
  }
  if (values.pack === undefined) throw new UsageError('--pack is missing: the folder of the pack.');
  if (values.characters.length === 0)
    throw new UsageError('--characters is missing: a table of how characters are read.');
  const { manifest, ngram } = await openPack(directoryReader(values.pack), { signal: io.signal });
  const { vocabulary } = ngram;
  const read = (files: readonly string[]) => Promise.all(files.map((file) => readFile(file, 'utf8')));
  const { variants: file } = values;
  const readings = new Readings({ phrases: await read(values.phrases), characters: await read(values.characters) });
  const variants = file === undefined ? null : new WrittenVariants(await readFile(file, 'utf8'), file);
  const entries: LexiconEntry[] = [];
  const unread: string[] = [];
  for (let wordId = 3; wordId < vocabulary.size; wordId++) {
    const word = vocabulary.word(wordId);
    if (!/^[\u3400-\u9fff〇]+$/.test(word)) continue;
    const found = readings.of(word);
    if (found.length === 0) unread.push(word);
    const frequency = Math.exp(vocabulary.logFrequency(wordId));
    // Rare words are read as the tables say: most variants of them are never typed.
    const kept = word.length > 1 && frequency < LEAST_VARIED ? found.slice(0, 1) : found;
    const usual = variants?.usual(word) ?? word;
    const isVariant = usual !== word && vocabulary.id(usual) !== 0;
    for (const { syllables, share } of kept) {
      entries.push({ wordId, syllables, share: isVariant ? VARIANT_SHARE * share : share, frequency });
    }
  }
  if (entries.length === 0) {
    throw new CommandFailure(
      `No word of ${values.pack} can be read by these tables. Give a table of lines such as "U+4E2D: zhōng,zhòng" as --characters.`,
    );
  }
  const bytes = writePinyinLexicon(entries, vocabulary.size);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const models = { ...manifest.models, pinyin: { file: 'pinyin.bin', sizeBytes: bytes.length, sha256 } };
  await writeFileAtomically(join(values.pack, 'pinyin.bin'), bytes, io.signal);
  const text = `${JSON.stringify({ ...manifest, models }, null, 2)}\n`;
  await writeFileAtomically(join(values.pack, 'pack.json'), text, io.signal);
  if (!io.quiet) {
    const examples = unread.length === 0 ? '' : `, among them ${unread.slice(0, 5).join(' ')}`;
    io.stderr(
      `Wrote ${values.pack}/pinyin.bin: ${entries.length} readings, ${bytes.length} bytes. ${unread.length} words have none${examples}.\n`,
    );
  }
  return 0;
}

/** Share of a text from which on a word may be typed by other readings of its characters. */
const LEAST_VARIED = 1e-5;

/** What a word keeps of the share of its readings where another way to write it is usual. */
const VARIANT_SHARE = 0.1;
