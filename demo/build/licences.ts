import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** Writes `licences.txt`, the licences of the packages whose code and fonts the build carries. */
export function licences(directory: string, packages: readonly string[]): Plugin {
  return {
    name: 'foreword:licences',
    apply: 'build',
    generateBundle() {
      const source = packages.map((name) => licenceOf(name, join(directory, 'node_modules', name))).join('\n\n');
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source });
    },
  };
}

function licenceOf(name: string, folder: string): string {
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${folder} has no licence file.`);
  return `${name}\n${'='.repeat(name.length)}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}
