import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const root = dirname(fileURLToPath(import.meta.url));

/** Builds the page that the section `answers` measures in. */
export default defineConfig({
  root,
  base: './',
  logLevel: 'warn',
  resolve: {
    // ONNX Runtime takes its WebAssembly build from the URLs it is given, and bundles none.
    conditions: ['onnxruntime-web-use-extern-wasm', 'module', 'browser', 'development|production'],
    // Both sides run on the processor, in the same build. That which transformers.js takes by itself, for graphics cards as
    // well, needed 6 % more of the processor's time.
    alias: { 'onnxruntime-web/webgpu': 'onnxruntime-web/wasm' },
  },
  worker: { format: 'es' },
  build: {
    rolldownOptions: {
      input: [fileURLToPath(new URL('./page.mjs', import.meta.url))],
      output: { entryFileNames: '[name].js' },
    },
    outDir: '../dist/answers',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
  },
});
