// Everything a fresh clone needs: the pinned pnpm, the packages, the compiled libraries.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

// Not the `packageManager` field of package.json: pnpm would then want itself in the lock file as well.
const pnpmVersion = '12.21.0';

/** Runs a command in the repository root; returns its exit code, 127 when it cannot be started. */
export function run(command, args, { env = {}, quiet = false } = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: quiet ? 'ignore' : 'inherit',
    // npm and npx are .cmd files on Windows, which only a shell can start.
    shell: process.platform === 'win32',
  });
  return result.error ? 127 : (result.status ?? 1);
}

/** Like `run`, but ends this program with a sentence when the command fails. */
export function must(what, command, args, options) {
  const code = run(command, args, options);
  if (code !== 0) stop(`${what} failed: \`${[command, ...args].join(' ')}\` exited with ${code}.`);
}

export function stop(message) {
  console.error(`\n${message}`);
  process.exit(1);
}

/** Runs the pinned pnpm: the one on the PATH when its version fits, else fetched by npm. */
export function pnpm(args, options) {
  return run(...pnpmCommand(args), options);
}

function pnpmCommand(args) {
  const onPath = spawnSync('pnpm', ['--version'], { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' });
  if (onPath.status === 0 && onPath.stdout.trim() === pnpmVersion) return ['pnpm', args];
  return ['npx', ['--yes', `pnpm@${pnpmVersion}`, ...args]];
}

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  stop(`Node ${process.versions.node} was found; Foreword needs 20.19 or newer. Install it from nodejs.org.`);
}

/** Installs the packages of the lock file and compiles the libraries and the command line. */
export function setUp() {
  requireNode();
  must('Installing the packages', ...pnpmCommand(['install', '--frozen-lockfile', '--reporter=append-only']));
  must('Compiling', ...pnpmCommand(['exec', 'tsc', '-b']));
}

/** Builds the demo page into demo/dist. */
export function buildDemo() {
  must('Building the demo', ...pnpmCommand(['--filter', '@foreword/demo', 'build']));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  setUp();
  buildDemo();
}
