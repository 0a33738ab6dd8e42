// The Slurm group source against Slurm itself: controller, nodes, jobs and their states.
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Inventory, openInventory } from '@heorot/inventory';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type NamespacesLab,
  type SlurmCluster,
  startNamespacesLab,
  startSlurmCluster,
} from '../src/index.ts';

let folder = '';
let lab: NamespacesLab;
let slurm: SlurmCluster;
/** Two nodes, one, and none. */
let pair: string;
let single: string;
let waiting: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slurm-groups-'));
  lab = await startNamespacesLab({ folder, nodes: 4 });
  slurm = await startSlurmCluster({ lab });
  await slurm.untilState('idle|n[1-3]');
  slurm.run('scontrol', 'update', 'NodeName=n4', 'State=DOWN', 'Reason=rehearsal');
  const submit = (...flags: readonly string[]) =>
    slurm.run('sbatch', '--parsable', '--exclusive', '-o', '/dev/null', ...flags, '--wrap', 'sleep 300');
  pair = submit('-p', 'batch', '-w', 'n2,n3', '-N2');
  single = submit('-w', 'n1');
  waiting = submit('-w', 'n1');
  await slurm.untilState('allocated|n[1-3]');
});
afterAll(async () => {
  await slurm?.[Symbol.asyncDispose]();
  await lab?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** A new inventory each time: answers are kept for a minute. */
async function inventory(): Promise<Inventory> {
  const clusterFile = join(slurm.folder, 'cluster.yaml');
  await writeFile(clusterFile, 'nodes: {"n[1-4]": {}}\nsources: {slurm: {type: slurm}}\n', { mode: 0o600 });
  return openInventory({ clusterFile, env: slurm.env, cwd: slurm.folder });
}

const resolve = async (expression: string): Promise<string> =>
  (await (await inventory()).resolve(expression)).toString();

test.each([
  ['partitions', '@slurm:debug', 'n[1-2]'],
  ['all nodes', '@slurm:*', 'n[1-4]'],
  ['states', '@slurm:state:allocated', 'n[1-3]'],
  ['states with a sign', '@slurm:state:down', 'n4'],
  ['what is up of a partition', '@slurm:batch!@slurm:state:down', 'n[2-3]'],
  ["a user's running jobs", '@slurm:user:root', 'n[1-3]'],
])('groups are %s: %s', async (_, expression, expected) => {
  expect(await resolve(expression)).toBe(expected);
});

test('groups are jobs by their numbers', async () => {
  expect(await resolve(`@slurm:job:${pair}`)).toBe('n[2-3]');
  expect(await resolve(`@slurm:job:${single}`)).toBe('n1');
});

test('a job that waits, a user without jobs and a state of nobody are empty, which is said', async () => {
  for (const group of [`job:${waiting}`, 'user:nobody', 'state:drained']) {
    await expect(resolve(`@slurm:${group}`)).rejects.toMatchObject({ code: 'group-empty' });
  }
});

test('a job, a partition and a state that are not are unknown, which is said', async () => {
  for (const group of ['job:999999', 'nosuch', 'state:nonsense']) {
    await expect(resolve(`@slurm:${group}`)).rejects.toMatchObject({ code: 'group-unknown' });
  }
});

test('groups are listed, and those of a node', async () => {
  const opened = await inventory();
  const listed = ['batch', 'debug', 'state:allocated', 'state:down'];
  expect(await opened.groups('slurm')).toEqual(listed);
  expect((await opened.groupsOf('n2', 'slurm')).map(({ group }) => group)).toEqual([
    'batch',
    'debug',
    'state:allocated',
  ]);
});

test('a Slurm that cannot answer fails what needed it, in its own words, and nothing else', async () => {
  const broken = join(slurm.folder, 'broken.conf');
  await writeFile(broken, 'SlurmctldPort=many\n');
  const silent = await openInventory({
    env: { ...slurm.env, SLURM_CONF: broken },
    clusterFile: join(slurm.folder, 'cluster.yaml'),
    cwd: slurm.folder,
  });
  await expect(silent.resolve('@slurm:debug')).rejects.toMatchObject({
    code: 'source-failed',
    message: expect.stringMatching(/^group source 'slurm' failed: exit status 1: sinfo: \w/),
  });
  expect((await silent.resolve('n[1-2]')).toString()).toBe('n[1-2]');
});
