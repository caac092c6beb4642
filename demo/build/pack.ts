import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** What the page imports to find its pack. */
const moduleId = 'virtual:pack';

/**
 * Copies a pack's files into the build, in a folder named after their content, and tells the page where:
 * `import { packUrl } from 'virtual:pack'`. Stops the build when the pack is not there.
 */
export function pack(directory: string): Plugin {
  let files = new Map<string, Uint8Array>();
  let folder = '';
  return {
    name: 'foreword:pack',

    buildStart() {
      files = readPack(directory);
      folder = folderName(files);
    },

    resolveId(id) {
      return id === moduleId ? `\0${moduleId}` : null;
    },

    load(id) {
      return id === `\0${moduleId}` ? `export const packUrl = ${JSON.stringify(`${folder}/`)};` : null;
    },

    transformIndexHtml() {
      // What the first words need sets off together with the page's code, not after it; the neural models come later.
      return ['pack.json', ngramFile(files)].map((name) => ({
        tag: 'link',
        attrs: { rel: 'preload', as: 'fetch', crossorigin: 'anonymous', href: `./${folder}/${name}` },
        injectTo: 'head' as const,
      }));
    },

    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const name = request.url?.split(`/${folder}/`)[1];
        const bytes = name === undefined ? undefined : files.get(name);
        if (bytes === undefined) return next();
        response.setHeader('Content-Type', name === 'pack.json' ? 'application/json' : 'application/octet-stream');
        response.end(bytes);
      });
    },

    generateBundle() {
      for (const [name, source] of files) this.emitFile({ type: 'asset', fileName: `${folder}/${name}`, source });
    },
  };
}

function readPack(directory: string): Map<string, Uint8Array> {
  const path = join(directory, 'pack.json');
  if (!existsSync(path))
    throw new Error(`${path} is missing. Train the pack first; its recipe is packages/pack-en/train.mjs.`);
  const manifest = readFileSync(path);
  const files = new Map<string, Uint8Array>([['pack.json', manifest]]);
  for (const file of filesOf(JSON.parse(manifest.toString()).models)) {
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

function ngramFile(files: ReadonlyMap<string, Uint8Array>): string {
  return JSON.parse(new TextDecoder().decode(files.get('pack.json'))).models.ngram.file;
}

function folderName(files: ReadonlyMap<string, Uint8Array>): string {
  const hash = createHash('sha256');
  for (const bytes of files.values()) hash.update(bytes);
  return `packs/en-${hash.digest('hex').slice(0, 12)}`;
}
