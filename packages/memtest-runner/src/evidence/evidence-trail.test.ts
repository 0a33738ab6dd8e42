import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEvidenceTrail } from './evidence-trail.ts';

const mc = '/sys/devices/system/edac/mc/mc0';

interface Told {
  readonly boot?: string;
  readonly uptime: number;
  readonly mode?: 'full' | 'brief';
  readonly corrected?: number;
  readonly sinceReset?: number;
  readonly files?: Readonly<Record<string, string>>;
  readonly more?: object;
}

function line({
  boot = 'b1',
  uptime,
  mode = 'brief',
  corrected,
  sinceReset = uptime,
  files = {},
  more = {},
}: Told): string {
  const edac =
    corrected === undefined
      ? {}
      : {
          [`${mc}/seconds_since_reset`]: `${sinceReset}`,
          [`${mc}/dimm0/dimm_label`]: 'A1',
          [`${mc}/dimm0/dimm_ce_count`]: `${corrected}`,
          [`${mc}/ce_noinfo_count`]: '0',
        };
  return JSON.stringify({
    evidence: 1,
    mode,
    at: '',
    uptime,
    bootId: boot,
    files: { ...edac, ...files },
    ...more,
  });
}

function trailOf(...lines: readonly string[]) {
  const trail = createEvidenceTrail();
  for (const each of lines) trail.add(each);
  return trail;
}

const correctedOf = (...lines: readonly string[]): number | undefined =>
  trailOf(...lines).evidence().dimms?.[0]?.corrected;

describe('the trail of evidence', () => {
  it('knows nothing of a node that told nothing', () => {
    const { readings, ...rest } = trailOf('', 'Last login: Monday', '{"evidence":2}', '[1]').evidence();
    expect(readings).toBe(0);
    expect(new Set(Object.values(rest))).toEqual(new Set([null]));
  });

  it.each([
    ['what was counted before the run is not of the run', [{ corrected: 40, uptime: 100 }], 0],
    [
      'errors are differences',
      [
        { corrected: 40, uptime: 100 },
        { corrected: 43, uptime: 160 },
      ],
      3,
    ],
    [
      'a driver that was loaded again counts from 0',
      [
        { corrected: 40, uptime: 100 },
        { corrected: 2, uptime: 160, sinceReset: 5 },
        { corrected: 3, uptime: 220, sinceReset: 65 },
      ],
      3,
    ],
    [
      'so does a node that was booted',
      [
        { corrected: 40, uptime: 100 },
        { corrected: 41, uptime: 160 },
        { corrected: 2, uptime: 20, boot: 'b2' },
        { corrected: 2, uptime: 80, boot: 'b2' },
      ],
      3,
    ],
    [
      'a line given twice does no harm',
      [
        { corrected: 4, uptime: 100 },
        { corrected: 6, uptime: 160 },
        { corrected: 6, uptime: 160 },
      ],
      2,
    ],
    [
      'nor does a line of an earlier boot that comes late',
      [
        { corrected: 4, uptime: 100 },
        { corrected: 0, uptime: 10, boot: 'b2' },
        { corrected: 9, uptime: 160 },
      ],
      0,
    ],
  ])('%s', (_, told, corrected) => {
    expect(correctedOf(...told.map(line))).toBe(corrected);
  });

  it('keeps EDAC unknown where a node has none, and 0 where it counted none', () => {
    expect(trailOf(line({ uptime: 1, mode: 'full' })).evidence().dimms).toBeNull();
    expect(correctedOf(line({ uptime: 1, corrected: 0 }))).toBe(0);
  });

  it('adds up any counts in any pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 1 }), fc.nat(1000), (growths, start) => {
        let count = start;
        const lines = growths.map((growth, at) =>
          line({ uptime: 60 * (at + 2), corrected: (count += growth) }),
        );
        const all = growths.reduce((sum, each) => sum + each, 0);
        expect(correctedOf(line({ uptime: 60, corrected: start }), ...lines)).toBe(all);
      }),
    );
  });

  it('remembers in brief readings what the full one told', () => {
    const trail = trailOf(
      line({
        uptime: 1,
        mode: 'full',
        corrected: 1,
        files: { '/proc/meminfo': 'MemTotal: 1024 kB\nHardwareCorrupted: 4 kB' },
      }),
      line({ uptime: 61 }),
      line({ uptime: 121, files: { '/proc/meminfo': 'MemTotal: 512 kB\nHardwareCorrupted: 8 kB' } }),
    );
    expect(trail.evidence()).toMatchObject({
      readings: 3,
      corruptedBytes: 4096,
      memoryBytes: { start: 1024 * 1024, end: 512 * 1024 },
      dimms: [{ label: 'A1', corrected: 0 }],
    });
  });

  it('counts a machine check once, though handler and decoder speak of it', () => {
    const kernelLog = {
      last: 9,
      gap: false,
      count: 3,
      lines: [
        [7, 12.5, 'mce: [Hardware Error]: Machine check events logged'],
        [8, 12.5, '[Hardware Error]: Corrected error, no action required.'],
        [9, 12.5, '[Hardware Error]: CPU:0 (17:31:0) MC17_STATUS'],
      ],
    };
    const evidence = trailOf(
      line({ uptime: 1, more: { kernelLog } }),
      line({ uptime: 2, more: { kernelLog } }),
    ).evidence();
    expect(evidence.machineChecks).toBe(1);
    expect(evidence.kernelLog).toEqual({
      lines: [
        '[12.500] mce: [Hardware Error]: Machine check events logged',
        '[12.500] [Hardware Error]: Corrected error, no action required.',
        '[12.500] [Hardware Error]: CPU:0 (17:31:0) MC17_STATUS',
      ],
      lineCount: 3,
      gap: false,
    });
  });

  it('takes of the BMC and of rasdaemon what is new', () => {
    const trail = trailOf(
      line({ uptime: 1, mode: 'full', more: { eventLog: ['1 | old'], ras: { mc_event: 10 } } }),
      line({
        uptime: 2,
        mode: 'full',
        more: { eventLog: ['1 | old', '2 | Memory | Correctable ECC'], ras: { mc_event: 11, mce_record: 1 } },
      }),
    );
    expect(trail.evidence()).toMatchObject({ eventLog: ['2 | Memory | Correctable ECC'], rasEvents: 2 });
  });

  it('keeps the highest temperature, beside the one at the start', () => {
    const at = (uptime: number, celsius: number) =>
      line({
        uptime,
        more: { temperatures: [{ chip: 'hwmon1', name: 'k10temp', sensor: 'Tctl', celsius }] },
      });
    expect(trailOf(at(1, 40), at(2, 81.5), at(3, 60)).evidence().temperatures).toEqual([
      { sensor: 'k10temp (hwmon1)', startCelsius: 40, highestCelsius: 81.5 },
    ]);
  });

  it('names the boots in their order', () => {
    expect(
      trailOf(line({ uptime: 9 }), line({ uptime: 3, boot: 'b2' }), line({ uptime: 10 })).bootIds(),
    ).toEqual(['b1', 'b2']);
  });

  it('survives any line', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const trail = trailOf(
          JSON.stringify(value),
          JSON.stringify({ evidence: 1, files: value, kernelLog: value, temperatures: value, cpu: value }),
        );
        expect(trail.evidence().readings).toBeLessThanOrEqual(1);
      }),
    );
  });
});
