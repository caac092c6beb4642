import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { CommandFailure } from '../command.ts';
import type { TextToType } from './evaluation.ts';

/**
 * Reads a text to evaluate, a phrase or paragraph a line: UTF-8, with or without byte-order mark, any line ends. Bytes that are no
 * UTF-8 become U+FFFD, which no rule types. Throws `CommandFailure` when it holds no letter or digit.
 */
export async function readTextToType(file: string, limitLines: number = Number.POSITIVE_INFINITY): Promise<TextToType> {
  const bytes = await readFile(file);
  const lines = new TextDecoder().decode(bytes).split(/\r\n|[\n\r\u2028\u2029]/);
  const written = lines.filter((line) => /[\p{L}\p{N}]/u.test(line)).slice(0, limitLines);
  if (written.length === 0) throw new CommandFailure(`${file} holds no words. Give a text file with a phrase a line.`);
  return { file, sha256: createHash('sha256').update(bytes).digest('hex'), lines: written };
}
