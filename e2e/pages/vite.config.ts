import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type UserConfig } from 'vite';

const here = dirname(fileURLToPath(import.meta.url));

/**
 * The pages that the browser tests drive: an editor with the extension over a small model whose answers are known, and one that
 * runs neural models. Isolated from other origins, without which there are no threads.
 */
const config: UserConfig = defineConfig({
  root: here,
  base: './',
  resolve: { conditions: ['foreword-source', 'module', 'browser', 'development|production'] },
  preview: {
    headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
  },
  worker: { format: 'es' },
  build: {
    rollupOptions: { input: [join(here, 'editor.html'), join(here, 'neural.html')] },
    modulePreload: { polyfill: false },
  },
});
export default config;
