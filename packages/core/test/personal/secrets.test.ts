import { describe, expect, it } from 'vitest';
import { isSecret } from '../../src/personal/secrets.ts';

describe('isSecret', () => {
  it.each([
    'hello',
    "don't",
    'Zorblax',
    'McDonald',
    'iPhone',
    'JavaScript',
    'GraphQL',
    'well-known',
    'mp3',
    'covid19',
    'utf8',
    'h264',
    'naïve',
    'Łódź',
    'LattePanda',
    'corticallabs',
    'misrepresentations',
    'internationalization',
    'Donaudampfschifffahrt',
    'iOS17',
    'B2B',
    '你好',
    'PaaS',
  ])('lets %s be learned', (word) => {
    expect(isSecret(word)).toBe(false);
  });

  it.each([
    ['numbers', '7'],
    ['PINs', '4711'],
    ['one-time codes', '482913'],
    ['telephone numbers', '0171-5550199'],
    ['card numbers', '4111-1111-1111-1111'],
    ['times', '7:30'],
    ['passwords', 'Tr0ub4dor'],
    ['passwords', 'p4ssw0rd'],
    ['short passwords', 'a1b2c3'],
    ['API keys', 'sk-9fK2xQ7LmZp4'],
    ['access keys', 'AKIAIOSFODNN7EXAMPLE'],
    ['base64', 'dGhpcyBpcyBhIHNlY3JldA'],
    ['hexadecimal digests', 'e3b0c44298fc1c14'],
    ['hexadecimal digests', 'deadbeef01'],
    ['UUIDs', '123e4567-e89b-12d3-a456-426614174000'],
    ['random letters', 'xkcdqzwvbnmpltrgh'],
    ['anything endless', 'a'.repeat(49)],
    ['nothing', ''],
  ])('keeps %s out: %s', (_, word) => {
    expect(isSecret(word)).toBe(true);
  });

  it.each(['someone@example.org', 'https://example.org/a?b=c', 'www.example.org', 'example.com'])(
    'keeps the address %s out unless addresses are asked for',
    (address) => {
      expect(isSecret(address)).toBe(true);
      expect(isSecret(address, { addresses: true })).toBe(false);
    },
  );
});
