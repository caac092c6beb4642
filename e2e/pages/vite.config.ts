import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type UserConfig } from 'vite';

const here = dirname(fileURLToPath(import.meta.url));

/** The pages that the browser tests drive: an editor with the extension over a small model whose answers are known. */
const config: UserConfig = defineConfig({
  root: here,
  base: './',
  resolve: { conditions: ['foreword-source', 'module', 'browser', 'development|production'] },
  build: { rollupOptions: { input: [join(here, 'editor.html')] }, modulePreload: { polyfill: false } },
});
export default config;
