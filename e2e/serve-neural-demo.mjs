// Builds the demo with packs whose neural models are the smallest there are, and serves it: `node serve-neural-demo.mjs --port N`.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { serve } from '../demo/serve.mjs';

const { values } = parseArgs({ options: { port: { type: 'string', default: '4619' } } });
const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const packs = { en: at('node_modules/.cache/neural-pack/'), zh: at('node_modules/.cache/neural-pack-zh/') };
const dist = at('node_modules/.cache/neural-demo/');

makePack('en', ['nnlm-tiny', 'lstm-tiny', 'gpt-tiny']);
makePack('zh', ['gpt-tiny']);
run([at('../demo/node_modules/vite/bin/vite.js'), 'build', '--outDir', dist, '--emptyOutDir'], {
  cwd: at('../demo'),
  env: { ...process.env, FOREWORD_PACK: packs.en, FOREWORD_PACK_ZH: packs.zh },
});
const { url } = await serve({ port: Number(values.port), root: dist });
console.log(url);

/** A language's n-gram with untrained networks that the library's own tests use. */
function makePack(language, networks) {
  const source = at(`../packages/pack-${language}/`);
  const pack = packs[language];
  const { mixtures: _, vectors: __, ...manifest } = JSON.parse(readFileSync(`${source}pack.json`, 'utf8'));
  const { ngram, pinyin } = manifest.models;
  rmSync(pack, { recursive: true, force: true });
  mkdirSync(pack, { recursive: true });
  for (const part of [ngram, pinyin]) if (part) cpSync(source + part.file, pack + part.file);
  writeFileSync(`${pack}pack.json`, JSON.stringify({ ...manifest, models: { ngram, pinyin } }));
  const fixtures = at('../packages/core/test/neural/fixtures/');
  const folders = networks.map((name) => fixtures + name);
  run([at('../packages/cli/dist/main.js'), 'add', '--pack', pack, ...folders]);
}

function run(args, options) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', ...options });
  if (status !== 0) process.exit(status ?? 1);
}
