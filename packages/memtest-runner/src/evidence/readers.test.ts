// Trees as kernels of different ages and boards of different habits show them; the paths and formats are those of the kernel's
// documentation, the last test reads this very machine.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDimms, runsBelowRating, withIdentity } from './dmi-memory.ts';
import { eccDifference, readEcc } from './edac.ts';
import { readCorruptedBytes, readThrottleEvents } from './health-counters.ts';
import { loadTree } from './load-tree.ts';
import { readNuma } from './numa.ts';
import { numberList, type SystemTree } from './system-tree.ts';

const tree = (files: Readonly<Record<string, string | number>>): SystemTree =>
  new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(`${text}\n`)]));

const mc = '/sys/devices/system/edac/mc';

describe('EDAC', () => {
  const modern = (a1: number, seconds = 5000): SystemTree =>
    tree({
      [`${mc}/mc0/ce_count`]: a1,
      [`${mc}/mc0/ce_noinfo_count`]: 0,
      [`${mc}/mc0/ue_noinfo_count`]: 1,
      [`${mc}/mc0/seconds_since_reset`]: seconds,
      [`${mc}/mc0/dimm0/dimm_label`]: 'CPU_SrcID#0_MC#0_Chan#0_DIMM#0',
      [`${mc}/mc0/dimm0/dimm_location`]: 'channel 0 slot 0 ',
      [`${mc}/mc0/dimm0/dimm_ce_count`]: a1,
      [`${mc}/mc0/dimm0/dimm_ue_count`]: 0,
      [`${mc}/mc0/dimm10/dimm_label`]: '',
      [`${mc}/mc0/dimm10/dimm_ce_count`]: 2,
    });

  it('counts by DIMM, by the label of the board or else by its own name', () => {
    expect(readEcc(modern(5))).toMatchObject({
      dimms: [
        {
          label: 'CPU_SrcID#0_MC#0_Chan#0_DIMM#0',
          location: 'channel 0 slot 0',
          corrected: 5,
          uncorrected: 0,
        },
        { label: 'mc0/dimm10', corrected: 2, uncorrected: 0 },
      ],
      unassigned: { corrected: 0, uncorrected: 1 },
      secondsSinceReset: 5000,
    });
  });

  it('reads the rows and channels of older kernels', () => {
    const old = tree({
      [`${mc}/mc1/csrow2/ch0_ce_count`]: 0,
      [`${mc}/mc1/csrow2/ch1_ce_count`]: 3,
      [`${mc}/mc1/csrow2/ch1_dimm_label`]: 'DIMM_B2',
      [`${mc}/mc1/csrow2/ue_count`]: 1,
    });
    expect(readEcc(old)?.dimms).toMatchObject([
      { label: 'mc1/csrow2/ch0', corrected: 0, uncorrected: 1 },
      { label: 'DIMM_B2', corrected: 3, uncorrected: 0 },
    ]);
  });

  it('counts by row where folders of DIMMs are there without counts, and by controller where nothing else counts', () => {
    const labelled = { [`${mc}/mc0/dimm0/dimm_label`]: 'A1', [`${mc}/mc0/ce_count`]: 4 };
    const rows = tree({
      ...labelled,
      [`${mc}/mc0/csrow0/ch0_ce_count`]: 3,
      [`${mc}/mc0/csrow0/ue_count`]: 0,
    });
    expect(readEcc(rows)?.dimms).toMatchObject([{ label: 'mc0/csrow0/ch0', corrected: 3 }]);
    expect(readEcc(tree(labelled))?.dimms).toMatchObject([{ label: 'mc0', corrected: 4, uncorrected: 0 }]);
  });

  it('no controller, or none that counts, is unknown, not zero', () => {
    expect(readEcc(tree({}))).toBeNull();
    expect(
      readEcc(tree({ [`${mc}/mc0/dimm0/dimm_label`]: 'A1', [`${mc}/mc0/mc_name`]: 'ie31200' })),
    ).toBeNull();
    expect(readEcc(tree({ [`${mc}/power/control`]: 'auto' }))).toBeNull();
  });

  it.each([
    ['what was added', 5, 8, 5060, 3],
    ['nothing', 5, 5, 5060, 0],
    ['all, after the driver was loaded anew', 5, 7, 30, 7],
    ['all, after counts went back', 5, 2, 5060, 2],
  ])('the difference over a minute is %s', (_, before, after, seconds, more) => {
    const [start, end] = [readEcc(modern(before)), readEcc(modern(after, seconds))];
    if (start === null || end === null) throw new Error('no counts');
    expect(eccDifference(start, end, 60).dimms[0]?.corrected).toBe(more);
  });
});

/** A structure as a BIOS writes it: formatted part, strings, two zeros. */
function structure(
  type: number,
  length: number,
  fields: Readonly<Record<number, number>>,
  strings: readonly string[],
): Buffer {
  const data = Buffer.alloc(length);
  data.writeUInt8(type, 0);
  data.writeUInt8(length, 1);
  for (const [offset, value] of Object.entries(fields)) {
    if (value > 0xff || [0x0c, 0x15, 0x20].includes(Number(offset)))
      data.writeUInt16LE(value, Number(offset));
    else data.writeUInt8(value, Number(offset));
  }
  return Buffer.concat([data, Buffer.from(`${strings.join('\0')}\0\0`, 'latin1')]);
}

