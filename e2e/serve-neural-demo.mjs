// Builds the demo with a pack whose neural models are the smallest there are, and serves it: `node serve-neural-demo.mjs --port N`.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { serve } from '../demo/serve.mjs';

const { values } = parseArgs({ options: { port: { type: 'string', default: '4619' } } });
const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const pack = at('node_modules/.cache/neural-pack/');
const dist = at('node_modules/.cache/neural-demo/');

makePack();
run([at('../demo/node_modules/vite/bin/vite.js'), 'build', '--outDir', dist, '--emptyOutDir'], {
  cwd: at('../demo'),
  env: { ...process.env, FOREWORD_PACK: pack },
});
const { url } = await serve({ port: Number(values.port), root: dist });
console.log(url);

/** The English n-gram with the untrained networks that the library's own tests use. */
function makePack() {
  const { mixtures: _, ...manifest } = JSON.parse(readFileSync(at('../packages/pack-en/pack.json'), 'utf8'));
  const { ngram } = manifest.models;
  rmSync(pack, { recursive: true, force: true });
  mkdirSync(pack, { recursive: true });
  cpSync(at(`../packages/pack-en/${ngram.file}`), pack + ngram.file);
  writeFileSync(`${pack}pack.json`, JSON.stringify({ ...manifest, models: { ngram } }));
  const fixtures = at('../packages/core/test/neural/fixtures/');
  const folders = ['nnlm-tiny', 'lstm-tiny', 'gpt-tiny'].map((name) => fixtures + name);
  run([at('../packages/cli/dist/main.js'), 'add', '--pack', pack, ...folders]);
}

function run(args, options) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', ...options });
  if (status !== 0) process.exit(status ?? 1);
}
