import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeorotError } from '../error/heorot-error.ts';
import { isHostName, parseHostName } from './host-name.ts';

describe('parseHostName', () => {
  it.each([
    'localhost',
    'node1',
    'n1-ib1',
    '3',
    '03',
    'node_1',
    'x1000c0s0b0n0',
    'host.example.com',
    'host.example.com.',
    'xn--bcher-kva.example',
    '10.0.0.1',
    '255.255.255.255',
    '1.2.3',
    '::1',
    'fe80::1%eth0',
    'fe80::1%br-lan.100',
    '2001:db8::8:800:200c:417a',
    '::ffff:192.0.2.1',
    'a'.repeat(255),
  ])('accepts %j', (name) => {
    expect(parseHostName(name)).toBe(name);
  });

  it.each([
    ['', /is empty/, /name or an address/],
    ['-n1', /starts with '-' \(offset 0\)/, /option/],
    ['n1 n2', /a blank at offset 2/, /commas/],
    ['a;b', /';' at offset 1/, /letters/],
    ['host/../x', /'\/' at offset 4/, /letters/],
    ["n'1", /"'" at offset 1/, /letters/],
    ['root@n1', /'@' at offset 4/, /-l USER/],
    ['n[1-4]', /'\[' at offset 1/, /node sets/],
    ['n1\n', /a line feed at offset 2/, /blanks/],
    ['n\0', /a NUL at offset 1/, /letters/],
    ['n１', /U\+FF11 at offset 1/, /xn--/],
    ['büro', /U\+00FC at offset 1/, /xn--/],
    ['n😀', /U\+1F600 at offset 1/, /xn--/],
    ['10.0.0.256', /no IPv4/, /0 to 255/],
    ['010.0.0.1', /no IPv4/, /leading zeros/],
    ['node1:22', /no IPv6 address \(':' at offset 5\)/, /port/],
    ['fe80::1%', /no IPv6/, /fe80/],
    ['n1%eth0', /no IPv6/, /fe80/],
    ['.', /misplaced '\.' at offset 0/, /labels/],
    ['..', /misplaced '\.' at offset 0/, /labels/],
    ['a..b', /misplaced '\.' at offset 1/, /labels/],
    ['a.-b', /misplaced '\.' at offset 1/, /labels/],
    ['a'.repeat(256), /longer than 255/, /shorten/],
  ])('refuses %j, saying where', (text, message, hint) => {
    const error = refusal(text);
    expect(error.code).toBe('host-name-invalid');
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });

  it('shows unseen characters as codes, never raw, in its message', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!isHostName(text));
        expect(refusal(text).message).toMatch(/^[\x20-\x7e]+$/);
      }),
    );
  });

  it('accepts nothing that a shell or ssh could read as more than a name', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), almostNames), (text) => {
        const harmless = /^[A-Za-z0-9_:][A-Za-z0-9_.:%-]*$/.test(text);
        expect(isHostName(text) && !harmless).toBe(false);
      }),
    );
  });
});

/** Mostly letters of names, with now and then one that shells and ssh read as more. */
const almostNames = fc.string({ unit: fc.constantFrom(...Array.from('an1.:-_%$;/ `\n\u00e9')) });

function refusal(text: string): HeorotError {
  try {
    parseHostName(text);
  } catch (error) {
    if (error instanceof HeorotError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(text)} was accepted`);
}
