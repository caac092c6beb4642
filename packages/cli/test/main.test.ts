import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const main = join(packageFolder, 'dist/main.js');
const arpa = fileURLToPath(new URL('../../core/test/fixtures/kenlm/tiny.o3.arpa', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'foreword-cli-test-'));

/** Runs the built program. */
function foreword(args: readonly string[], input = ''): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', input });
  return { code: status, stdout, stderr };
}

beforeAll(() => {
  // The built bundle is what is tested; an up-to-date one is left as it is.
  execFileSync(process.execPath, [join(packageFolder, '../../node_modules/typescript/bin/tsc'), '-b', packageFolder]);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the built program', () => {
  it('exits with 0, 1 or 2 and keeps errors off standard output', () => {
    expect(foreword(['inspect', '--json', arpa])).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^\{.*\}\n$/),
      stderr: '',
    });
    expect(foreword(['inspect', join(folder, 'none')])).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/does not exist/),
    });
    expect(foreword(['inspect'])).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(/No pack was named/) });
  }, 30_000);

  it('is quiet when told to, and draws no bar where stderr is no terminal', () => {
    const out = join(folder, 'quiet.bin');
    expect(foreword(['import', '--quiet', '--out', out, arpa])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(foreword(['import', '--out', out, arpa]).stderr).toMatch(/^Wrote .*quiet\.bin: [^\r]*\n$/);
  }, 30_000);

  it('asks for each line of standard input', () => {
    const { stdout } = foreword(['ask', '--pack', arpa], 'the \nin \n');
    expect(stdout).toMatch(/^the │\n {2}1 {2}/);
    expect(stdout).toMatch(/^in │$/m);
  }, 30_000);

  it('loses no line that comes while models are still being opened', () => {
    const pack = join(packageFolder, '../pack-zh');
    const { code, stdout } = foreword(['ask', '--pack', pack, '--pinyin', '--model', 'mixture'], 'nihao\nbeijing\n');
    expect(stdout).toMatch(/^ni'hao\n {2}1 {2}你好 {2}/);
    expect(stdout).toMatch(/^bei'jing\n {2}1 {2}北京 {2}/m);
    expect(code).toBe(0);
  }, 60_000);

  it.runIf(existsSync('/dev/full'))(
    'exits with 1 on a full disk',
    () => {
      const { status, stderr } = shell(`"${process.execPath}" "${main}" export "${arpa}" > /dev/full`);
      expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/disk is full/) });
    },
    30_000,
  );

  it('ends in silence when its reader has seen enough', () => {
    expect(shell(`"${process.execPath}" "${main}" export "${arpa}" | head -1`)).toMatchObject({
      status: 0,
      stderr: '',
    });
  }, 30_000);

  it('leaves nothing half-written when it is interrupted', async () => {
    // A pipe that nobody feeds keeps the program waiting until the signal.
    const pipe = join(folder, 'slow.arpa');
    execFileSync('mkfifo', [pipe]);
    const child = spawn(process.execPath, [main, 'import', '--out', join(folder, 'new', 'x'), pipe]);
    const writer = createWriteStream(pipe);
    await once(writer, 'open');
    writer.write('\\data\\\n');
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
    });
    child.kill('SIGINT');
    const [code, signal] = await once(child, 'exit');
    writer.destroy();
    // 130 is also what a shell makes of the signal.
    expect({ status: signal === 'SIGINT' ? 130 : code, stderr }).toEqual({ status: 130, stderr: '' });
    expect(existsSync(join(folder, 'new'))).toBe(false);
  }, 30_000);
});

function shell(command: string): { status: number | null; stderr: string } {
  return spawnSync('sh', ['-c', command], { encoding: 'utf8' });
}
