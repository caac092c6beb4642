import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type UserConfig } from 'vite';
import { compress } from './build/compress.ts';
import { licences } from './build/licences.ts';
import { offline } from './build/offline.ts';
import { packs } from './build/packs.ts';
import { page } from './build/page.ts';
import { scores } from './build/scores.ts';
import { contentSecurityPolicy } from './headers.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const runtime = join(here, 'node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded.wasm');
const packDirectories = {
  en: process.env.FOREWORD_PACK ?? join(here, '../packages/pack-en'),
  zh: process.env.FOREWORD_PACK_ZH ?? join(here, '../packages/pack-zh'),
};

/** Files of the neural models and of what runs them. The page loads and stores them once the first words stand there. */
function isNeural(name: string): boolean {
  return /\.(wasm|mjs)$|assets\/worker-/.test(name) || /^packs\/.*(?<!ngram\.bin|pack\.json)$/.test(name);
}

/** Modules that both pages begin with. */
function isShared(id: string): boolean {
  return /demo\/src\/(elements|model-switch|offline|packs|recent-median|seal|settings|store|stored-files|strings|theme)\.ts$|core\/src\/[^/]+\.ts$|virtual:packs$|vite\/preload-helper/.test(
    id,
  );
}

/** What the page about the models and the panel of the writing page draw with. */
function drawsExplanations(id: string): boolean {
  return /demo\/src\/(explain\/(strings|chain|word-explanation|see-text)|see\/(figures|svg|data-table))\.ts$/.test(id);
}

/** Scripts that only those fetch, and keep on their device, who write Chinese. */
const chineseScripts = /assets\/(chinese|traditional)-[^/]*\.js$/;

function isChinese(name: string): boolean {
  return name.startsWith('packs/zh-') || chineseScripts.test(name);
}

export default defineConfig({
  root: here,
  // Relative, so that the built page works in any folder of any server.
  base: './',
  resolve: {
    // ONNX Runtime takes its WebAssembly build from the URLs it is given, and bundles none.
    conditions: ['foreword-source', 'onnxruntime-web-use-extern-wasm', 'module', 'browser', 'development|production'],
    // Networks this small run faster on the processor: the build for graphics cards stays out.
    alias: { 'onnxruntime-web/webgpu': 'onnxruntime-web/wasm' },
  },
  define: {
    'import.meta.env.RUNTIME_BYTES': statSync(runtime).size,
    'import.meta.env.CHINESE_SCRIPTS': JSON.stringify(chineseScripts.source),
  },
  // One file without imports: the page starts it from memory when it can reach nothing any more.
  worker: { format: 'es', rolldownOptions: { output: { codeSplitting: false } } },
  // The largest is the dictionary of traditional characters.
  build: {
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: [join(here, 'index.html'), join(here, 'see.html')],
      // What both pages begin with is one file, not eight: the writing page is to open as fast as it did alone.
      output: {
        codeSplitting: {
          groups: [
            { name: 'shared', test: isShared },
            { name: 'explanation', test: drawsExplanations },
          ],
        },
      },
    },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    sourcemap: true,
    chunkSizeWarningLimit: 1200,
  },
  plugins: [
    packs(packDirectories, 'en'),
    scores(packDirectories.en),
    page(contentSecurityPolicy),
    licences(
      [
        'node_modules/@codemirror/commands',
        'node_modules/@codemirror/state',
        'node_modules/@codemirror/view',
        'node_modules/@fontsource-variable/source-sans-3',
        'node_modules/@fontsource-variable/source-serif-4',
        'licences/onnxruntime-web.txt',
        'node_modules/opencc-js',
        'node_modules/opencc-js/THIRD_PARTY_LICENSES.md',
        '../packages/core/node_modules/@huggingface/tokenizers',
      ].map((folder) => join(here, folder)),
    ),
    offline(join(here, 'worker/service-worker.ts'), (name) => isNeural(name) || isChinese(name)),
    compress(join(here, 'node_modules/.cache/compressed')),
  ],
}) satisfies UserConfig;
