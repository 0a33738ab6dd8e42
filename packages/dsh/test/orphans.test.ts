// No process survives on a node once dsh has ended: told to stop, out of time, or stopped by the first failure.
// 64 remote commands at a time, of the kinds that survive elsewhere. Needs root, openssh-server, iproute2, tcsh, fish, busybox.
import { appendFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EmbeddedLab, NamespacesLab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { quoted, type Running } from './fixtures/desk.ts';
import { embeddedPlace, namespacesPlace, type Place } from './fixtures/lab-of.ts';
import { newMark, processesWith } from './fixtures/processes.ts';
import { type Task, writeTasksCluster } from './fixtures/tasks-cluster.ts';

/** Each starts at least one process with the mark on its command line. */
const kinds: readonly ((mark: string) => string)[] = [
  (mark) => `sleep ${mark}; true`,
  (mark) => `timeout ${mark} sleep ${mark}; true`,
  (mark) => `trap "" TERM; sleep ${mark}`,
  (mark) => `sleep ${mark} & sleep ${mark} & wait`,
  (mark) => `env -i sleep ${mark}`,
  (mark) => `set -m; sleep ${mark} & sleep ${mark}`,
  (mark) => `(trap "" TERM HUP INT; exec sleep ${mark}); true`,
  (mark) => `yes | sleep ${mark}`,
];

/** The marked processes of the kinds on eight machines. */
const all = 88;

describe.each([
  ['ssh2', 'namespaces', 'root'],
  ['openssh', 'namespaces', 'root'],
  ['ssh2', 'namespaces', 'heorot'],
  ['ssh2', 'embedded', 'root'],
] as const)('%s, %s lab, as %s', (transport, kind, user) => {
  let place: Place<NamespacesLab | EmbeddedLab>;
  beforeAll(async () => {
    place = await (kind === 'embedded' ? embeddedPlace({ nodes: 8 }) : namespacesPlace({ nodes: 8 }));
  });
  afterAll(() => place[Symbol.asyncDispose]());

  /** Starts the eight kinds on eight machines; `before` runs first on each. */
  const startAll = async (mark: string, flags: readonly string[], before = ':'): Promise<Running> => {
    const tasks = kinds.map((task) => ({ command: task(mark), user }));
    const cluster = await writeTasksCluster(place.lab, place.desk.folder, tasks);
    const run = place.desk.start(typed(cluster, flags, before));
    run.child.stdin?.end();
    return run;
  };
  const typed = (cluster: string, flags: readonly string[], before: string): readonly string[] => [
    '--cluster',
    cluster,
    '-a',
    '--transport',
    transport,
    ...flags,
    '--expand',
    `${before}; eval %task`,
  ];

  test.each([
    ['Ctrl-C without a terminal', 'SIGINT', 130],
    ['SIGTERM', 'SIGTERM', 143],
    ['a lost terminal', 'SIGHUP', 129],
  ] as const)('after %s', async (_name, signal, code) => {
    const mark = newMark();
    const run = await startAll(mark, []);
    await allRun(run, mark);
    process.kill(run.pid, signal);
    const ended = await run.ended;
    expect(alive(mark)).toEqual([]);
    expect(ended.stderr).toMatch(/0 of 64 ok in .* · cancelled: t\[1-8\]n\[1-8\]/);
    expect(ended.stderr).not.toContain('may still run');
    expect(ended.code).toBe(code);
  });

  test.each([1, 30])('after SIGTERM when %i of 88 processes run and others start', async (running) => {
    const mark = newMark();
    const run = await startAll(mark, []);
    await allRun(run, mark, running);
    process.kill(run.pid, 'SIGTERM');
    const { stderr } = await run.ended;
    expect(alive(mark)).toEqual([]);
    expect(stderr).not.toContain('may still run');
  });

  test('after a command timeout', async () => {
    const mark = newMark();
    const { ended } = await startAll(mark, ['-u', '4']);
    const { code, stderr } = await ended;
    expect(alive(mark)).toEqual([]);
    expect(stderr).toMatch(/0 of 64 ok in .* · command-timeout: t\[1-8\]n\[1-8\]/);
    expect(stderr).not.toContain('may still run');
    expect(code).toBe(4);
  });

  test('after the first failure with --fail-fast', async () => {
    const mark = newMark();
    const go = `${place.desk.folder}-go`;
    const failing = `test %n = t1n1 && { until test -e ${go}; do sleep 0.1; done; exit 3; }`;
    const run = await startAll(mark, ['--fail-fast'], failing);
    await allRun(run, mark, all - 1);
    await writeFile(go, '');
    const { code, stderr } = await run.ended;
    expect(alive(mark)).toEqual([]);
    await rm(go);
    expect(stderr).toMatch(/0 of 64 ok in .* · cancelled: t1n\[2-8\],.* · exit 3: t1n1/);
    expect(stderr).not.toContain('may still run');
    expect(code).toBe(1);
  });

  test('after Ctrl-C twice on a terminal; the first alone ends nothing', async () => {
    const mark = newMark();
    const tasks = kinds.map((task) => ({ command: task(mark), user }));
    const cluster = await writeTasksCluster(place.lab, place.desk.folder, tasks);
    const run = place.desk.terminal(`dsh ${typed(cluster, ['-N'], ':').map(quoted).join(' ')}`);
    await allRun(run, mark);
    run.child.stdin?.write('\x03');
    await run.until(({ stdout }) => /still running: .*\(64\)/.test(stdout));
    expect(alive(mark)).toHaveLength(all);
    run.child.stdin?.write('\x03');
    const ended = await run.ended;
    expect(alive(mark)).toEqual([]);
    expect(ended).toMatchObject({ code: 130, stdout: expect.stringContaining('0 of 64 ok') });
  });
});

describe('login shells other than sh', () => {
  let place: Place<NamespacesLab>;
  const shells = { ash: '/home/heorot/ash', bash: '/bin/bash', fish: '/usr/bin/fish', tcsh: '/usr/bin/tcsh' };
  beforeAll(async () => {
    place = await namespacesPlace({ nodes: 4 });
    for (const { name } of place.lab.nodes) {
      const system = join(place.lab.folder, 'nodes', name);
      await symlink('/bin/busybox', join(system, 'user', 'ash'));
      const accounts = Object.entries(shells).map(
        ([user, shell]) => `with-${user}:*:4242:4242::/home/heorot:${shell}\n`,
      );
      await appendFile(join(system, 'etc', 'passwd'), accounts.join(''));
    }
  });
  afterAll(() => place[Symbol.asyncDispose]());

  test.each(['ssh2', 'openssh'])('leave nothing behind after SIGTERM: %s', async (transport) => {
    const mark = newMark();
    const tasks: Task[] = Object.keys(shells).flatMap((shell) =>
      [
        `sleep ${mark}; true`,
        `timeout ${mark} sleep ${mark}; true`,
        `sleep ${mark} & sleep ${mark}`,
        `env -i sleep ${mark}`,
      ].map((command) => ({ command, user: `with-${shell}` })),
    );
    const cluster = await writeTasksCluster(place.lab, place.desk.folder, tasks);
    const flags = ['--cluster', cluster, '-a', '--transport', transport];
    const run = place.desk.start([...flags, '--expand', 'eval %task']);
    run.child.stdin?.end();
    await allRun(run, mark, 96);
    process.kill(run.pid, 'SIGTERM');
    const { code, stderr } = await run.ended;
    expect(alive(mark)).toEqual([]);
    expect(stderr).toMatch(/^0 of 64 ok in .* · cancelled: t\[1-16\]n\[1-4\] \(received SIGTERM\)$/m);
    expect(code).toBe(143);
  });

  test('run what was typed and give its exit code', async () => {
    const tasks = Object.keys(shells).map((shell) => ({ command: 'exit 7', user: `with-${shell}` }));
    const cluster = await writeTasksCluster(place.lab, place.desk.folder, tasks);
    const { code, stdout, stderr } = await place.desk.dsh(
      ['--cluster', cluster, '-w', 't[1-4]n1', '-L', '--expand', 'echo out; eval %task'],
      { stdin: '' },
    );
    expect(stdout).toBe('t[1-4]n1: out\n');
    expect(stderr).toMatch(/0 of 4 ok .* · exit 7: t\[1-4\]n1/);
    expect(code).toBe(1);
  });
});

/** Command lines of what still lives. */
function alive(mark: string): readonly string[] {
  return processesWith(mark).map(({ words }) => words.join(' '));
}

/** A stop is worth something only when everything runs. */
async function allRun({ ended }: Running, mark: string, count = all): Promise<void> {
  const early = ended.then((end) => Promise.reject(new Error(`dsh ended: ${JSON.stringify(end)}`)));
  const running = vi.waitUntil(() => alive(mark).length >= count, { timeout: 30_000, interval: 50 });
  await Promise.race([running, early]);
}
