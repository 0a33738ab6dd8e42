// The real march program: faults are held in its memory while it runs, and it must find each one, at its address and bit.
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { machine, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { buildKernel } from '@heorot/memtest-runner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMarchLog } from '../src/engines/march-log.ts';
import { type MarchRegion, parseMarchRecord } from '../src/engines/march-record.ts';
import { readStreamLog } from '../src/engines/stream-log.ts';
import { buildOfficial } from '../src/kernel/build-official.ts';
import type { Finding } from '../src/model/engine-report.ts';
import { type HeldBit, holdBits } from './held-bit.fixture.ts';

const isRoot = process.getuid?.() === 0;
const sources = join(import.meta.dirname, '../kernel/src');
let folder = '';
let march = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'march-'));
  march = (await buildKernel({ sources, cache: folder, env: process.env })).path;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type March = ChildProcessByStdio<null, Readable, null>;
const start = (...args: string[]): March => spawn(march, args, { stdio: ['ignore', 'pipe', 'inherit'] });

/** Reads all records; `started` is called once the memory of every thread is there. */
async function follow(
  child: March,
  started: (regions: readonly MarchRegion[]) => void,
  found: (address: string) => void = () => undefined,
): Promise<string> {
  const lines: string[] = [];
  const regions: MarchRegion[] = [];
  let threads = Number.POSITIVE_INFINITY;
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    const record = parseMarchRecord(line);
    if (record?.type === 'start') threads = record.threads;
    if (record?.type === 'region' && regions.push(record) === threads) started(regions);
    if (record?.type === 'finding') found(record.address);
  }
  return lines.join('\n');
}

async function exitCode(child: March): Promise<unknown> {
  return child.exitCode ?? (await once(child, 'exit'))[0];
}

/** First and last word of each thread's memory, and one in between; bits and values vary. */
function chooseBits(regions: readonly MarchRegion[]): readonly HeldBit[] {
  return regions.flatMap(({ address, bytes }, thread) =>
    [0, Math.floor(bytes / 3 / 8) * 8, bytes - 8].map((offset, at): HeldBit => {
      const value = (thread + at) % 2 === 0 ? 1 : 0;
      return { address: BigInt(address) + BigInt(offset), bit: (thread * 17 + at * 29) % 64, value };
    }),
  );
}

/** Where in physical memory words of a process have been; the kernel may move a page, locked or not. */
class Places {
  readonly #seen = new Map<string, Set<string>>();

  /** Looks once, without giving way to anything else. A page that is being moved is at no place. */
  look(pid: number, bits: readonly HeldBit[]): void {
    const pagemap = openSync(`/proc/${pid}/pagemap`, 'r');
    const entry = Buffer.alloc(8);
    for (const { address } of bits) {
      readSync(pagemap, entry, 0, 8, Number((address / 4096n) * 8n));
      const present = entry.readBigUInt64LE() >> 63n;
      const frame = entry.readBigUInt64LE() & ((1n << 55n) - 1n);
      if (present === 1n) this.#of(hex(address)).add(hex(frame * 4096n + (address % 4096n)));
    }
    closeSync(pagemap);
  }

  has({ address, physicalAddress }: Pick<Finding, 'address' | 'physicalAddress'>): boolean {
    return physicalAddress !== null && this.#of(address).has(physicalAddress);
  }

  #of(address: string): Set<string> {
    const seen = this.#seen.get(address) ?? new Set();
    this.#seen.set(address, seen);
    return seen;
  }
}

const hex = (value: bigint) => `0x${value.toString(16)}`;

