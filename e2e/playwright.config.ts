import { existsSync } from 'node:fs';
import { defineConfig, type PlaywrightTestConfig } from '@playwright/test';

const systemChromium = '/usr/bin/chromium';
const chromium = process.env['FOREWORD_CHROMIUM'] ?? (existsSync(systemChromium) ? systemChromium : undefined);

// Three in a row; a second checkout tested beside this one needs others.
const port = Number(process.env['FOREWORD_E2E_PORT'] ?? 4617);
const [pagesPort, demoPort, modelsPort] = [port, port + 1, port + 2];
const pages = `http://localhost:${pagesPort}`;
const demo = `http://localhost:${demoPort}`;
const demoWithModels = `http://localhost:${modelsPort}`;

const config: PlaywrightTestConfig = defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  workers: 2,
  // Generous, for a machine that has other things to do.
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  // A second try tells a test that always fails from one that failed by chance; the list names the latter as flaky.
  retries: process.env['CI'] === undefined ? 0 : 1,
  forbidOnly: process.env['CI'] !== undefined,
  use: {
    launchOptions: {
      ...(chromium === undefined ? {} : { executablePath: chromium }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'codemirror', testMatch: 'codemirror*.spec.ts', use: { baseURL: pages } },
    { name: 'neural', testMatch: 'neural*.spec.ts', use: { baseURL: pages } },
    { name: 'demo', testMatch: 'demo*.spec.ts', use: { baseURL: demo } },
    { name: 'see', testMatch: 'see*.spec.ts', use: { baseURL: demo } },
    { name: 'models', testMatch: 'models*.spec.ts', use: { baseURL: demoWithModels } },
  ],
  webServer: [
    {
      command: `vite build pages && vite preview pages --port ${pagesPort} --strictPort`,
      url: `${pages}/editor.html`,
      reuseExistingServer: process.env['CI'] === undefined,
    },
    // The demo as it was built: `pnpm --filter @foreword/demo build`.
    {
      command: `node ../demo/serve.mjs --port ${demoPort}`,
      url: demo,
      reuseExistingServer: process.env['CI'] === undefined,
    },
    {
      command: `node serve-neural-demo.mjs --port ${modelsPort}`,
      url: demoWithModels,
      reuseExistingServer: process.env['CI'] === undefined,
      timeout: 300_000,
    },
  ],
});

export default config;
