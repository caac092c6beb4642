// Serves the built page: `node serve.mjs [--port N] [--host NAME] [--root FOLDER]`.
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { securityHeaders } from './headers.mjs';

const types = {
  '.bin': 'application/octet-stream',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

const encodings = [
  ['br', '.br'],
  ['gzip', '.gz'],
];

/**
 * Serves a folder on this machine, with the security headers of the page and the compressed copies the build made.
 * When `port` is taken it tries the next ones, up to ten; 0 lets the system choose.
 * @param {{ port?: number, host?: string, root?: string }} [options]
 * @returns {Promise<{ url: string, close(): Promise<void> }>}
 */
export async function serve({ port = 4173, host = 'localhost', root } = {}) {
  const folder = root ?? fileURLToPath(new URL('dist/', import.meta.url));
  if (!isFile(join(folder, 'index.html'))) {
    throw new Error(`${folder} holds no index.html. Build the page first: pnpm --filter @foreword/demo build`);
  }
  const server = createServer((request, response) => respond(folder, request, response));
  await listen(server, port, host);
  return {
    url: `http://${host}:${server.address().port}/`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function listen(server, port, host) {
  const last = port === 0 ? 0 : port + 10;
  for (let candidate = port; ; candidate++) {
    try {
      return await new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(candidate, host, () => {
          server.off('error', reject);
          resolve();
        });
      });
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || candidate >= last) throw error;
    }
  }
}

function respond(folder, request, response) {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405);
  const path = filePath(folder, request.url ?? '/');
  const info = path === null ? null : isFile(path);
  if (!info) return refuse(response, 404);

  const { file, size, encoding } = chooseEncoding(path, info, request.headers['accept-encoding'] ?? '');
  const tag = `"${info.mtimeMs.toString(36)}-${size.toString(36)}"`;
  response.setHeader('ETag', tag);
  response.setHeader('Vary', 'Accept-Encoding');
  response.setHeader('Cache-Control', isHashed(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
  if (request.headers['if-none-match'] === tag) return response.writeHead(304).end();
  response.setHeader('Content-Type', types[extname(path)] ?? 'application/octet-stream');
  response.setHeader('Content-Length', size);
  if (encoding) response.setHeader('Content-Encoding', encoding);
  if (request.method === 'HEAD') return response.end();
  createReadStream(file, { highWaterMark: 1 << 20 })
    .on('error', () => response.destroy())
    .pipe(response);
}

function refuse(response, status) {
  response.writeHead(status, { 'Content-Type': 'text/plain' }).end(status === 404 ? 'Not found\n' : 'Only GET\n');
}

/** The file a request asks for. Null when its path is malformed or leads out of the folder. */
function filePath(folder, requestUrl) {
  try {
    const pathname = decodeURIComponent(new URL(requestUrl, 'http://localhost').pathname);
    if (pathname.includes('\0')) return null;
    const path = normalize(join(folder, pathname.endsWith('/') ? `${pathname}index.html` : pathname));
    return path.startsWith(normalize(folder).replace(/[\\/]?$/, sep)) ? path : null;
  } catch {
    return null;
  }
}

function isFile(path) {
  const info = statSync(path, { throwIfNoEntry: false });
  return info?.isFile() ? info : null;
}

function isHashed(path) {
  return /[\\/](assets|packs)[\\/]/.test(path);
}

/** The smallest of the file and its compressed copies that the browser takes. */
function chooseEncoding(path, info, accepted) {
  const names = accepted.split(',').map((part) => part.trim().split(';')[0]);
  let smallest = { file: path, size: info.size, encoding: null };
  for (const [encoding, extension] of encodings) {
    const compressed = names.includes(encoding) ? isFile(path + extension) : null;
    if (compressed && compressed.size < smallest.size) {
      smallest = { file: path + extension, size: compressed.size, encoding };
    }
  }
  return smallest;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, host: { type: 'string' }, root: { type: 'string' } },
  });
  const { url } = await serve({
    ...(values.port && { port: Number(values.port) }),
    ...(values.host && { host: values.host }),
    ...(values.root && { root: values.root }),
  });
  console.log(`Foreword is ready: ${url}`);
}
