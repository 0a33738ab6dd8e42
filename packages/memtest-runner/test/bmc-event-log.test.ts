// Nodes whose BMC the cluster file knows: its event log is read over the network by the real ipmitool, from openipmi's simulator.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Lab, startEmbeddedLab } from '@heorot/lab';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunResult } from '../src/model/run-result.ts';
import { startMemtest } from '../src/testing/run-memtest.ts';
import { type SimulatedBmc, startBmc } from './bmc.fixture.ts';

let folder = '';
let lab: Lab;
let bmc: SimulatedBmc;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bmc-event-log-'));
  lab = await startEmbeddedLab({ folder, nodes: 3 });
  bmc = await startBmc(join(folder, 'bmc'), '127.0.86.1');
  // n1 has a BMC, that of n2 is dead, n3 has none.
  const access = `bmc: {address: "127.0.86.[1-2]", user: ${bmc.user}, passwordFile: ${bmc.passwordFile}}`;
  const known = readFileSync(lab.clusterFile, 'utf8').replace('  n[1-2]: {', `  n[1-2]: {${access}, `);
  writeFileSync(lab.clusterFile, known);
  env = {
    HOME: folder,
    PATH: process.env['PATH'] ?? '',
    HEOROT_CLUSTER: lab.clusterFile,
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_CACHE_HOME: join(tmpdir(), 'heorot-test-engines'),
  };
});
afterAll(async () => {
  bmc?.[Symbol.dispose]();
  await lab?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

const small = ['--engines', 'march', '--memory', '16M', '--reserve', '64M', '--wait', '--json'];

/** Its memory is under test: the event log was read before. */
function works(node: string): boolean {
  const runs = join(lab.nodes.find(({ name }) => name === node)?.home ?? '', '.cache/heorot-memtest/runs');
  const [run = '-'] = existsSync(runs) ? readdirSync(runs) : [];
  return existsSync(join(runs, run, node, '1.march.out'));
}

it('an error that a BMC logs during the run is a finding; earlier ones are not', async () => {
  bmc.logMemoryError(0);
  const command = startMemtest(['run', '-w', 'n[1-3]', '--for', '5s', ...small], env);
  while (!works('n1')) await sleep(50);
  bmc.logMemoryError(1);
  const { code, stdout, stderr } = await command.done;
  const { nodes }: RunResult = JSON.parse(stdout);
  expect(code).toBe(1);
  expect(nodes.map(({ verdict, evidence }) => [verdict, evidence.eventLog])).toEqual([
    ['ecc-ue', [expect.stringMatching(/Memory #0x87 \| Uncorrectable ECC \| Asserted/)]],
    ['pass', null],
    ['pass', null],
  ]);
  expect(stderr).toMatch(/^n2: the event log of its BMC is not known: \S+/m);
});
