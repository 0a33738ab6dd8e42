// No process survives on a node when dsh has been told to stop, has run out of time, or stops at the first failure.
// 64 remote commands at a time, the kinds that survive elsewhere. Needs root, openssh-server, iproute2, tcsh, fish, busybox.
import { appendFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Desk, quoted, type Running } from './fixtures/desk.ts';
import { embeddedPlace, namespacesPlace, type Place } from './fixtures/lab-of.ts';
import { newMark, processesWith } from './fixtures/processes.ts';

/** Each starts at least one process with the mark on its command line. */
const commands: readonly ((mark: string) => string)[] = [
  (mark) => `sleep ${mark}; true`,
  (mark) => `timeout ${mark} sleep ${mark}; true`,
  (mark) => `trap "" TERM; sleep ${mark}`,
  (mark) => `sleep ${mark} & sleep ${mark} & wait`,
  (mark) => `env -i sleep ${mark}`,
  (mark) => `set -m; sleep ${mark} & sleep ${mark}`,
  (mark) => `(trap "" TERM HUP INT; exec sleep ${mark}); true`,
  (mark) => `yes | sleep ${mark}`,
];

/** How long after the signal nothing may be alive. */
const graceMs = 3000;

describe.each([
  ['ssh2, 8 nodes with a real sshd', 'namespaces', ['--transport', 'ssh2']],
  ['openssh, 8 nodes with a real sshd', 'namespaces', ['--transport', 'openssh']],
  ['ssh2, as a user who is not root', 'namespaces', ['-l', 'heorot']],
] as const)('%s', (_, _kind, flags) => {
  let place: Place<Lab>;
  beforeAll(async () => {
    place = await namespacesPlace({ nodes: 8 });
  });
  afterAll(() => place[Symbol.asyncDispose]());

  test.each([
    ['Ctrl-C without a terminal', 'SIGINT', 130],
    ['SIGTERM', 'SIGTERM', 143],
    ['a lost terminal', 'SIGHUP', 129],
  ] as const)('after %s', async (_name, signal, code) => {
    const mark = newMark();
    const runs = startAll(place.desk, mark, flags);
    await allRun(mark);
    for (const { pid } of runs) process.kill(pid, signal);
    await sleep(graceMs);
    expect(processesWith(mark)).toEqual([]);
    for (const { ended } of runs) {
      const { code: actual, stderr } = await ended;
      expect(stderr).toContain('0 of 8 ok');
      expect(stderr).not.toContain('may still run');
      expect(actual).toBe(code);
    }
  });

  test('after a command timeout', async () => {
    const mark = newMark();
    for (const { ended } of startAll(place.desk, mark, [...flags, '-u', '2'])) {
      const { code, stderr } = await ended;
      expect(stderr).toMatch(/0 of 8 ok in .* · command-timeout: n\[1-8\]/);
      expect(stderr).not.toContain('may still run');
      expect(code).toBe(4);
    }
    expect(processesWith(mark)).toEqual([]);
  });

  test('after the first failure with --fail-fast', async () => {
    const mark = newMark();
    const runs = commands.map((command) =>
      place.desk.start([
        '-a',
        '--fail-fast',
        ...flags,
        `test "$(hostname)" = n8 && sleep 3 && exit 3; ${command(mark)}`,
      ]),
    );
    for (const { ended, child } of runs) {
      child.stdin?.end();
      const { code, stderr } = await ended;
      expect(stderr).toMatch(/exit 3: n8/);
      expect(stderr).toMatch(/cancelled: n\[1-7\]/);
      expect(code).toBe(1);
    }
    expect(processesWith(mark)).toEqual([]);
  });

  test('after Ctrl-C twice on a terminal; the first alone ends nothing', async () => {
    const mark = newMark();
    const lines = commands.map(
      (command) => `dsh -a ${flags.join(' ')} ${quoted(`echo up; ${command(mark)}`)}`,
    );
    const runs = lines.map((line) => place.desk.terminal(line));
    await allRun(mark);
    for (const { child } of runs) child.stdin?.write('\x03');
    for (const run of runs) await run.until(({ stdout }) => stdout.includes('still running: n[1-8]'));
    expect(processesWith(mark).length).toBeGreaterThanOrEqual(64);
    for (const { child } of runs) child.stdin?.write('\x03');
    await sleep(graceMs);
    expect(processesWith(mark)).toEqual([]);
    for (const { ended } of runs) expect(await ended).toMatchObject({ code: 130 });
  });
});

function startAll(desk: Desk, mark: string, flags: readonly string[]): readonly Running[] {
  return commands.map((command) => {
    const run = desk.start(['-a', ...flags, command(mark)]);
    run.child.stdin?.end();
    return run;
  });
}

/** A stop is worth something only when everything runs. */
async function allRun(mark: string, count = 64): Promise<void> {
  await vi.waitUntil(() => processesWith(mark).length >= count, { timeout: 60_000, interval: 200 });
}