describe('march', () => {
  it.skipIf(!isRoot)(
    'finds every held bit, at its exact address and no other, and names the bit',
    async () => {
      const child = start('--memory', '64M', '--seconds', '60', '--retention', '0');
      const pid = child.pid ?? 0;
      const stop = new AbortController();
      let bits: readonly HeldBit[] = [];
      let holding: Promise<unknown> = Promise.resolve();
      const places = new Places();
      const found = new Set<string>();
      /** The last look comes after the last finding, while the program still has its memory. */
      const watch = async () => {
        while (found.size < bits.length && !stop.signal.aborted) {
          places.look(pid, bits);
          await sleep(10);
        }
        if (!stop.signal.aborted) places.look(pid, bits);
        child.kill('SIGTERM');
      };
      const begin = (regions: readonly MarchRegion[]) => {
        bits = chooseBits(regions);
        holding = Promise.all([watch(), holdBits(pid, bits, stop.signal)]);
      };
      const log = await follow(child, begin, (address) => found.add(address));
      stop.abort();
      await holding;

      const report = readMarchLog(log);
      const expected = bits.map(({ address, bit }) => [
        hex(address),
        `0x${(1n << BigInt(bit)).toString(16).padStart(16, '0')}`,
      ]);
      const named = new Set(report.findings.map(({ address, xor }) => `${address} ${xor}`));
      expect([...named].sort()).toEqual(expected.map((each) => each.join(' ')).sort());
      // None only where the kernel was just moving the page.
      const placed = report.findings.filter(({ physicalAddress }) => physicalAddress !== null);
      expect(placed.filter((finding) => !places.has(finding))).toEqual([]);
      expect(placed.length).toBeGreaterThan(report.findings.length / 2);
      expect(report.findingCount).toBeGreaterThanOrEqual(report.findings.length);
      expect(await exitCode(child)).toBe(1);
    },
  );

  it('passes good memory, tells who wrote and read, and what it cost', async () => {
    const child = start('--memory', '16M', '--passes', '2', '--retention', '0');
    const report = readMarchLog(await follow(child, () => undefined));
    expect(report).toMatchObject({
      engine: 'march',
      ending: 'complete',
      passes: 2,
      findings: [],
      findingCount: 0,
    });
    expect(report.bytesTested).toBe(16 << 20);
    expect(report.requestedBytes).toBe(16 << 20);
    expect(report.cpuSeconds).toBeGreaterThan(0);
    expect(await exitCode(child)).toBe(0);
  });

  it('tests all of a small share: what rounding leaves is no less than asked', async () => {
    const child = start('--memory', '1%', '--backgrounds', '1', '--retention', '0');
    const { requestedBytes, bytesTested } = readMarchLog(await follow(child, () => undefined));
    expect(bytesTested / (requestedBytes ?? 0)).toBeGreaterThan(0.99);
    expect(await exitCode(child)).toBe(0);
  });

  it('ends with a summary at SIGTERM, and says that no pass was made', async () => {
    const child = start('--memory', '16M', '--retention', '600');
    const log = await follow(child, () => child.kill('SIGTERM'));
    expect(readMarchLog(log)).toMatchObject({ ending: 'interrupted', passes: 0, bytesTested: 0 });
    expect(await exitCode(child)).toBe(4);
  });

  it('ends in the middle of a pass when its time is over', async () => {
    const child = start('--memory', '16M', '--retention', '600', '--passes', '1', '--seconds', '0.3');
    expect(readMarchLog(await follow(child, () => undefined))).toMatchObject({
      ending: 'interrupted',
      passes: 0,
      notes: [expect.stringMatching(/^its time was over at (march 1\/7|taking memory)/)],
    });
    expect(await exitCode(child)).toBe(4);
  });

  it('takes less than asked for rather than the memory the node needs, and says so', async () => {
    const child = start('--memory', '1000T', '--plan', '--reserve', '64M');
    const record = parseMarchRecord((await follow(child, () => undefined)).split('\n')[0] ?? '');
    expect(record).toMatchObject({ type: 'start', requestedBytes: 1000 * 2 ** 40 });
    expect(record?.type === 'start' && record.plannedBytes < record.totalBytes).toBe(true);
  });

  it.each([
    [['--memory', '-1'], 2],
    [['--backgrounds', '11'], 2],
    [['--spool', '/nowhere/at/all', '--memory', '1M'], 3],
    [['--memory', '1M', '--reserve', '100000T'], 3],
    [['--isa', 'vax'], 3],
    [['--spool', '/dev/full', '--memory', '1M', '--retention', '0'], 6],
  ])('%j: exit %i', async (args, code) => {
    const child = spawn(march, args, { stdio: ['ignore', 'ignore', 'ignore'] });
    expect((await once(child, 'exit'))[0]).toBe(code);
  });

  it('appends its records to a spool file', async () => {
    const spool = join(folder, 'spool.ndjson');
    for (let run = 0; run < 2; run++) {
      const child = start('--memory', '1M', '--retention', '0', '--backgrounds', '1', '--spool', spool);
      expect(await exitCode(child)).toBe(0);
    }
    const types = (await readFile(spool, 'utf8'))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => parseMarchRecord(line)?.type);
    expect(types.filter((type) => type === 'start')).toHaveLength(2);
    expect(types.filter((type) => type === 'summary')).toHaveLength(2);
    expect(types).not.toContain(undefined);
  });
});

