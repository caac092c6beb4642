import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const compressible = /\.(html|js|css|json|svg|webmanifest|bin)$/;

/**
 * Lays a `.br` and a `.gz` beside every file they make smaller, for the server to send instead.
 * A pack takes seconds at the highest quality, so results are kept in `cacheDirectory` by content.
 */
export function compress(cacheDirectory: string): Plugin {
  return {
    name: 'foreword:compress',
    apply: 'build',
    enforce: 'post',
    closeBundle: {
      order: 'post',
      sequential: true,
      handler() {
        const { outDir } = this.environment.config.build;
        mkdirSync(cacheDirectory, { recursive: true });
        for (const entry of readdirSync(outDir, { recursive: true, withFileTypes: true })) {
          if (!entry.isFile() || !compressible.test(entry.name)) continue;
          const path = join(entry.parentPath, entry.name);
          const content = readFileSync(path);
          for (const [extension, encode] of encoders) {
            const smaller = cached(cacheDirectory, content, extension, encode);
            if (smaller.length < 0.95 * content.length) writeFileSync(`${path}${extension}`, smaller);
          }
        }
      },
    },
  };
}

type Encoder = (content: Uint8Array) => Uint8Array;

const encoders: readonly [string, Encoder][] = [
  ['.gz', (content) => gzipSync(content, { level: 9 })],
  [
    '.br',
    (content) =>
      brotliCompressSync(content, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
          [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
          [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
        },
      }),
  ],
];

function cached(directory: string, content: Uint8Array, extension: string, encode: Encoder): Uint8Array {
  const path = join(directory, createHash('sha256').update(content).digest('hex') + extension);
  if (existsSync(path)) return readFileSync(path);
  const encoded = encode(content);
  writeFileSync(path, encoded);
  return encoded;
}
