// The console of a machine over the network, as a BMC forwards it: the real ipmitool, openipmi's simulator, and a serial line that shows
// the log of memtest86+.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runMemtest } from '../src/testing/run-memtest.ts';
import { type SimulatedBmc, startBmc } from './bmc.fixture.ts';

const address = '127.0.87.1';
const said = [
  'ev=start version=8.00 mem_mb=64',
  'ev=error cpu=1 pass=0 test=5 addr=0x2800008 expected=0x1ac5f547ba7fec30 found=0x1ac5f547ba7fe830',
  'ev=tick pass=0 test=6 errors=1',
  'ev=pass_end pass=0 errors=1',
];
let folder = '';
let line: Server;
let bmc: SimulatedBmc;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'serial-over-lan-'));
  // A line a moment, again and again: memtest86+ does not wait for a reader either.
  line = createServer((socket) => {
    let at = 0;
    const timer = setInterval(() => {
      socket.write(`MTLOG ts=${at}.0 ${said[at % said.length]}\r\n`);
      at += 1;
    }, 200);
    socket.on('error', () => undefined);
    socket.on('close', () => clearInterval(timer));
  });
  line.listen(0, address);
  await once(line, 'listening');
  const at = line.address();
  const port = typeof at === 'object' && at !== null ? at.port : 0;
  bmc = await startBmc(folder, address, `${address}:${port}`);
});
afterAll(() => {
  bmc?.[Symbol.dispose]();
  line?.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

it('is followed until its pass is done, and left', async () => {
  const access = bmc.access.map((word) => (word === '-E' ? `-f ${bmc.passwordFile}` : word)).join(' ');
  const command = `exec ipmitool ${access} sol activate`;
  const { code, stdout } = await runMemtest(
    ['follow-serial', '--node', 'n7', '--command', command, '--json'],
    {
      HOME: folder,
      PATH: process.env['PATH'] ?? '',
      XDG_STATE_HOME: join(folder, 'state'),
    },
  );
  const { nodes } = JSON.parse(stdout);
  expect([code, nodes[0]]).toMatchObject([
    1,
    {
      node: 'n7',
      verdict: 'data-error',
      engines: [
        { passes: 1, ending: 'complete', findings: [{ physicalAddress: '0x2800008', xor: '0x400' }] },
      ],
    },
  ]);
});
