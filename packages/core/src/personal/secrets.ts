/** What may be learned beyond plain words. */
export interface LearningScope {
  /** E-mail addresses and URLs. Default false. */
  readonly addresses?: boolean;
}

/**
 * Whether a word must not be learned, as it was written: numbers (telephone, card, PIN, one-time code), keys and passwords by their look,
 * and, unless they are asked for, e-mail addresses and URLs. Such a word is not remembered as the context of the next one either.
 */
export function isSecret(written: string, scope: LearningScope = {}): boolean {
  if (written.length > LONGEST) return true;
  if (isAddress(written)) return scope.addresses !== true;
  if (!/\p{L}/u.test(written)) return true;
  return hasLongNumber(written) || looksLikeKey(written);
}

/** Longer words are keys, hashes and accidents. */
const LONGEST = 48;

function isAddress(written: string): boolean {
  return /@|:\/\/|^www\./iu.test(written) || /[\p{L}\p{N}]\.(?:com|org|net|io|dev|edu|gov|co)(?:\/|$)/iu.test(written);
}

/** Five digits, whatever stands between them. */
function hasLongNumber(written: string): boolean {
  return (written.match(/\p{N}/gu)?.length ?? 0) >= 5;
}

/**
 * Letters, digits and cases mixed as nobody mixes them in words. Of eight and more characters, those are keys that change between letters and digits,
 * or from small letters to capitals, three times and more; of sixteen and more those that are as random as base64 or hexadecimal
 * digits: 3.5 bits a character (Shannon 1948) and few vowels.
 */
function looksLikeKey(written: string): boolean {
  if (written.length < 8) return /\p{L}\p{N}+\p{L}+\p{N}/u.test(written);
  const changes = written.match(/(?<=\p{L})\p{N}|(?<=\p{N})\p{L}|(?<=\p{Ll})\p{Lu}/gu)?.length ?? 0;
  if (changes >= 3 || (changes >= 2 && /\p{N}\p{L}+\p{N}|\p{L}\p{N}+\p{L}/u.test(written))) return true;
  if (/^[0-9a-f-]+$/i.test(written) && /\d/.test(written)) return true;
  if (written.length < 16 || !/^[\w+/=-]+$/.test(written)) return false;
  const vowels = written.match(/[aeiouy]/gi)?.length ?? 0;
  return entropy(written) >= 3.5 && vowels / written.length < 0.2;
}

/** Bits a character, by the characters' shares in the text. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
