import { describe, expect, it } from 'vitest';
import { readOfficialStream } from './official-stream.ts';
import { readStreamLog } from './stream-log.ts';

const start =
  '{"type":"start","at":"2026-11-22T07:50:53.528Z","elapsed":0.000,"version":"1","streamVariant":true,"isa":"avx2","flags":"cc -O2","threads":4,"elements":136314880,"arrayBytes":1090519040,"cacheBytes":272629760,"trials":10,"gate":2}';
const measure = (
  kernel: string,
  stores: string,
  threads: number,
  node: number | null,
  trials: readonly number[],
) =>
  `{"type":"measure","at":"2026-11-22T07:51:01.873Z","elapsed":8.345,"kernel":"${kernel}","stores":"${stores}","threads":${threads},"node":${node},"best":${Math.max(...trials)},"disturbed":1,"trials":[${trials.join(',')}]}`;
const summary = (ended: string, findings = 0) =>
  `{"type":"summary","at":"2026-11-22T07:51:05.390Z","elapsed":11.863,"ended":"${ended}","bytesMoved":218103808000,"wallSeconds":11.863,"cpuSeconds":27.637,"findings":${findings},"exit":0}`;

describe('the log of our bandwidth engine', () => {
  it('is a report that calls itself a variant, and its measurements', () => {
    const { report, bandwidth, busy } = readStreamLog(
      [
        start,
        measure('copy', 'plain', 1, null, [1e9, 2e9]),
        measure('triad', 'non-temporal', 4, null, [5e9]),
        measure('triad', 'plain', 2, 0, [9e9]),
        summary('complete'),
        '',
      ].join('\n'),
    );
    expect(report).toMatchObject({
      engine: 'stream',
      ending: 'complete',
      bytesPerSecond: 5e9,
      findingCount: 0,
      wallSeconds: 11.863,
    });
    expect(report.variant).toContain('variant of STREAM');
    expect(busy).toBe(false);
    expect(bandwidth).toEqual([
      {
        kernel: 'copy',
        variant: 'plain',
        threads: 1,
        numaNode: null,
        bytesPerSecond: 2e9,
        trials: [1e9, 2e9],
        disturbed: 1,
      },
      {
        kernel: 'triad',
        variant: 'non-temporal',
        threads: 4,
        numaNode: null,
        bytesPerSecond: 5e9,
        trials: [5e9],
        disturbed: 1,
      },
      {
        kernel: 'triad',
        variant: 'plain',
        threads: 2,
        numaNode: 0,
        bytesPerSecond: 9e9,
        trials: [9e9],
        disturbed: 1,
      },
    ]);
  });

  it('of a machine that was never idle has no figures, and says so', () => {
    expect(readStreamLog([start, summary('busy')].join('\n'))).toMatchObject({ busy: true, bandwidth: [] });
  });

  it('tells an array that does not hold what it must as a finding', () => {
    const invalid =
      '{"type":"invalid","at":"2026-11-22T07:51:05.000Z","elapsed":11,"array":"a","address":"0x7f00","expected":"0x3ff0000000000000","actual":"0x3ff0000000000400"}';
    expect(readStreamLog([start, invalid, summary('complete', 1)].join('\n')).report).toMatchObject({
      findingCount: 1,
      findings: [{ test: 'stream array a', address: '0x7f00', xor: '0x400' }],
    });
  });

  it.each([
    ['', 'unfinished', 0],
    [start.slice(0, 60), 'unfinished', 0],
    [[start, summary('signal')].join('\n'), 'interrupted', 0],
    [[start, summary('load')].join('\n'), 'complete', 1],
  ])('cut short or ended early it is told as such: %#', (log, ending, passes) => {
    expect(readStreamLog(log).report).toMatchObject({ ending, passes });
  });
});

const official = `-------------------------------------------------------------
STREAM version $Revision: 5.10 $
-------------------------------------------------------------
This system uses 8 bytes per array element.
-------------------------------------------------------------
Array size = 80000000 (elements), Offset = 0 (elements)
Number of Threads requested = 4
Number of Threads counted = 4
Function    Best Rate MB/s  Avg time     Min time     Max time
Copy:           48012.3     0.026891     0.026660     0.027210
Scale:          50702.0     0.025500     0.025246     0.025802
Add:            53500.9     0.036012     0.035887     0.036221
Triad:          55204.4     0.035000     0.034780     0.035221
-------------------------------------------------------------
Solution Validates: avg error less than 1.000000e-13 on all three arrays
-------------------------------------------------------------
`;

describe("the author's own program", () => {
  it('is read with its rates in bytes, 10^6 to the MB', () => {
    const { report, bandwidth } = readOfficialStream(official, 0);
    expect(bandwidth.map(({ kernel, threads, bytesPerSecond }) => [kernel, threads, bytesPerSecond])).toEqual(
      [
        ['copy', 4, 48012.3e6],
        ['scale', 4, 50702e6],
        ['add', 4, 53500.9e6],
        ['triad', 4, 55204.4e6],
      ],
    );
    expect(report).toMatchObject({
      variant: 'STREAM 5.10',
      ending: 'complete',
      bytesTested: 3 * 80000000 * 8,
      findingCount: 0,
    });
  });

  it('whose results do not validate has found an error', () => {
    expect(
      readOfficialStream(official.replace('Solution Validates', 'Failed Validation on array a[]'), 0).report
        .findingCount,
    ).toBe(1);
  });

  it('that gave up, or was killed, has not passed', () => {
    expect(readOfficialStream('', 1).report).toMatchObject({ ending: 'failed', passes: 0 });
    expect(readOfficialStream(official.slice(0, 300), null).report).toMatchObject({
      ending: 'unfinished',
      passes: 0,
    });
  });
});
