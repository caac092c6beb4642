import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const compressible = /\.(html|js|mjs|css|json|svg|webmanifest|bin|wasm|onnx|q8|q4|txt)$/;

/** Larger files take too long at brotli's best: 24 s for a pack of 9 MB, against 0.5 s at quality 5 for 9 % more bytes. */
const quickSizeBytes = 1_000_000;

/**
 * Lays a `.br` and a `.gz` beside every file they make smaller, for the server to send instead. Large files get
 * brotli's best only in `vite build --mode publish`. What was compressed is kept in `cacheDirectory` by content.
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
        const { build, mode } = this.environment.config;
        const { outDir } = build;
        mkdirSync(cacheDirectory, { recursive: true });
        for (const entry of readdirSync(outDir, { recursive: true, withFileTypes: true })) {
          if (!entry.isFile() || !compressible.test(entry.name)) continue;
          const path = join(entry.parentPath, entry.name);
          const content = readFileSync(path);
          const quality = mode === 'publish' || content.length < quickSizeBytes ? constants.BROTLI_MAX_QUALITY : 5;
          for (const [extension, variant, encode] of [
            ['.br', quality, brotli(quality)],
            ['.gz', 9, gzip],
          ] as const) {
            const smaller = cached(cacheDirectory, content, `.${variant}${extension}`, encode);
            if (smaller.length < 0.95 * content.length) writeFileSync(`${path}${extension}`, smaller);
          }
        }
      },
    },
  };
}

type Encoder = (content: Uint8Array) => Uint8Array;

const gzip: Encoder = (content) => gzipSync(content, { level: 9 });

const brotli =
  (quality: number): Encoder =>
  (content) =>
    brotliCompressSync(content, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: quality,
        [constants.BROTLI_PARAM_LGWIN]: quality === constants.BROTLI_MAX_QUALITY ? 24 : 22,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      },
    });

function cached(directory: string, content: Uint8Array, extension: string, encode: Encoder): Uint8Array {
  const path = join(directory, createHash('sha256').update(content).digest('hex') + extension);
  if (existsSync(path)) return readFileSync(path);
  const encoded = encode(content);
  writeFileSync(path, encoded);
  return encoded;
}
