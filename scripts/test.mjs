// `npm test`: sets everything up, then every check and test there is. Ends with one line that counts them all.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { findChromium } from './chromium.mjs';
import { buildDemo, pnpm, root, run, setUp } from './setup.mjs';

setUp();
buildDemo();

const results = `${root}test-results/`;
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const totals = { passed: 0, failed: 0, skipped: 0 };
count('format and lint', check(['exec', 'biome', 'ci', '.']));
count('public surface of the libraries', check(['exec', 'node', 'scripts/api-report.mjs', '--check']));
for (const pack of ['pack-en', 'pack-zh']) {
  count(
    `${pack} is what its report says`,
    check(['exec', 'node', 'packages/cli/dist/main.js', 'verify', `packages/${pack}`]),
  );
}
count('built packages as others would import them', checkPackages(['packages/core', 'packages/codemirror']));
count('nothing unused', check(['exec', 'knip']));
count('sizes against their budgets', check(['exec', 'node', 'scripts/size-budget.mjs']));
count('unit, property and parity tests', runVitest());
count('training tests', runPytest());
count('browser tests', runPlaywright());
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed === 0 ? 0 : 1);

function count(name, { passed, failed, skipped }) {
  console.log(`\n── ${name}: ${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
}

function check(args) {
  return pnpm(args) === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

function checkPackages(folders) {
  const results = folders.flatMap((folder) => [
    check(['exec', 'publint', '--pack', 'npm', '--strict', folder]),
    check(['exec', 'attw', '--pack', folder, '--profile', 'esm-only', '--quiet']),
  ]);
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

function runVitest() {
  const file = `${results}vitest.json`;
  const code = pnpm(['exec', 'vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`]);
  return tally(file, code, (json) => {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(json);
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
  });
}

function runPytest() {
  const needed = ['torch', 'tokenizers', 'onnx', 'onnxruntime', 'pytest'];
  const probe = spawnSync('python3', ['-c', needed.map((name) => `import ${name}`).join('\n')], { encoding: 'utf8' });
  if (probe.status !== 0) {
    const reason = probe.error?.message ?? probe.stderr.trim().split('\n').at(-1);
    console.log(`training tests skipped: ${reason} (pip install -r training/requirements.txt)`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const file = `${results}pytest.xml`;
  const code = run('python3', ['-m', 'pytest', '-q', '-c', 'training/pytest.ini', 'training', `--junitxml=${file}`], {
    // One thread: the tests' models are too small to share out.
    env: { OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' },
  });
  return tally(file, code, parseJunit);
}

function parseJunit(xml) {
  const suites = [...xml.matchAll(/<testsuite .*?>/g)].map(([suite]) => suite);
  const sum = (name) => suites.reduce((total, suite) => total + Number(suite.match(` ${name}="(\\d+)"`)?.[1] ?? 0), 0);
  const failed = sum('failures') + sum('errors');
  return { passed: sum('tests') - failed - sum('skipped'), failed, skipped: sum('skipped') };
}

function runPlaywright() {
  const chromium = findChromium();
  if (chromium === null) {
    console.error(
      'The browser tests need Chromium: install it (Debian: apt-get install chromium) or set FOREWORD_CHROMIUM to its path.',
    );
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const file = `${results}playwright.json`;
  const code = pnpm(['--filter', '@foreword/e2e', 'exec', 'playwright', 'test', '--reporter=list,json'], {
    // CI: no server that happens to run, no forgotten `.only`.
    env: { CI: '1', FOREWORD_CHROMIUM: chromium, PLAYWRIGHT_JSON_OUTPUT_FILE: file },
  });
  return tally(file, code, (json) => {
    const { expected, flaky, unexpected, skipped } = JSON.parse(json).stats;
    if (flaky > 0) console.log(`${flaky} of the browser tests failed at first and passed when they were run again.`);
    return { passed: expected + flaky, failed: unexpected, skipped };
  });
}

// A runner that fails outside its tests (a crash, an error while collecting) counts as one failure.
function tally(file, exitCode, read) {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  const counts = read(readFileSync(file, 'utf8'));
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
