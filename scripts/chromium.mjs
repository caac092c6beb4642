// Finds a Chromium for the browser tests: the system's, else Playwright's, else installs one where it can.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pnpm, root, run } from './setup.mjs';

const systemPaths = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Path of an executable Chromium. Null when there is none and none could be installed. */
export function findChromium() {
  return installed() ?? (install() ? installed() : null);
}

function installed() {
  const chosen = process.env.FOREWORD_CHROMIUM;
  if (chosen) return existsSync(chosen) ? chosen : null;
  return [...systemPaths, playwrightPath()].find((path) => existsSync(path)) ?? null;
}

function playwrightPath() {
  return createRequire(`${root}e2e/package.json`)('@playwright/test').chromium.executablePath();
}

function install() {
  console.log('No Chromium found: installing one for the browser tests.');
  if (pnpm(['--filter', '@foreword/e2e', 'exec', 'playwright', 'install', '--with-deps', 'chromium']) === 0)
    return true;
  if (process.platform !== 'linux' || process.getuid() !== 0 || run('apt-get', ['--version'], { quiet: true }) !== 0) {
    return false;
  }
  return run('apt-get', ['update', '-qq']) === 0 && run('apt-get', ['install', '-y', '-qq', 'chromium']) === 0;
}
