// Nodes whose BMC the cluster file knows: its event log is read over the network by the real ipmitool, from openipmi's simulator.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedLab } from '@heorot/lab';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SimulatedBmc, startBmc } from './bmc.fixture.ts';
import { answerOf, headOf, untilItTests } from './head.fixture.ts';

const head = headOf('bmc-event-log', (folder) => startEmbeddedLab({ folder, nodes: 3 }));
let bmc: SimulatedBmc;

beforeAll(async () => {
  bmc = await startBmc(join(head.folder, 'bmc'), '127.0.86.1');
  // n1 has a BMC, that of n2 is dead, n3 has none.
  const access = `bmc: {address: "127.0.86.[1-2]", user: ${bmc.user}, passwordFile: ${bmc.passwordFile}}`;
  const { clusterFile } = head.lab;
  const known = readFileSync(clusterFile, 'utf8').replace('  n[1-2]: {', `  n[1-2]: {${access}, `);
  writeFileSync(clusterFile, known);
});
afterAll(() => bmc?.[Symbol.dispose]());

const small = ['--engines', 'march', '--memory', '16M', '--reserve', '64M', '--wait', '--json'];

it('an error that a BMC logs during the run is a finding; earlier ones are not', async () => {
  bmc.logMemoryError(0);
  const command = head.type('run', '-w', 'n[1-3]', '--passes', '1', ...small);
  // By then the event log was read.
  await untilItTests(head, 'n1');
  bmc.logMemoryError(1);
  const { code, result, stderr } = await answerOf(command);
  expect(code).toBe(1);
  expect(result.nodes.map(({ verdict, evidence }) => [verdict, evidence.eventLog])).toEqual([
    ['ecc-ue', [expect.stringMatching(/Memory #0x87 \| Uncorrectable ECC \| Asserted/)]],
    ['pass', null],
    ['pass', null],
  ]);
  expect(stderr).toMatch(/^n2: the event log of its BMC is not known: \S+/m);
});
