import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** What the page imports to find its packs. */
const moduleId = 'virtual:packs';

type Files = ReadonlyMap<string, Uint8Array>;

/**
 * Copies packs, given by language and folder, into the build, each in a folder named after its content, and tells the page where and what they are:
 * `import { packs } from 'virtual:packs'`. The first words of `preloaded` set off together with the page's code. Stops the build
 * when a pack is not there.
 */
export function packs(directories: Readonly<Record<string, string>>, preloaded: string): Plugin {
  let found = new Map<string, { readonly folder: string; readonly files: Files }>();
  return {
    name: 'foreword:packs',

    buildStart() {
      const read = Object.entries(directories).map(([language, directory]) => {
        const files = readPack(directory);
        return [language, { folder: folderName(language, files), files }] as const;
      });
      found = new Map(read);
    },

    resolveId(id) {
      return id === moduleId ? `\0${moduleId}` : null;
    },

    load(id) {
      if (id !== `\0${moduleId}`) return null;
      const described = [...found].map(([language, { folder, files }]) => [language, packOfPage(folder, files)]);
      return `export const packs = ${JSON.stringify(Object.fromEntries(described))};`;
    },

    transformIndexHtml() {
      const { folder, files } = found.get(preloaded)!;
      // The neural models come later.
      return ['pack.json', manifestOf(files).models.ngram.file].map((name) => ({
        tag: 'link',
        attrs: { rel: 'preload', as: 'fetch', crossorigin: 'anonymous', href: `./${folder}/${name}` },
        injectTo: 'head' as const,
      }));
    },

    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        for (const { folder, files } of found.values()) {
          const name = request.url?.split(`/${folder}/`)[1];
          const bytes = name === undefined ? undefined : files.get(name);
          if (bytes === undefined) continue;
          response.setHeader('Content-Type', name === 'pack.json' ? 'application/json' : 'application/octet-stream');
          response.end(bytes);
          return;
        }
        next();
      });
    },

    generateBundle() {
      for (const { folder, files } of found.values()) {
        for (const [name, source] of files) this.emitFile({ type: 'asset', fileName: `${folder}/${name}`, source });
      }
    },
  };
}

function readPack(directory: string): Files {
  const path = join(directory, 'pack.json');
  if (!existsSync(path)) throw new Error(`${path} is missing. Train the pack first; a recipe lies in its folder.`);
  const manifest = readFileSync(path);
  const files = new Map<string, Uint8Array>([['pack.json', manifest]]);
  const { models, vectors } = JSON.parse(manifest.toString());
  for (const file of filesOf([models, vectors])) {
    files.set(file, readFileSync(join(directory, file)));
  }
  return files;
}

/** Every file that a part of pack.json names. */
function filesOf(part: unknown): string[] {
  if (typeof part !== 'object' || part === null) return [];
  if ('file' in part && typeof part.file === 'string') return [part.file];
  return Object.values(part).flatMap(filesOf);
}

function manifestOf(files: Files) {
  return JSON.parse(new TextDecoder().decode(files.get('pack.json')));
}

/** What src/virtual.d.ts declares as `PackOfPage`. */
function packOfPage(folder: string, files: Files): object {
  const { name, licence, sources, models } = manifestOf(files);
  const { words, ngrams, sizeBytes } = models.ngram;
  return {
    url: `${folder}/`,
    name,
    licence,
    sources: sources.map((source: { name: string; licence: string }) => `${source.name} (${source.licence})`),
    words,
    ngrams: ngrams.reduce((sum: number, count: number) => sum + count, 0),
    sizeBytes,
  };
}

function folderName(language: string, files: Files): string {
  const hash = createHash('sha256');
  for (const bytes of files.values()) hash.update(bytes);
  return `packs/${language}-${hash.digest('hex').slice(0, 12)}`;
}
