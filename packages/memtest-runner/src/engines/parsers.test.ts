// Output of real programs, kept in test/fixtures/engines; faults in it were made by altering their memory while they ran.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMarchLog } from './march-log.ts';
import { parseMarchRecord } from './march-record.ts';
import { eraseBackspaces, readMemtester } from './memtester-output.ts';
import { readStressapptest } from './stressapptest-log.ts';

const fixture = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../test/fixtures/engines', name), 'utf8');

describe('memtester', () => {
  const read = (name: string, exitCode: number | null) =>
    readMemtester({ stdout: fixture(`${name}.stdout`), stderr: fixture(`${name}.stderr`), exitCode });

  it('passes, and says how much was tested', () => {
    expect(read('memtester-ok', 0)).toMatchObject({
      variant: 'memtester 4.6.0, mask 0x1c00',
      ending: 'complete',
      requestedBytes: 8388608,
      bytesTested: 8388608,
      passes: 1,
      findingCount: 0,
      notes: [],
    });
  });

  it('reads a failure from stderr: offset in a half of the buffer, the wrong bit', () => {
    expect(read('memtester-bad', 4)).toMatchObject({
      ending: 'complete',
      findingCount: 1,
      findings: [{ address: '0x0000000000010008', addressKind: 'half-buffer', xor: '0x400' }],
    });
  });

  it('shrunk by the memlock limit it tested less than asked, though it exits 0', () => {
    const report = read('memtester-shrunk', 0);
    expect(report.requestedBytes).toBe(524288);
    expect(report.bytesTested).toBe(65536);
    expect(report.notes).toEqual(['asked for 524288 bytes, could lock only 65536: raise the memlock limit']);
  });

  it.each([
    ['killed while it locked memory', { exitCode: 137 }, 'unfinished'],
    ['still running', { exitCode: null }, 'unfinished'],
    ['could not lock', { exitCode: 1 }, 'failed'],
  ])('%s: %o', (_, { exitCode }, ending) => {
    const stdout =
      'memtester version 4.6.0 (64-bit)\nwant 8MB (8388608 bytes)\ngot  8MB (8388608 bytes), trying mlock ...';
    expect(readMemtester({ stdout, stderr: '', exitCode })).toMatchObject({
      ending,
      bytesTested: 0,
      passes: 0,
    });
  });

  it('counts an address line that may be bad', () => {
    const stderr = 'FAILURE: possible bad address line at offset 0x0000000000000040.\n';
    const [finding] = readMemtester({ stdout: 'Loop 1/1:\n', stderr, exitCode: 2 }).findings;
    expect(finding).toMatchObject({ test: 'Stuck Address', addressKind: 'buffer', xor: null });
  });

  it('shows what a terminal would: the end of each line, no spinner', () => {
    expect(eraseBackspaces('  Random Value : -\b\\\b|\bok         \nDone.')).toBe(
      '  Random Value : ok\nDone.',
    );
    fc.assert(fc.property(fc.string(), (text) => !eraseBackspaces(text).includes('\b')));
  });
});

describe('stressapptest', () => {
  it('passes', () => {
    expect(readStressapptest(fixture('stressapptest-ok.log'))).toMatchObject({
      variant: 'stressapptest 1.0.6_autoconf, -s 4 -M 64 -m 1 -W',
      ending: 'complete',
      requestedBytes: 64 * 2 ** 20,
      wallSeconds: 5,
      findingCount: 0,
    });
  });

  it('tells incidents: who read, address, bit, stored or misread', () => {
    const report = readStressapptest(fixture('stressapptest-bad.log'));
    expect(report).toMatchObject({ ending: 'complete', findingCount: 141 });
    expect(report.findings[0]).toMatchObject({
      address: '0x7f49e131c008',
      xor: '0x400',
      cpuRead: 0,
      kind: 'stored',
    });
  });

  it('a failure without incidents is a failure of the program, not of memory', () => {
    const log =
      'Stats: Completed: 1.00M in 1.00s 1.00MB/s, with 0 hardware incidents, 2 errors\nStatus: FAIL - x\n';
    expect(readStressapptest(log)).toMatchObject({
      ending: 'failed',
      findingCount: 0,
      notes: ['2 procedural errors of stressapptest'],
    });
  });

  it('cut off in the middle it is unfinished', () => {
    const log = fixture('stressapptest-ok.log').split('\n').slice(0, 7).join('\n');
    expect(readStressapptest(log)).toMatchObject({ ending: 'unfinished', bytesTested: 0, wallSeconds: null });
  });
});

describe('march', () => {
  const log = fixture('march-bad.ndjson');

  it('reads its findings', () => {
    const report = readMarchLog(log);
    expect(report).toMatchObject({ engine: 'march', ending: 'complete', bytesTested: 16777216 });
    expect(new Set(report.findings.map(({ xor }) => xor))).toEqual(new Set(['0x0000000000000400']));
  });

  it('without a summary, cut anywhere, it is unfinished and keeps what was found', () => {
    const end = log.lastIndexOf('{"type":"summary"');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: end }), (at) => {
        const report = readMarchLog(log.slice(0, at));
        expect(report.ending).toBe('unfinished');
        expect(report.findings.length).toBeLessThanOrEqual(report.findingCount);
      }),
    );
  });

  it.each([
    '',
    '{',
    '[]',
    'null',
    '{"type":"pass"}',
    '{"type":"new-thing","x":1}',
    '{"type":"pass","pass":"1"}',
  ])('takes %j for no record', (line) => {
    expect(parseMarchRecord(line)).toBeNull();
  });
});
