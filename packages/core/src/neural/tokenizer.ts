import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { PredictionError } from '../errors.ts';
import type { Tokenizer } from './backend.ts';
import { Recent } from './recent.ts';

/** Options of `openTokenizer`. */
export interface OpenTokenizerOptions {
  /** The token that stands before each document. Default: `<|endoftext|>`, or another usual one that the file has. */
  readonly startToken?: string;
}

/**
 * Opens a `tokenizer.json` of Hugging Face's `tokenizers`: byte-level BPE as GPT-2 and Foreword's models have it, or one with `▁` for
 * the space as Llama's. Text never becomes a special token, not even `<|endoftext|>` typed out. Lone surrogates count as U+FFFD.
 * Throws `PredictionError` `file-malformed`.
 */
export function openTokenizer(json: Uint8Array, options: OpenTokenizerOptions = {}): Tokenizer {
  return new JsonTokenizer(parse(json), options);
}

class JsonTokenizer implements Tokenizer {
  readonly size: number;
  readonly endOfText: number;
  readonly #library: HuggingFaceTokenizer;
  readonly #tokens: readonly (string | undefined)[];
  readonly #specialIds: ReadonlySet<number>;
  readonly #isByteLevel: boolean;
  /** Ids of the pieces of text that came lately; null where texts may not be cut into pieces. */
  readonly #pieces: Recent<readonly number[]> | null;

