// Serves a page with nothing on it but the script page.js, and folders: those of the script, of a pack, of an exported GPT.
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

const types = {
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
};

const page =
  '<!doctype html><html lang="en"><meta charset="utf-8"><title>Benchmark</title><script type="module" src="/page.js"></script>';

/**
 * Isolated from other origins, without which a browser's clock shows a tenth of a millisecond at best.
 * @param {Readonly<Record<string, string>>} folders by the path that each is served under: `/`, `/pack/`
 * @returns {Promise<{ url: string, close(): Promise<void> }>}
 */
export async function serve(folders) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    if (path === '/') {
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(page);
      return;
    }
    const file = fileOf(folders, path);
    const info = file && statSync(file, { throwIfNoEntry: false });
    if (!info?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'Content-Type': types[extname(file)] ?? 'application/octet-stream',
      'Content-Length': info.size,
    });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, 'localhost', resolve));
  return {
    url: `http://localhost:${server.address().port}/`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** The file of a path under the longest prefix that is served. Null where it leads out of the folder. */
function fileOf(folders, path) {
  const prefixes = Object.keys(folders).sort((a, b) => b.length - a.length);
  const prefix = prefixes.find((start) => path.startsWith(start));
  if (prefix === undefined) return null;
  const folder = normalize(`${folders[prefix]}${sep}`);
  const file = normalize(join(folder, path.slice(prefix.length)));
  return file.startsWith(folder) ? file : null;
}