describe('DMI', () => {
  const strings = ['DIMM_A1', 'NODE 0', 'Samsung', '4711ABCD', 'M393A4K40EB3-CWE '];
  const fields = { 0x0c: 0x7fff, 0x10: 1, 0x11: 2, 0x15: 3200, 0x17: 3, 0x18: 4, 0x1a: 5, 0x20: 2933 };
  const module = structure(17, 0x28, fields, strings);
  module.writeUInt32LE(32768, 0x1c);
  const small = structure(17, 0x1b, { 0x0c: 4096, 0x10: 1, 0x18: 2 }, ['DIMM_B1', 'Not Specified']);
  const empty = structure(17, 0x28, { 0x0c: 0, 0x10: 1 }, ['DIMM_A2']);
  const bios = structure(0, 0x18, {}, ['A vendor']);
  const end = structure(127, 4, {}, []);
  const dmi = (...parts: readonly Buffer[]): SystemTree =>
    new Map([['/sys/firmware/dmi/tables/DMI', Buffer.concat([...parts])]]);

  it('tells slot, size, identity and speeds of modules, and passes over empty slots', () => {
    const dimms = readDimms(dmi(bios, module, empty, small, end));
    expect(dimms).toMatchObject([
      {
        slot: 'DIMM_A1',
        bytes: 32 * 2 ** 30,
        vendor: 'Samsung',
        serial: '4711ABCD',
        part: 'M393A4K40EB3-CWE',
        ratedSpeed: 3200,
        configuredSpeed: 2933,
      },
      { slot: 'DIMM_B1', bytes: 4 * 2 ** 30, serial: null, configuredSpeed: null },
    ]);
    expect(dimms?.map(runsBelowRating)).toEqual([true, false]);
  });

  it('no table is unknown', () => {
    expect(readDimms(tree({}))).toBeNull();
  });

  it('puts a serial to the DIMM that EDAC counts, but never guesses', () => {
    const dimms = readDimms(dmi(module, small)) ?? [];
    const counted = ['CPU0_DIMM_A1', 'mc0/dimm7'].map((label) => ({
      label,
      location: '',
      corrected: 1,
      uncorrected: 0,
      serial: null,
      part: null,
    }));
    expect(withIdentity(counted, dimms).map(({ serial }) => serial)).toEqual(['4711ABCD', null]);
    expect(withIdentity(counted, [...dimms, ...dimms]).map(({ serial }) => serial)).toEqual([null, null]);
  });

  it('survives a broken table', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(readDimms(dmi(Buffer.from(bytes)))).toBeInstanceOf(Array);
      }),
    );
    fc.assert(
      fc.property(fc.nat(module.length), (cut) => {
        expect(readDimms(dmi(module.subarray(0, cut)))?.length).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('NUMA', () => {
  it('takes node numbers with gaps, and nodes without processors', () => {
    const node = '/sys/devices/system/node';
    const nodes = readNuma(
      tree({
        [`${node}/online`]: '1,8-9',
        [`${node}/node1/cpulist`]: '0-3,8',
        [`${node}/node1/meminfo`]: 'Node 1 MemTotal:       1000 kB\nNode 1 MemFree:        10 kB',
        [`${node}/node1/distance`]: '10 20 40',
        [`${node}/node9/cpulist`]: '',
      }),
    );
    expect(nodes?.map(({ number }) => number)).toEqual([1, 8, 9]);
    expect(nodes?.[0]).toEqual({
      number: 1,
      cpus: [0, 1, 2, 3, 8],
      bytes: 1024000,
      freeBytes: 10240,
      distances: [10, 20, 40],
    });
    expect(nodes?.[2]).toMatchObject({ cpus: [], bytes: 0 });
    expect(readNuma(tree({}))).toBeNull();
  });

  it.each(['x', '1-', '3,', '-1', '1--2'])('%j is no list of numbers', (text) => {
    expect(numberList(text)).toEqual([]);
  });
});

describe('throttling and lost pages', () => {
  it('are summed, and unknown where they are not counted', () => {
    const cpu = '/sys/devices/system/cpu';
    const hot = tree({
      [`${cpu}/cpu0/thermal_throttle/core_throttle_count`]: 3,
      [`${cpu}/cpu1/thermal_throttle/package_throttle_count`]: 4,
      '/proc/meminfo': 'MemTotal: 1 kB\nHardwareCorrupted:     8 kB',
    });
    expect([readThrottleEvents(hot), readCorruptedBytes(hot)]).toEqual([7, 8192]);
    expect([readThrottleEvents(tree({})), readCorruptedBytes(tree({}))]).toEqual([null, null]);
  });
});

it('this machine is read: its nodes have processors and memory', async () => {
  const nodes = readNuma(await loadTree());
  expect(nodes === null || nodes.some(({ cpus, bytes }) => cpus.length > 0 && bytes > 0)).toBe(true);
});