  constructor(file: TokenizerFile, { startToken }: OpenTokenizerOptions) {
    this.#tokens = tokensById(file);
    this.size = this.#tokens.length;
    const specials = file.added_tokens.filter(({ special }) => special);
    this.#specialIds = new Set(specials.map(({ id }) => id));
    this.endOfText = startId(this.#tokens, specials, startToken);
    this.#isByteLevel = /"type":"ByteLevel"/.test(JSON.stringify([file.pre_tokenizer, file.decoder]));
    try {
      this.#library = new HuggingFaceTokenizer(asRustReadsIt(file), {});
      this.#pieces = this.#mayCut() ? new Recent(4096) : null;
    } catch (error) {
      throw malformed(`could not be opened: ${error instanceof Error ? error.message : error}`, error);
    }
  }

  encode(text: string): Int32Array {
    const pieces = this.#pieces;
    if (pieces === null) return Int32Array.from(this.#encodeWhole(text));
    const ids: number[] = [];
    for (const piece of text.split(BETWEEN_WORDS)) {
      let known = pieces.get(piece);
      if (known === undefined) {
        known = this.#encodeWhole(piece);
        if (piece.length <= MOST_KEPT) pieces.set(piece, known);
      }
      for (const id of known) ids.push(id);
    }
    return Int32Array.from(ids);
  }

  bytes(id: number): Uint8Array {
    const token = this.#tokens[id];
    if (token === undefined || this.#specialIds.has(id)) return new Uint8Array(0);
    if (this.#isByteLevel) return Uint8Array.from(token, (character) => byteOf.get(character) ?? QUESTION_MARK);
    const byte = /^<0x([0-9A-F]{2})>$/.exec(token);
    if (byte !== null) return Uint8Array.of(Number.parseInt(byte[1]!, 16));
    return new TextEncoder().encode(token.replaceAll('▁', ' '));
  }

  decode(ids: ArrayLike<number>): string {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    let text = '';
    for (let index = 0; index < ids.length; index++) text += decoder.decode(this.bytes(ids[index]!), { stream: true });
    return text + decoder.decode();
  }

  #encodeWhole(text: string): number[] {
    return this.#library.encode(text.replace(LONE_SURROGATE, '\ufffd'), { add_special_tokens: false }).ids;
  }

  /**
   * Whether a text has the ids of its pieces, cut before a space between two letters. It has with byte-level BPE; it has not where a
   * sign is put before every text that is not the space itself. Tried here, not deduced from the file.
   */
  #mayCut(): boolean {
    return SAMPLES.every((text) => {
      const pieces = text.split(BETWEEN_WORDS).flatMap((piece) => this.#encodeWhole(piece));
      return pieces.join() === this.#encodeWhole(text).join();
    });
  }
}

const BETWEEN_WORDS = /(?<=\p{L})(?= \p{L})/u;
const LONE_SURROGATE = /\p{Surrogate}/gu;
const QUESTION_MARK = 0x3f;

/** Longest piece that is kept, in UTF-16 code units: pasted text without spaces is not. */
const MOST_KEPT = 200;

const SAMPLES = [
  'Hello world it is fine',
  "don't I'll we’re “quoted words” and so on",
  'A line\nB line and C  two spaces d',
  'naïve café résumé 你好 世界 привет мир',
  'x 1 y 22 z',
];

/** The file's parts that are read here. */
interface TokenizerFile {
  readonly added_tokens: readonly AddedToken[];
  readonly normalizer?: unknown;
  readonly pre_tokenizer?: unknown;
  readonly decoder?: unknown;
  readonly model: { readonly vocab: Readonly<Record<string, number>> | readonly (readonly [string, number])[] };
}

interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
}

function parse(bytes: Uint8Array): TokenizerFile {
  let file: Partial<TokenizerFile> | null;
  try {
    file = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const start = JSON.stringify(new TextDecoder().decode(bytes.subarray(0, 20)));
    throw malformed(`is not JSON: it has ${bytes.length} bytes and starts with ${start}`, error);
  }
  const vocab = file?.model?.vocab;
  if (file?.model === undefined || typeof vocab !== 'object' || vocab === null) throw malformed('has no "model.vocab"');
  const added = file.added_tokens ?? [];
  const isList = Array.isArray(added) && added.every((token) => isId(token?.id) && typeof token.content === 'string');
  if (!isList) throw malformed('has "added_tokens" that are no list of ids and contents');
  return { ...file, model: file.model, added_tokens: added };
}

/** Most ids a vocabulary may have: the largest in use have 262,144. */
const MOST_TOKENS = 2_000_000;

function isId(id: unknown): id is number {
  return Number.isInteger(id) && (id as number) >= 0 && (id as number) < MOST_TOKENS;
}

function tokensById({ model: { vocab }, added_tokens }: TokenizerFile): (string | undefined)[] {
  const tokens: string[] = [];
  const set = (token: unknown, id: unknown) => {
    if (typeof token !== 'string' || !isId(id)) throw malformed(`has ${JSON.stringify(token)} with the id ${id}`);
    tokens[id] = token;
  };
  if (Array.isArray(vocab)) for (const [id, entry] of vocab.entries()) set(entry?.[0], id);
  else for (const [token, id] of Object.entries(vocab)) set(token, id);
  for (const { id, content } of added_tokens) set(content, id);
  return tokens;
}

const START_TOKENS = [
  '<|endoftext|>',
  '<|begin_of_text|>',
  '<|startoftext|>',
  '<bos>',
  '<s>',
  '</s>',
  '<|end_of_text|>',
];

function startId(
  tokens: readonly (string | undefined)[],
  specials: readonly AddedToken[],
  startToken: string | undefined,
): number {
  if (startToken !== undefined) {
    const id = tokens.indexOf(startToken);
    if (id < 0) throw new RangeError(`startToken must be a token of the tokenizer, not "${startToken}"`);
    return id;
  }
  for (const name of START_TOKENS) {
    const special = specials.find(({ content }) => content === name);
    if (special !== undefined) return special.id;
  }
  const names = specials.map(({ content }) => content).join(' ') || 'none at all';
  throw malformed(`has none of the usual tokens that stand before a document (its special ones: ${names}); name it`);
}

/**
 * The file, put in terms that the library takes as the Rust original takes the file: there `Prepend` leaves an empty text empty,
 * and `Strip` takes U+FEFF for no white space. Without special tokens text is only text.
 */
function asRustReadsIt(file: TokenizerFile): object {
  return {
    ...file,
    added_tokens: file.added_tokens.filter(({ special }) => !special),
    normalizer: rewritten(file.normalizer),
  };
}

function rewritten(normalizer: unknown): unknown {
  const { type, ...rest } = (normalizer ?? {}) as Record<string, unknown> & { type?: string };
  if (type === 'Sequence' && Array.isArray(rest['normalizers'])) {
    return { type, normalizers: rest['normalizers'].flatMap(rewritten) };
  }
  if (type === 'Prepend') return replace('\\A(?=[\\s\\S])', rest['prepend']);
  if (type === 'Strip') {
    return {
      type: 'Sequence',
      normalizers: [
        ...(rest['strip_left'] ? [replace('\\A\\p{White_Space}+', '')] : []),
        ...(rest['strip_right'] ? [replace('\\p{White_Space}+\\z', '')] : []),
      ],
    };
  }
  return normalizer;
}

function replace(pattern: string, content: unknown): object {
  return { type: 'Replace', pattern: { Regex: pattern }, content };
}

/** GPT-2's way of writing bytes as visible characters: printable ones stand for themselves, the others follow from U+0100. */
const byteOf: ReadonlyMap<string, number> = new Map(
  (() => {
    const isPrintable = (byte: number) => (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    let next = 0x100;
    return Array.from({ length: 256 }, (_, byte): [string, number] => [
      String.fromCharCode(isPrintable(byte) ? byte : next++),
      byte,
    ]);
  })(),
);

function malformed(what: string, cause?: unknown): PredictionError {
  return new PredictionError('file-malformed', `The tokenizer.json ${what}.`, { cause });
}
