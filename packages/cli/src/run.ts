import { constants } from 'node:os';
import { type CommandIo, type CommandRun, UsageError } from './command.ts';
import { failureMessage } from './failure.ts';

/** Runs one command line and resolves to its exit code. Errors become one line on `io.stderr`. */
export async function runCommandLine(argv: string[], io: CommandIo): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? io.stderr : io.stdout)(usage);
    return name === undefined ? 2 : 0;
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  try {
    if (entry === undefined)
      throw new UsageError(`There is no command "${name}". Commands: ${Object.keys(commands).join(', ')}.`);
    const command = await entry.load();
    return await command(rest, io);
  } catch (error) {
    if (io.signal.aborted) return 128 + constants.signals.SIGINT;
    if (error instanceof UsageError) {
      io.stderr(`foreword: ${error.message} See "foreword${entry === undefined ? '' : ` ${name}`} --help".\n`);
      return 2;
    }
    io.stderr(`foreword ${name}: ${failureMessage(error)}\n`);
    return 1;
  }
}

/** A subcommand as `foreword --help` lists it. Loaded only when called: a question should not wait for the trainer. */
interface CommandEntry {
  readonly summary: string;
  load(): Promise<CommandRun>;
}

const commands: Readonly<Record<string, CommandEntry>> = {
  train: {
    summary: 'estimate an n-gram model from texts and build a pack',
    load: async () => (await import('./train/command.ts')).trainCommand,
  },
  evaluate: {
    summary: 'type texts with an ideal user and score a model',
    load: async () => (await import('./evaluate/command.ts')).evaluateCommand,
  },
  add: {
    summary: 'add neural models to a pack',
    load: async () => (await import('./add-command.ts')).addCommand,
  },
  mix: {
    summary: 'learn what the models of a mixture should weigh',
    load: async () => (await import('./mix/command.ts')).mixCommand,
  },
  ask: {
    summary: 'rank the candidates for a line, with their evidence',
    load: async () => (await import('./ask-command.ts')).askCommand,
  },
  inspect: {
    summary: 'say what a pack or n-gram file holds',
    load: async () => (await import('./inspect-command.ts')).inspectCommand,
  },
  verify: {
    summary: "check a pack's bytes, its n-grams and its reported scores",
    load: async () => (await import('./verify-command.ts')).verifyCommand,
  },
  import: {
    summary: 'make a pack of an ARPA file or of counted n-grams',
    load: async () => (await import('./import/command.ts')).importCommand,
  },
  tokenize: {
    summary: 'print the sentences and words that the models read in texts',
    load: async () => (await import('./tokenize-command.ts')).tokenizeCommand,
  },
  segment: {
    summary: 'choose the words of a Chinese lexicon and divide texts into them',
    load: async () => (await import('./lexicon/segment-command.ts')).segmentCommand,
  },
  pinyin: {
    summary: 'write how the words of a Chinese n-gram file are read',
    load: async () => (await import('./lexicon/pinyin-command.ts')).pinyinCommand,
  },
  export: {
    summary: 'write an n-gram model as ARPA, or its word counts',
    load: async () => (await import('./export-command.ts')).exportCommand,
  },
};

const usage = `Usage: foreword COMMAND [OPTIONS]

Commands:
${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`)
  .join('\n')}

Every command takes --help, --quiet (errors only) and --progress (progress bars even where stderr is no terminal).
Exit codes: 0 done, 1 failed, 2 used wrongly, 130 stopped by Ctrl-C.
`;
