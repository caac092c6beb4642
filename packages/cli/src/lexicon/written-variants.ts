import { CommandFailure } from '../command.ts';

/** Pairs of two ways to write the same: `身分 身份`, the usual one last. */
export class WrittenVariants {
  readonly #pairs: readonly (readonly [variant: string, usual: string])[];

  /** `text`: a pair a line; what follows a `#` is a comment. Throws `CommandFailure` for other lines; `name` is the file's. */
  constructor(text: string, name: string) {
    this.#pairs = text.split('\n').flatMap((line, index) => {
      const fields = line
        .replace(/#.*/, '')
        .split(/\s+/)
        .filter((field) => field !== '');
      const [variant, usual] = fields;
      if (variant === undefined) return [];
      if (usual === undefined || fields.length > 2 || variant === usual) {
        throw new CommandFailure(
          `Line ${index + 1} of ${name} must hold two ways to write the same, such as "身分 身份", not ${JSON.stringify(line)}.`,
        );
      }
      return [[variant, usual] as const];
    });
  }

  /** The word as it is usually written; itself where no pair knows it otherwise. */
  usual(word: string): string {
    return this.#pairs.reduce((written, [variant, usual]) => written.replaceAll(variant, usual), word);
  }
}
