import { type ParseArgsConfig, parseArgs } from 'node:util';

/** What a command may touch of the process it runs in: tests hand in their own. */
export interface CommandIo {
  /** The command's answer, as it should stand in a pipe: the caller ends its own lines. */
  stdout(text: string): void;
  /** Everything said to a person: notes, progress, errors. */
  stderr(text: string): void;
  /** Aborted by Ctrl-C. Long loops look at it through `createPacer`. */
  readonly signal: AbortSignal;
  /** True: nothing on stderr but errors. */
  readonly quiet: boolean;
  /** True: progress bars may be drawn on stderr. Default false. */
  readonly showsProgress?: boolean;
}

/** One subcommand. Resolves to the exit code: 0 done, 1 the world's failure, 2 the caller's mistake. */
export type CommandRun = (argv: string[], io: CommandIo) => Promise<number>;

/** The caller's mistake on the command line: exit code 2, the message and where to find help. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The world's failure, told in one sentence that names the file and what to do: exit code 1. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}

/** Node's `parseArgs`, strict, with its errors as `UsageError`. `--help` is always allowed. */
export function parseCommandLine<const O extends NonNullable<ParseArgsConfig['options']>>(
  argv: string[],
  options: O,
): ReturnType<typeof parseArgs<{ options: O & typeof helpOption; allowPositionals: true }>> {
  try {
    return parseArgs({ args: argv, options: { ...options, ...helpOption }, allowPositionals: true });
  } catch (error) {
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
      throw new UsageError(firstSentence(error.message), { cause: error });
    }
    throw error;
  }
}

/** Reads a whole number given on the command line. Throws `UsageError` naming the option when it is none or out of range. */
export function parseCount(
  option: string,
  value: string,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): number {
  const count = Number(value);
  if (!/^\d+$/.test(value) || count < least || count > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `from ${least} to ${most}`;
    throw new UsageError(`--${option} takes a whole number, ${range}, not "${value}".`);
  }
  return count;
}

const helpOption = { help: { type: 'boolean', short: 'h' } } as const;

/** Node's messages go on to explain `--`; the first sentence is enough. */
function firstSentence(message: string): string {
  return /^.*?\.(?=\s|$)/.exec(message)?.[0] ?? `${message}.`;
}
