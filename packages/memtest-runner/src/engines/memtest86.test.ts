// The screens are real serial output of memtest86+ 6.10 in an emulated machine; in one a bit of its memory was held at 0.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { badPages } from '../bad-memory/bad-pages.ts';
import { isMemtest86Log, readMemtest86Log } from './memtest86-log.ts';
import { memtest86Position, readMemtest86Screen } from './memtest86-screen.ts';
import { showOnScreen, TerminalScreen } from './terminal-screen.ts';

const fixture = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../test/fixtures/engines', name), 'latin1');

describe('the screen of memtest86+', () => {
  const good = fixture('memtest86-screen-ok.ansi');
  const bad = fixture('memtest86-screen-bad.ansi');

  it('tells version, memory, time and what is under way', () => {
    expect(readMemtest86Screen(good, 1)).toMatchObject({
      variant: 'memtest86+ v6.10',
      requestedBytes: 63 * 2 ** 20,
      wallSeconds: 118,
      passes: 0,
      findingCount: 0,
      ending: 'unfinished',
      bytesTested: 0,
    });
    expect(memtest86Position(showOnScreen(good))).toBe('pass 0 test 10 [Bit fade test, 2 patterns] 97 %');
  });

  it('is complete when its pass counter has reached what is waited for', () => {
    const later = `${good}\u001b[9;30HPass:  2        Errors: 0`;
    expect(readMemtest86Screen(later, 2)).toMatchObject({
      ending: 'complete',
      passes: 2,
      bytesTested: 63 * 2 ** 20,
    });
    expect(readMemtest86Screen(later, 3).ending).toBe('unfinished');
  });

  it('finds the held bit at its physical address, in every line that scrolled by', () => {
    const { findings, findingCount } = readMemtest86Screen(bad, 1);
    expect(new Set(findings.map(({ address }) => address))).toEqual(new Set(['0x000002800008']));
    expect(new Set(findings.map(({ xor }) => xor))).toEqual(new Set(['0x400']));
    expect(findingCount).toBeGreaterThanOrEqual(findings.length);
  });

  it('takes what test 7 found after moving blocks for a symptom: the place is not known', () => {
    const row = '  1      0    7   000002900008 (41MB)    1ac5f547ba7fec30  1ac5f547ba7fe830';
    const { findings } = readMemtest86Screen(`${bad}\u001b[22;1H\u001b[K${row}\u001b[1;1H`, 1);
    expect(findings.at(-1)).toMatchObject({
      test: 'test 7',
      address: '0x000002900008',
      addressKind: 'symptom',
      physicalAddress: null,
      xor: '0x400',
    });
    expect(findings[0]).toMatchObject({ addressKind: 'physical', physicalAddress: '0x000002800008' });
    expect(badPages(findings)).toEqual([{ start: 0x2800000n, bytes: 4096n }]);
  });

  it('shows the same in whatever pieces it comes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1 }), (sizes) => {
        const screen = new TerminalScreen();
        let at = 0;
        for (const size of sizes) screen.write(bad.slice(at, (at += size)));
        screen.write(bad.slice(at));
        expect(screen.lines()).toEqual(showOnScreen(bad));
      }),
      { numRuns: 20 },
    );
  });

  it('survives noise', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (noise) => showOnScreen(noise).length === 25));
    expect(showOnScreen('\u001b[99;999Hx\u001b[Ky\u001b[')).toHaveLength(25);
  });
});

describe('the log of memtest86+', () => {
  const head = [
    'MTLOG ts=0.0 ev=start version=9.00.fdc7ffa arch=x64',
    'MTLOG ts=6.4 ev=info cpu="13th Gen Intel(R) Core(TM) i9-13900K"',
    'MTLOG ts=6.4 ev=info mem_mb=32550',
    'MTLOG ts=6.5 ev=spd slot=1 size_mb=16384 type=DDR5 freq=5600 ecc=0 mfg="Corsair"',
    'MTLOG ts=16.5 ev=tick pass=0 test=3 pass_pct=2 test_pct=40 errors=0',
  ];

  it('is told from the screen', () => {
    expect(isMemtest86Log(head.join('\r\n'))).toBe(true);
    expect(isMemtest86Log(fixture('memtest86-screen-ok.ansi'))).toBe(false);
  });

  it('under way: nothing tested yet', () => {
    expect(readMemtest86Log(head.join('\r\n'), 1)).toMatchObject({
      variant: 'memtest86+ 9.00.fdc7ffa',
      ending: 'unfinished',
      requestedBytes: 32550 * 2 ** 20,
      bytesTested: 0,
      wallSeconds: 16.5,
      findingCount: 0,
    });
  });

  it('is complete with its done event, or with enough passes', () => {
    const done = [...head, 'MTLOG ts=900.1 ev=done passes=2 errors=0'].join('\n');
    expect(readMemtest86Log(done, 9)).toMatchObject({
      ending: 'complete',
      passes: 2,
      bytesTested: 32550 * 2 ** 20,
    });
    const second = [...head, 'MTLOG ts=900.1 ev=tick pass=1 test=0 errors=0'].join('\n');
    expect(readMemtest86Log(second, 1)).toMatchObject({ ending: 'complete', passes: 1 });
  });

  it('reads errors, and counts those it shows no line for', () => {
    const bad = [
      ...head,
      'MTLOG ts=20.0 ev=error cpu=1 pass=0 test=5 addr=0x2800008 expected=0x1ac5f547ba7fec30 found=0x1ac5f547ba7fe830',
      'MTLOG ts=26.5 ev=tick pass=0 test=5 errors=64',
      'MTLOG ts=27.0 ev=err',
    ];
    const moved = 'MTLOG ts=28.0 ev=error test=7 addr=0x2900008 expected=0x1 found=0x401';
    expect(readMemtest86Log([...bad, moved].join('\n'), 1).findings[1]).toMatchObject({
      addressKind: 'symptom',
      physicalAddress: null,
    });
    expect(readMemtest86Log(bad.join('\n'), 1)).toMatchObject({
      findingCount: 64,
      findings: [{ address: '0x2800008', xor: '0x400', cpuRead: 1, test: 'test 5' }],
    });
  });

  it('passes over noise and half lines', () => {
    fc.assert(
      fc.property(fc.string(), (noise) => {
        expect(readMemtest86Log(`${noise}\nMTLOG ts=1 ev=`, 1).findings).toEqual([]);
      }),
    );
  });
});
