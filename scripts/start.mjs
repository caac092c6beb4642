// `npm start`: sets everything up, serves the built demo and opens it. --no-open and --port N are understood.
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { buildDemo, root, setUp, stop } from './setup.mjs';

const { values } = parseArgs({
  options: { open: { type: 'boolean', default: true }, port: { type: 'string', default: '4173' } },
  allowNegative: true,
});
const port = Number(values.port);
if (!Number.isInteger(port) || port < 0 || port > 65535) stop(`--port takes 0 to 65535, not ${values.port}.`);

setUp();
buildDemo();

const { serve } = await import(`${root}demo/serve.mjs`);
const { url } = await serve({ port });
console.log(`\n  Foreword is ready: ${url}\n  Ctrl-C stops it.\n`);
if (values.open) openInBrowser(url);

function openInBrowser(address) {
  const opener = { darwin: 'open', win32: 'explorer' }[process.platform] ?? 'xdg-open';
  spawn(opener, [address], { stdio: 'ignore', detached: true })
    // Without a desktop there is nothing to open it in; the printed address is enough.
    .on('error', () => {})
    .unref();
}
