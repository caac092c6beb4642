import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import type { Plugin } from 'vite';

/**
 * Writes `licences.txt`, the licences of what the build carries: of packages, given by their folders, and, where a package
 * comes without a copy of its licence, texts given by their files.
 */
export function licences(sources: readonly string[]): Plugin {
  return {
    name: 'foreword:licences',
    apply: 'build',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source: sources.map(licenceOf).join('\n\n') });
    },
  };
}

function licenceOf(source: string): string {
  if (statSync(source).isFile()) return titled(basename(source, extname(source)), source);
  const file = readdirSync(source).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${source} has no licence file.`);
  return titled(JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')).name, join(source, file));
}

function titled(name: string, file: string): string {
  return `${name}\n${'='.repeat(name.length)}\n\n${readFileSync(file, 'utf8').trim()}\n`;
}
