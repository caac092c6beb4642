// `npm test`: sets everything up, then every check and test there is. Ends with one line that counts them all.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { findChromium } from './chromium.mjs';
import { buildDemo, pnpm, root, setUp } from './setup.mjs';

setUp();
buildDemo();

const results = `${root}test-results/`;
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const totals = { passed: 0, failed: 0, skipped: 0 };
count('format and lint', check(['exec', 'biome', 'ci', '.']));
count('public surface of the libraries', check(['exec', 'node', 'scripts/api-report.mjs', '--check']));
count(
  'pack-en is what its report says',
  check(['exec', 'node', 'packages/cli/dist/main.js', 'verify', 'packages/pack-en']),
);
count('built packages as others would import them', checkPackages(['packages/core', 'packages/codemirror']));
count('nothing unused', check(['exec', 'knip']));
count('sizes against their budgets', check(['exec', 'node', 'scripts/size-budget.mjs']));
count('unit, property and parity tests', runVitest());
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
  return tally(file, code, ({ numPassedTests, numFailedTests, numPendingTests, numTodoTests }) => ({
    passed: numPassedTests,
    failed: numFailedTests,
    skipped: numPendingTests + numTodoTests,
  }));
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
  return tally(file, code, ({ stats }) => ({
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
    skipped: stats.skipped,
  }));
}

// A runner that fails outside its tests (a crash, an error while collecting) counts as one failure.
function tally(file, exitCode, read) {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  const counts = read(JSON.parse(readFileSync(file, 'utf8')));
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
