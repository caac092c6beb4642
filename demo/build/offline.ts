import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin, Rolldown } from 'vite';

/** The name in the service worker's source that stands for its list of files. */
const placeholder = '__PRECACHE__';

/**
 * Builds the service worker into `service-worker.js` and writes into it the list of the build's files, but for those that
 * `isLater` says the page stores itself, with a version that changes when any of the listed ones does.
 */
export function offline(source: string, isLater: (name: string) => boolean): Plugin {
  let publicDir = '';
  return {
    name: 'foreword:offline',
    apply: 'build',
    // After Vite has put index.html into the bundle.
    enforce: 'post',

    configResolved(config) {
      publicDir = config.publicDir;
    },

    buildStart() {
      this.emitFile({ type: 'chunk', id: source, fileName: 'service-worker.js' });
    },

    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const worker = bundle['service-worker.js'];
        if (worker?.type !== 'chunk') throw new Error('The service worker is missing from the bundle.');
        const files = contents(bundle, publicDir);
        for (const name of files.keys()) if (isLater(name)) files.delete(name);
        if (!worker.code.includes(placeholder)) throw new Error(`The service worker does not read ${placeholder}.`);
        worker.code = worker.code.replaceAll(
          placeholder,
          JSON.stringify({ version: version(files), files: urls(files) }),
        );
      },
    },
  };
}

function contents(bundle: Rolldown.OutputBundle, publicDir: string): Map<string, string | Uint8Array> {
  const files = new Map<string, string | Uint8Array>();
  for (const [name, output] of Object.entries(bundle)) {
    if (name === 'service-worker.js' || name.endsWith('.map')) continue;
    files.set(name, output.type === 'chunk' ? output.code : output.source);
  }
  for (const entry of readdirSync(publicDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(publicDir.length + 1).replaceAll('\\', '/'), readFileSync(path));
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function version(files: ReadonlyMap<string, string | Uint8Array>): string {
  const hash = createHash('sha256');
  for (const [name, content] of files) hash.update(name).update(content);
  return hash.digest('hex').slice(0, 12);
}

// The page itself is asked for by its folder's name.
function urls(files: ReadonlyMap<string, unknown>): string[] {
  return [...files.keys()].map((name) => (name === 'index.html' ? './' : `./${name}`));
}