describe('its inner parts', () => {
  it('pass their own tests, and the schedule finds every fault of the simulator', async () => {
    const make = spawn(
      process.env['MAKE'] ?? 'make',
      ['-s', '-C', join(sources, '..'), 'check', `BUILD=${join(folder, 'check')}`],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let output = '';
    for await (const chunk of make.stdout) output += String(chunk);
    const rows = output.split('\n').filter((line) => /^\| .*\d/.test(line) && !line.includes('faults ('));
    const cells = rows.map((row) => row.split('|').map((cell) => cell.trim()));
    expect(cells.map((row) => row[3])).toEqual(Array.from({ length: 9 }, () => '100.0'));
    const memtesterLike = cells
      .filter((row) => /(inversion|idempotent).*between/.test(row[1] ?? ''))
      .map((row) => Number(row[5]));
    expect(memtesterLike.every((percent) => percent > 60 && percent < 90)).toBe(true);
    expect(make.exitCode ?? (await once(make, 'exit'))[0]).toBe(0);
  });
});

describe('for arm64, under emulation', () => {
  const built = join(sources, '..');
  const program = (name: string) => join(folder, 'arm64', name);
  const emulated = (name: string, ...args: string[]) =>
    promisify(execFile)('qemu-aarch64-static', [program(name), ...args]);

  beforeAll(async () => {
    const make = ['-s', '-C', built, `BUILD=${join(folder, 'arm64')}`];
    await promisify(execFile)('make', [...make, 'arm64']);
    const compiler = 'CC=aarch64-linux-gnu-gcc -static';
    await promisify(execFile)('make', [...make, compiler, program('sweep-test'), program('bandwidth-test')]);
  }, 120_000);

  it('the inner loops with NEON do what plain arithmetic does', async () => {
    expect((await emulated('sweep-test')).stdout).toContain('2 instruction sets, 0 failures');
    expect((await emulated('bandwidth-test')).stdout).toContain(' 0 wrong words');
  });

  it('the programs that are shipped test memory and measure', async () => {
    const { stdout } = await emulated('march-linux-arm64', '--memory', '4M', '--retention', '0');
    expect(parseMarchRecord(stdout.split('\n')[0] ?? '')).toMatchObject({ type: 'start', isa: 'neon' });
    expect(readMarchLog(stdout)).toMatchObject({ ending: 'complete', passes: 1, findingCount: 0 });
    const measured = await emulated('stream-linux-arm64', '--elements', '4096', '--gate', '100', '--brief');
    const { report, bandwidth } = readStreamLog(measured.stdout);
    expect([report.ending, report.findingCount, bandwidth.length]).toEqual(['complete', 0, 8]);
  });
});

describe('the official STREAM', () => {
  it.each([
    [1 << 20, true],
    [100 << 20, machine() !== 'x86_64'],
  ])('is built with arrays of %i elements', async (elements, isStatic) => {
    const source = join(folder, 'stream.c');
    const { signal } = new AbortController();
    await writeFile(
      source,
      `#include <omp.h>
       #include <stdio.h>
       static double a[STREAM_ARRAY_SIZE], b[STREAM_ARRAY_SIZE], c[STREAM_ARRAY_SIZE];
       int main(void) {
         a[1] = b[2] = c[3] = omp_get_max_threads();
         return printf("%zu\\n", (sizeof a + sizeof b + sizeof c) / sizeof *a) < 0 || a[1] + b[2] < c[3];
       }`,
    );
    const options = { source, elements, architecture: machine(), cache: folder, env: process.env, signal };
    const built = await buildOfficial(options);
    expect(built.static).toBe(isStatic);
    expect((await promisify(execFile)(built.path)).stdout).toBe(`${3 * elements}\n`);
  });
});
