import { createHash } from 'node:crypto';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openNgram, type PackManifest } from '@foreword/core';
import { withOutputFolder } from './folders.ts';

/** Writes a pack's two files into a folder, which is made if need be: both whole, or as they were before. */
export async function writePack(
  folder: string,
  ngram: Uint8Array,
  about: Omit<PackManifest, 'format' | 'version' | 'models'>,
): Promise<void> {
  const file = 'ngram.bin';
  // Of the bytes, not of the table they were written from: the writer adds n-grams that others end in.
  const { order, vocabulary, ngramCounts } = openNgram(ngram);
  const manifest: PackManifest = {
    format: 'foreword-pack',
    version: 1,
    name: about.name,
    language: about.language,
    licence: about.licence,
    sources: about.sources,
    models: {
      ngram: {
        file,
        sizeBytes: ngram.length,
        sha256: createHash('sha256').update(ngram).digest('hex'),
        order,
        words: vocabulary.size,
        ngrams: ngramCounts,
      },
    },
    ...(about.recipe && { recipe: about.recipe }),
  };
  await withOutputFolder(folder, async () => {
    const temporary = await mkdtemp(join(folder, '.part-'));
    try {
      await writeFile(join(temporary, file), ngram);
      await writeFile(join(temporary, 'pack.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
      await rename(join(temporary, file), join(folder, file));
      await rename(join(temporary, 'pack.json'), join(folder, 'pack.json'));
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  });
}
