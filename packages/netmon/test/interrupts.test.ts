// Ctrl-C while a verb waits for a node that is frozen: it says who is unfinished, shows what is there, and leaves nothing on the
// nodes. Needs root, tmux and iperf3.
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NamespacesLab, startNamespacesLab } from '@heorot/lab';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { netmonBin, openPlace, type Place } from './netmon-on-a-terminal.ts';

let folder: string;
let lab: NamespacesLab;
let place: Place;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-interrupts-'));
  lab = await startNamespacesLab({ folder: join(folder, 'lab'), nodes: 3 });
  place = await openPlace(lab.clusterFile);
  await lab.fault('n2', { kind: 'freeze' });
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  await lab[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});
const patience = ['-t', '60'];

test('netmon once shows who has answered', async () => {
  await using terminal = await place.netmon(['once', '-a', ...patience]);
  await terminal.waitFor(/2 of 3 answered, waiting for n2 \(\d+ s\)/);
  await terminal.press('C-c');
  const screen = await terminal.waitFor(/interrupted: 2 of 3 answered, waiting for n2/);
  // Who has more traffic stands first, and last who has not answered.
  expect(screen).toMatch(
    /^n([13]) +[\d.]+ k?bit\/s[^]*^n(?!\1)[13] +[\d.]+ k?bit\/s[^]*^n2 {2}connecting: no answer/m,
  );
  expect(await terminal.ended()).toBe(130);
  expect(await remainsAtLast()).toEqual([]);
});

test('netmon watch ends at once', async () => {
  await using terminal = await place.netmon(['watch', '-a', ...patience]);
  await terminal.waitFor(/ n3 rx /);
  await terminal.press('C-c');
  expect(await terminal.ended()).toBe(130);
  expect(await remainsAtLast()).toEqual([]);
  expect(await terminal.screen()).not.toMatch(/Ctrl-C again/);
});

test('netmon agent status tells of those that answered', async () => {
  await using terminal = await place.netmon(['agent', 'status', '-a', ...patience]);
  await terminal.waitFor(/2 of 3 answered, waiting for n2/);
  await terminal.press('C-c');
  expect(await terminal.ended()).toBe(130);
  expect(await remainsAtLast()).toEqual([]);
  expect(await terminal.screen()).toMatch(/^n1 +absent$[^]*^n2 +unreachable [^]*^n3 +absent$/m);
});

test('netmon agent remove finishes what it has begun, unless it is told twice', async () => {
  await using terminal = await place.netmon(['agent', 'remove', '-a', ...patience]);
  await terminal.waitFor(/2 of 3 answered, waiting for n2/);
  await terminal.press('C-c');
  await terminal.waitFor(/interrupted: 2 of 3 answered, waiting for n2; Ctrl-C again to stop now/);
  await terminal.press('C-c');
  expect(await terminal.ended()).toBe(130);
  expect(await remainsAtLast()).toEqual([]);
});

test('netmon probe keeps what it has measured and ends what it has started', async () => {
  await using terminal = await place.netmon(['probe', 'n1', 'n3', '--for', '60s', '--yes']);
  await terminal.waitFor(/0 of 1 pair measured\nn1 sends to n3/);
  await someRemain();
  await terminal.press('C-c');
  expect(await terminal.ended()).toBe(130);
  expect(await remainsAtLast()).toEqual([]);
  expect(await terminal.screen()).toMatch(/^n1 +n3 +\? +\? +iperf3 +stopped$/m);
});

test('netmon probe leaves nothing on the nodes even where it is killed', async () => {
  const words = ['probe', 'n1', 'n3', '--for', '60s', '--yes', '--cluster', lab.clusterFile];
  const head = spawn(process.execPath, [netmonBin, ...words], { stdio: 'ignore' });
  await someRemain();
  head.kill('SIGKILL');
  expect(await remainsAtLast()).toEqual([]);
});

async function someRemain(): Promise<void> {
  for (let tries = 0; tries < 300 && remains().length < 2; tries++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  expect(remains().length).toBeGreaterThanOrEqual(2);
}

/** After what ends on the nodes by itself has had its time. */
async function remainsAtLast(): Promise<readonly string[]> {
  for (let tries = 0; tries < 200 && remains().length > 0; tries++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  return remains();
}

/** What netmon runs on nodes: samplers, agents, senders and receivers. */
function remains(): readonly string[] {
  return ['n1', 'n3'].flatMap((node) => {
    const [, second, third] = lab.nodes.find(({ name }) => name === node)?.address.split('.') ?? [];
    const pids = execFileSync('ip', ['netns', 'pids', `heorot-${second}-${third}-${node}`], {
      encoding: 'utf8',
    });
    return pids
      .split('\n')
      .filter((pid) => pid !== '')
      .map(commandLine)
      .filter((line) => /heorot-netmon|iperf3|heorot-agent/.test(line));
  });
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
