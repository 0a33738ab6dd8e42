import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { neutralise } from './neutralise.ts';

const shown = (text: string) => Buffer.from(neutralise(Buffer.from(text))).toString('latin1');

it.each([
  ['an escape sequence', '\u001b[31mred', '\\x1b[31mred'],
  ['a window title', '\u001b]0;title\u0007', '\\x1b]0;title\\x07'],
  ['a NUL and a rubout', 'a\u0000b\u007f', 'a\\x00b\\x7f'],
  ['a backspace', 'ab\b', 'ab\\x08'],
  ['a carriage return that would overwrite the prefix', 'a\rb\r\n', 'a\\x0db\r\n'],
  ['a carriage return at the very end', 'a\r', 'a\\x0d'],
])('%s is shown', (_, text, expected) => {
  expect(shown(text)).toBe(expected);
});

it.each([
  ['a C1 control in UTF-8 (CSI)', [0xc2, 0x9b, 0x33], '\\xc2\\x9b3'],
  ['a stray C1 byte', [0x41, 0x9b, 0x33], 'A\\x9b3'],
  ['a stray continuation byte that is no control', [0xa9], '\xa9'],
])('%s', (_, bytes, expected) => {
  expect(Buffer.from(neutralise(Uint8Array.from(bytes))).toString('latin1')).toBe(expected);
});

it('returns the same array when there is nothing to do', () => {
  for (const text of ['plain', 'tab\there\r\n', 'Grüße, 節点 🚀', '']) {
    const bytes = Buffer.from(text);
    expect(neutralise(bytes)).toBe(bytes);
  }
});

it('leaves every printable character of Unicode alone', () => {
  const printable = fc.string({ unit: 'binary' }).map((text) => text.replaceAll(/[\p{Cc}\p{Cs}]/gu, ''));
  fc.assert(
    fc.property(printable, (text) => {
      expect(Buffer.from(neutralise(Buffer.from(text))).toString()).toBe(text);
    }),
  );
});

it('lets no control byte but tab and newline through, whatever the input', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = Buffer.from(neutralise(bytes)).toString('utf8');
      // oxlint-disable-next-line no-control-regex -- control characters are the point
      expect(text.replaceAll('\r\n', '\n')).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    }),
  );
});

it('is idempotent', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const once = neutralise(bytes);
      expect(Buffer.from(neutralise(once))).toEqual(Buffer.from(once));
    }),
  );
});
