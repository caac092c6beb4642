import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['core', 'cli', 'codemirror', 'demo'].map((name) => ({
      resolve: { conditions: ['foreword-source'] },
      ssr: { resolve: { conditions: ['foreword-source'] } },
      test: {
        name,
        root: name === 'demo' ? name : `packages/${name}`,
        include: ['test/**/*.test.ts'],
        // Property tests take long on a busy machine; nothing is timed by this.
        testTimeout: 60_000,
      },
    })),
  },
});
