// Each node ends in exactly one way, and text, --json, --ndjson, history and exit code say the same of it.

import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EmbeddedLab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { embeddedPlace, type Place } from './fixtures/lab-of.ts';
import { newMark, processesWith } from './fixtures/processes.ts';

let place: Place<EmbeddedLab>;
beforeAll(async () => {
  place = await embeddedPlace({ nodes: 10 });
  await place.lab.fault('n5', { kind: 'freeze' });
  await place.lab.fault('n6', { kind: 'kill' });
  await place.lab.fault('n7', { kind: 'new-host-key' });
});
afterAll(() => place[Symbol.asyncDispose]());

/** Node by node, how it ends when the run is stopped after the command of n4 has timed out. */
const expected: Readonly<Record<string, string>> = {
  n1: 'ok',
  n2: 'exit',
  n3: 'signal',
  n4: 'command-timeout',
  n5: 'connect-timeout',
  n6: 'unreachable',
  n7: 'host-key',
  n8: 'auth',
  n9: 'cancelled',
  n10: 'skipped',
};

describe('a run in which everything happens', () => {
  test('is told by --ndjson, one end a node', async () => {
    const { stdout, stderr, code } = await everything(['--ndjson']);
    const events: { kind: string; node: string; outcome: { kind: string } }[] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const ends = events.filter(({ kind }) => kind === 'end');
    expect(ends.length).toBe(10);
    expect(Object.fromEntries(ends.map(({ node, outcome }) => [node, outcome.kind]))).toEqual(expected);
    expect(events.at(-1)).toMatchObject({ kind: 'summary', counts: onceEach(), stopped: 'received SIGTERM' });
    expect(code).toBe(143);
    expectText(stderr);
  });

  test('is told by --json, one entry a node', async () => {
    const { stdout, stderr } = await everything(['--json']);
    const document = JSON.parse(stdout);
    const kinds = document.nodes.map(({ node, outcome }: { node: string; outcome: { kind: string } }) => [
      node,
      outcome.kind,
    ]);
    expect(kinds.length).toBe(10);
    expect(Object.fromEntries(kinds)).toEqual(expected);
    expect(document.counts).toEqual(onceEach());
    expectText(stderr);
  });

  test.each([
    ['as lines', []],
    ['gathered', ['-b']],
    ['as files', ['--out-dir', 'out']],
  ])('is told in text, each node in the last line once: %s', async (_, flags) => {
    const { stderr, code } = await everything(flags);
    expectText(stderr);
    expect(code).toBe(143);
  });

  test('is in the history as it was', async () => {
    await everything([]);
    const { stdout } = await place.desk.dsh(['--show', await newestRun(), '--json']);
    const kinds = JSON.parse(stdout).nodes.map(
      ({ node, outcome }: { node: string; outcome: { kind: string } }) => [node, outcome.kind],
    );
    expect(Object.fromEntries(kinds)).toEqual(expected);
  });
});

describe('the exit code', () => {
  const only = (nodes: string, ...flags: readonly string[]) =>
    place.desk.dsh([
      '--cluster',
      writeCluster(),
      '-w',
      nodes,
      '-u',
      '2',
      '-t',
      '1',
      ...flags,
      '--expand',
      'eval %second',
    ]);

  test.each([
    ['0: all ok', 'n1', [], 0],
    ['1: a command failed', 'n[1-2]', [], 1],
    ['1: a command was killed', 'n[1,3]', [], 1],
    ['1: a command failed, and worse to reach others', 'n[2,5-8]', [], 1],
    ['4: a command timed out', 'n[1,4]', [], 4],
    ['4: no answer', 'n[1,5]', [], 4],
    ['4: unreachable', 'n[1,6]', [], 4],
    ['4: the host key is in doubt', 'n[1,7]', [], 4],
    ['4: permission denied', 'n[1,8]', [], 4],
    ['the largest with -S', 'n[1-2]', ['-S'], 7],
    ['128 + signal with -S', 'n[1-3]', ['-S'], 137],
    ['255 with -S for a node that has none', 'n[1-3,6]', ['-S'], 255],
    ['1 with --fail-fast', 'n[1-2]', ['--fail-fast'], 1],
  ])('%s', async (_, nodes, flags, code) => {
    expect((await only(nodes, ...flags)).code).toBe(code);
  });

  test.each([
    ['2 for a flag that does not exist', ['--frobnicate', '-a', 'true'], 2],
    ['2 without a command', ['-a'], 2],
    ['3 for an unknown group', ['-g', 'nosuch', 'true'], 3],
    ['3 for an empty selection', ['-w', 'n1', '-x', 'n1', 'true'], 3],
    ['3 for a cluster file that is not there', ['--cluster', 'nowhere.yaml', '-a', 'true'], 3],
  ])('%s, and nothing is run', async (_, argv, code) => {
    const { code: actual, stdout, stderr } = await place.desk.dsh(argv);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^dsh: /);
    expect(actual).toBe(code);
  });
});

