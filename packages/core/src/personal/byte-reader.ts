import { PredictionError } from '../errors.ts';

/** Reads what `ByteWriter` wrote. Throws `PredictionError` `file-malformed` where the bytes end too early or say what cannot be. */
export class ByteReader {
  readonly bytes: Uint8Array;
  /** The byte to be read next. */
  place = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.place === this.bytes.length;
  }

  byte(): number {
    if (this.place >= this.bytes.length)
      throw malformedValue(`it ends after ${this.bytes.length} bytes, in the middle`);
    return this.bytes[this.place++]!;
  }

  uint32(): number {
    return (this.byte() | (this.byte() << 8) | (this.byte() << 16) | (this.byte() << 24)) >>> 0;
  }

  varint(): number {
    let byte = this.byte();
    if (byte < 128) return byte;
    let value = byte & 127;
    for (let unit = 128; byte >= 128; unit *= 128) {
      byte = this.byte();
      value += (byte & 127) * unit;
      if (value > Number.MAX_SAFE_INTEGER || unit > 2 ** 49) {
        throw malformedValue(`a number at byte ${this.place} is too great`);
      }
    }
    return value;
  }

  /** A varint that must be below `bound`. */
  below(bound: number, what: string): number {
    const value = this.varint();
    if (value >= bound) throw malformedValue(`byte ${this.place} ends ${what} ${value}, of which there are ${bound}`);
    return value;
  }

  /** Goes past so many bytes; returns where they start. */
  skip(length: number): number {
    const start = this.place;
    if (length > this.bytes.length - start) throw malformedValue(`${length} bytes should follow byte ${start}`);
    this.place += length;
    return start;
  }

  text(): string {
    const length = this.varint();
    const start = this.skip(length);
    return decoder.decode(this.bytes.subarray(start, start + length));
  }

  list<T>(read: () => T): T[] {
    const length = this.varint();
    if (length > this.bytes.length - this.place) throw malformedValue(`a list of ${length} cannot fit in it`);
    return Array.from({ length }, read);
  }
}

/** The error for a stored value that is not what it should be. */
export function malformedValue(found: string): PredictionError {
  return new PredictionError('file-malformed', `A stored value of the personal model cannot be used: ${found}.`);
}

const decoder = new TextDecoder();
