#!/usr/bin/env node
import { failureMessage } from './failure.ts';
import { runCommandLine } from './run.ts';

const GRACE_MS = 2000;

const { argv, quiet, progress } = takeSwitches(process.argv.slice(2));

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough (`foreword ask … | head -1`) is no failure.
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`foreword: ${failureMessage(Object.assign(error, { path: 'Standard output' }))}\n`);
  process.exit(1);
});

process.exitCode = await runCommandLine(argv, {
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  signal: interruptSignal(),
  quiet,
  showsProgress: progress || process.stderr.isTTY === true,
});

/** Takes `--quiet`, `-q` and `--progress` out of the arguments, wherever they stand before `--`. */
function takeSwitches(argv: readonly string[]): { argv: string[]; quiet: boolean; progress: boolean } {
  const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
  const switches = argv.slice(0, end);
  const isSwitch = (argument: string) => argument === '--quiet' || argument === '-q' || argument === '--progress';
  return {
    argv: [...switches.filter((argument) => !isSwitch(argument)), ...argv.slice(end)],
    quiet: switches.includes('--quiet') || switches.includes('-q'),
    progress: switches.includes('--progress'),
  };
}

/** The first Ctrl-C asks the command to tidy up and stop; the second, or two seconds, ends the process. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    // Not process.exit: it would wait for a read from a pipe that nobody feeds, which cannot be called off.
    const die = () => {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    };
    process.on(signal, () => {
      if (controller.signal.aborted) die();
      controller.abort(new Error('Interrupted.'));
      setTimeout(die, GRACE_MS).unref();
    });
  }
  return controller.signal;
}