/** Stops the run once the command of n4 has timed out: n9 is then at its second command, and n10 waits for its batch. */
async function everything(flags: readonly string[]) {
  const mark = newMark();
  const limits = ['-u', '3', '-t', '1', '--batch', '9'];
  const commands = ['--expand', '-e', 'eval %first', '-e', 'eval %second'];
  const run = place.desk.start(['--cluster', writeCluster(mark), '-a', ...limits, ...flags, ...commands]);
  run.child.stdin?.end();
  await vi.waitUntil(() => processesWith(mark).length > 0, { timeout: 20_000 });
  await vi.waitUntil(() => processesWith(mark).length === 0, { timeout: 20_000 });
  process.kill(run.pid, 'SIGTERM');
  return run.ended;
}

function expectText(stderr: string): void {
  const line = stderr.split('\n').find((each) => each.startsWith('1 of 10 ok in '));
  const told = line
    ?.split(' · ')
    .slice(1)
    .map((part) => /^([\w-]+)(?: [\w]+)?: (n\d+)/.exec(part)?.slice(1, 3));
  const failures = Object.entries(expected).filter(([, kind]) => kind !== 'ok');
  // Eight ways are named; with more the last are counted.
  const named = new Map(told?.filter((each) => each !== undefined).map(([kind, node]) => [node, kind]));
  for (const [node, kind] of named) expect(failures).toContainEqual([node, kind]);
  const counted = Number(/ · (\d+) more in \d+ other ways/.exec(line ?? '')?.[1] ?? 0);
  expect(named.size + counted).toBe(failures.length);
}

const onceEach = () => Object.fromEntries(Object.values(expected).map((kind) => [kind, 1]));

async function newestRun(): Promise<string> {
  const { stdout } = await place.desk.dsh(['--history']);
  return /^\s*(\d+) /m.exec(stdout.split('\n').slice(1).join('\n'))?.[1] ?? '';
}

/** @param mark how long n4 sleeps */
function writeCluster(mark = '600'): string {
  const stranger = join(place.desk.folder, 'stranger');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(stranger, privateKey.export({ type: 'sec1', format: 'pem' }), { mode: 0o600 });
  const second: Readonly<Record<string, string>> = { n2: 'exit 7', n3: 'kill -KILL $$' };
  const nodes = place.lab.nodes.map(({ name, address, port }) => {
    const labels = {
      first: name === 'n4' ? `sleep ${mark}` : name === 'n9' ? 'sleep 2' : 'true',
      second: second[name] ?? (name === 'n4' || name === 'n9' ? 'sleep 600' : 'true'),
    };
    return [name, { address, port, labels, ...(name === 'n8' ? { identity: stranger } : {}) }];
  });
  const defaults = { identity: place.lab.identity, knownHosts: place.lab.knownHosts };
  const path = join(place.desk.folder, 'cluster.yaml');
  writeFileSync(path, JSON.stringify({ defaults, nodes: Object.fromEntries(nodes) }), { mode: 0o600 });
  return path;
}
