// A bit that is held in the memory of Debian's memtester and stressapptest while the runner drives them: what they say comes home with
// the address and the bits. Needs root.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedLab } from '@heorot/lab';
import { expect, test } from 'vitest';
import type { NodeResult } from '../src/model/run-result.ts';
import { answerOf, headOf } from './head.fixture.ts';
import { holdBits } from './held-bit.fixture.ts';

const head = headOf('held-bit', (folder) => startEmbeddedLab({ folder, nodes: 1 }));

/** The node's process of that name, once it has taken the memory it tests. */
async function testing(
  program: string,
  isTested: (bytes: bigint) => boolean,
): Promise<{ pid: number; begin: bigint }> {
  for (;;) {
    for (const pid of head.processesOf('n1')) {
      const begin = runs(pid, program) ? mappingOf(pid, isTested) : undefined;
      if (begin !== undefined) return { pid, begin };
    }
    await sleep(20);
  }
}

function runs(pid: number, program: string): boolean {
  try {
    const [first = ''] = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
    return first.endsWith(program);
  } catch {
    return false;
  }
}

/** Where the first writable anonymous mapping of such a size begins: proc_pid_maps(5). */
function mappingOf(pid: number, fits: (bytes: bigint) => boolean): bigint | undefined {
  for (const line of readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n')) {
    const [, begin = '0', end = '0'] = /^([0-9a-f]+)-([0-9a-f]+) rw-p \S+ 00:00 0 *$/.exec(line) ?? [];
    if (fits(BigInt(`0x${end}`) - BigInt(`0x${begin}`))) return BigInt(`0x${begin}`);
  }
  return undefined;
}

/** Holds bit 10 of a word `offset` behind the beginning of the mapping until the run has ended. */
async function runHolding(
  program: string,
  megabytes: number,
  time: readonly string[],
  isTested: (bytes: bigint) => boolean,
  offset: bigint,
): Promise<{ node: NodeResult | undefined; address: bigint }> {
  const size = ['--memory', `${megabytes}M`, '--reserve', '64M'];
  const command = head.type('run', '-w', 'n1', '--engines', program, ...time, ...size, '--wait', '--json');
  const { pid, begin } = await testing(program, isTested);
  const address = begin + offset;
  const release = new AbortController();
  const holding = holdBits(pid, [{ address, bit: 10, value: 1 }], release.signal);
  const { result } = await answerOf(command);
  release.abort();
  await holding;
  return { node: result.nodes[0], address };
}

test('memtester: the offset, in the buffer or in its halves, and the bit', async () => {
  const place = 5n * 4096n + 8n;
  // What it has locked (mlock(2)) is a mapping of its own, and the buffer exactly.
  const { node } = await runHolding(
    'memtester',
    16,
    // Its first look at the addresses may be over before the bit is held.
    ['--passes', '2'],
    (bytes) => bytes === 16n << 20n,
    place,
  );
  expect(node?.verdict).toBe('data-error');
  const [engine] = node?.engines ?? [];
  expect(engine).toMatchObject({ engine: 'memtester', passes: 2, bytesTested: 16 << 20 });
  const at = `0x${place.toString(16).padStart(16, '0')}`;
  const found = engine?.findings.map(({ address, addressKind, xor }) => `${addressKind} ${address} ${xor}`);
  expect(new Set(found)).toEqual(new Set([`buffer ${at} null`, `half-buffer ${at} 0x400`]));
});

test('stressapptest: the virtual address and the bit', async () => {
  const { node, address } = await runHolding(
    'stressapptest',
    32,
    ['--for', '3s'],
    (bytes) => bytes >= 32n << 20n,
    0x800008n,
  );
  expect(node?.verdict).toBe('data-error');
  const [engine] = node?.engines ?? [];
  const found = engine?.findings.map(({ address: at, xor }) => `${BigInt(at) === address} ${xor}`);
  expect(new Set(found)).toEqual(new Set(['true 0x400']));
});
