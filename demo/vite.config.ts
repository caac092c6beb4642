import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type UserConfig } from 'vite';
import { compress } from './build/compress.ts';
import { licences } from './build/licences.ts';
import { offline } from './build/offline.ts';
import { pack } from './build/pack.ts';
import { page } from './build/page.ts';
import { contentSecurityPolicy } from './headers.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const packDirectory = process.env.FOREWORD_PACK ?? join(here, '../packages/pack-en');

export default defineConfig({
  root: here,
  // Relative, so that the built page works in any folder of any server.
  base: './',
  resolve: { conditions: ['foreword-source', 'module', 'browser', 'development|production'] },
  build: { modulePreload: { polyfill: false }, assetsInlineLimit: 0, reportCompressedSize: false, sourcemap: true },
  plugins: [
    pack(packDirectory),
    page(contentSecurityPolicy),
    licences(here, [
      '@codemirror/commands',
      '@codemirror/state',
      '@codemirror/view',
      '@fontsource-variable/source-sans-3',
      '@fontsource-variable/source-serif-4',
    ]),
    offline(join(here, 'worker/service-worker.ts')),
    compress(join(here, 'node_modules/.cache/compressed')),
  ],
}) satisfies UserConfig;
