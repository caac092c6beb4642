import { open } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';

/** A piece of a text, in order. */
export interface TextPiece {
  readonly text: string;
  /** Bytes of the file read so far. */
  readonly bytesRead: number;
}

/**
 * Streams a UTF-8 file in pieces of about a megabyte. A byte order mark is dropped, bytes that are no UTF-8 (lone
 * surrogates among them) become U+FFFD, and no character is cut in two.
 */
export async function* readText(path: string): AsyncGenerator<TextPiece> {
  const file = await open(path);
  try {
    const decoder = new StringDecoder('utf8');
    const buffer = Buffer.allocUnsafe(PIECE_BYTES);
    let bytesRead = 0;
    for (;;) {
      const { bytesRead: read } = await file.read(buffer, 0, PIECE_BYTES);
      let text = read === 0 ? decoder.end() : decoder.write(buffer.subarray(0, read));
      if (bytesRead === 0 && text.startsWith('\ufeff')) text = text.slice(1);
      bytesRead += read;
      if (text !== '') yield { text, bytesRead };
      if (read === 0) return;
    }
  } finally {
    await file.close();
  }
}

const PIECE_BYTES = 1 << 20;
