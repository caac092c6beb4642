import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** Builds the page that the section `pinyin` measures in. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  logLevel: 'warn',
  build: {
    rolldownOptions: {
      input: [fileURLToPath(new URL('./page.mjs', import.meta.url))],
      output: { entryFileNames: '[name].js' },
    },
    outDir: '../dist/pinyin',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
