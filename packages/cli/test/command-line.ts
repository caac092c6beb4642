import { runCommandLine } from '../src/run.ts';

/** What a command said and answered. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, quietly where it is asked for JSON. */
export async function foreword(...args: string[]): Promise<Outcome> {
  let [stdout, stderr] = ['', ''];
  const code = await runCommandLine(args, {
    stdout: (piece) => {
      stdout += piece;
    },
    stderr: (piece) => {
      stderr += piece;
    },
    signal: new AbortController().signal,
    quiet: args.includes('--json'),
  });
  return { code, stdout, stderr };
}
