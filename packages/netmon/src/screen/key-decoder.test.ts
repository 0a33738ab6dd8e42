import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Key, KeyDecoder } from './key-decoder.ts';

/** Keys in short: names in brackets, text as it is. */
function shown(keys: readonly Key[]): string {
  return keys.map((key) => (key.kind === 'text' ? key.text : `[${key.name}]`)).join('');
}

function decode(chunks: readonly Uint8Array[]): string {
  const decoder = new KeyDecoder();
  return shown([...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.settle()]);
}

describe('keys', () => {
  it.each([
    ['letters', 'qB/', 'qB/'],
    ['UTF-8', 'é節😀', 'é節😀'],
    ['arrows', '\u001b[A\u001b[B\u001b[C\u001b[D', '[up][down][right][left]'],
    ['arrows in application mode', '\u001bOA\u001bOB', '[up][down]'],
    ['arrows with Ctrl and Shift', '\u001b[1;5A\u001b[1;2B', '[up][down]'],
    ['pages', '\u001b[5~\u001b[6~', '[page-up][page-down]'],
    ['Home and End of xterm', '\u001b[H\u001b[F', '[home][end]'],
    ['Home and End of tmux and the console', '\u001b[1~\u001b[4~', '[home][end]'],
    ['Home and End of rxvt', '\u001b[7~\u001b[8~', '[home][end]'],
    ['Tab and Shift-Tab', '\t\u001b[Z', '[tab][back-tab]'],
    ['Enter, of the key pad too', '\r\n\u001bOM', '[enter][enter][enter]'],
    ['both Backspaces', '\u007f\b', '[backspace][backspace]'],
    [
      'Ctrl-C, Ctrl-Z, Ctrl-L, Ctrl-U, Ctrl-\\',
      '\u0003\u001a\f\u0015\u001c',
      '[interrupt][suspend][redraw][erase-line][quit]',
    ],
    ['Escape alone', '\u001b', '[escape]'],
    ['Escape and a letter', '\u001bq', '[escape]q'],
    ['Escape twice', '\u001b\u001b', '[escape][escape]'],
    ['function keys, which mean nothing', '\u001b[15~\u001bOPx\u001b[[Ay', 'xy'],
    [
      'answers of terminals, which are no keys',
      '\u001b[?62;4c\u001b]11;rgb:0/0/0\u001b\\\u001b[12;40Rz',
      'z',
    ],
    ['control characters that mean nothing', '\u0001\u0007x', 'x'],
  ])('%s', (_, typed, expected) => {
    expect(decode([Buffer.from(typed)])).toBe(expected);
  });

  it('are the same however the bytes are cut into reads', () => {
    const pieces = fc.constantFrom(
      'q',
      'é',
      '節',
      '\u001b[A',
      '\u001bOB',
      '\u001b[6~',
      '\u001b[1;5C',
      '\r',
      '\u007f',
      '\u001b[?1;2c',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), fc.array(fc.nat(40)), (typed, cuts) => {
        const bytes = Buffer.from(typed.join(''));
        const places = [
          ...new Set([0, ...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length]),
        ].toSorted((a, b) => a - b);
        const chunks = places.slice(1).map((end, at) => bytes.subarray(places[at], end));
        expect(decode(chunks)).toBe(decode([bytes]));
      }),
    );
  });

  it('never fail, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), (chunks) => {
        expect(typeof decode(chunks)).toBe('string');
      }),
    );
  });

  it('say while they cannot tell Escape from the begin of a sequence', () => {
    const decoder = new KeyDecoder();
    expect([decoder.push(Buffer.from('\u001b')), decoder.undecided]).toEqual([[], true]);
    expect([shown(decoder.push(Buffer.from('[A'))), decoder.undecided]).toEqual(['[up]', false]);
  });
});
