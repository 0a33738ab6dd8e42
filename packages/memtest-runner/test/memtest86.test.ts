// memtest86+ of Debian in a small machine of QEMU, in software, while a bit of its memory is held from outside: its serial console, read by
// follow-serial, gives the physical address and the bit.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { readMemtest86Screen } from '../src/engines/memtest86-screen.ts';
import { runMemtest } from '../src/testing/run-memtest.ts';
import { holdBits } from './held-bit.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'memtest86-'));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

const megabytes = 64;
const held = 0x2800008;

/** Where QEMU has the guest's memory: the file's offset is the physical address. */
function guestMemory(pid: number, file: string): bigint | undefined {
  const line = readFileSync(`/proc/${pid}/maps`, 'latin1')
    .split('\n')
    .find((each) => each.endsWith(file) && each.includes(' 00000000 '));
  return line === undefined ? undefined : BigInt(`0x${line.split('-')[0]}`);
}

test('a held bit of a machine without a system is found at its physical address', {
  timeout: 240_000,
}, async () => {
  const memory = join(folder, 'memory');
  const log = join(folder, 'n7.console');
  const qemu = spawn(
    'nice',
    [
      '-n',
      '10',
      'qemu-system-x86_64',
      '-accel',
      'tcg',
      '-m',
      `${megabytes}M`,
      '-smp',
      '1',
      '-object',
      `memory-backend-file,id=ram,size=${megabytes}M,mem-path=${memory},share=on`,
      '-machine',
      'pc,memory-backend=ram',
      '-display',
      'none',
      '-nodefaults',
      '-vga',
      'std',
      '-kernel',
      '/boot/memtest86+x64.bin',
      '-append',
      'console=ttyS0,115200 nopause',
      '-serial',
      `file:${log}`,
    ],
    { stdio: 'ignore' },
  );
  const release = new AbortController();
  try {
    const pid = qemu.pid ?? 0;
    while (!existsSync(log) || !/Test #/.test(readFileSync(log, 'latin1'))) await sleep(100);
    const address = (guestMemory(pid, memory) ?? 0n) + BigInt(held);
    const holding = holdBits(pid, [{ address, bit: 10, value: 1 }], release.signal);
    // Its later test 7 moves blocks, and what was wrong with them: only the tests before it name the place.
    while (readMemtest86Screen(readFileSync(log, 'latin1'), 1).findings.length === 0) await sleep(500);
    release.abort();
    await holding;
  } finally {
    release.abort();
    qemu.kill('SIGKILL');
  }
  const { code, stdout } = await runMemtest(['follow-serial', '--node', 'n7', '--until-end', '--json', log], {
    HOME: folder,
    PATH: process.env['PATH'] ?? '',
    XDG_STATE_HOME: join(folder, 'state'),
  });
  const { nodes } = JSON.parse(stdout);
  expect([code, nodes[0].node, nodes[0].verdict]).toEqual([1, 'n7', 'data-error']);
  const found = nodes[0].engines[0].findings.map(
    ({ address, xor }: { address: string; xor: string }) => `${Number(address)} ${BigInt(xor)}`,
  );
  expect(new Set(found)).toEqual(new Set([`${held} 1024`]));
});
