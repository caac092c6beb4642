import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

const systemChromium = '/usr/bin/chromium';
const chromium = process.env['FOREWORD_CHROMIUM'] ?? (existsSync(systemChromium) ? systemChromium : undefined);

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  workers: 2,
  use: {
    baseURL: 'http://localhost:4617',
    launchOptions: {
      ...(chromium === undefined ? {} : { executablePath: chromium }),
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  webServer: [
    {
      command: 'vite build pages && vite preview pages --port 4617 --strictPort',
      url: 'http://localhost:4617/editor.html',
      reuseExistingServer: true,
    },
  ],
});
