// Commands through the real sudo, as a user of the test's own with a password; needs root and sudo.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { parseHostName } from '@heorot/inventory';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fanoutOver } from '../src/engine/open-fanout.ts';
import type { Command, RunOptions } from '../src/model/command.ts';
import { gather } from '../src/testing/lab-targets.ts';
import { shellSource } from '../src/testing/shell-source.ts';

const user = 'heorot-sudo-test';
const password = "p w'$x";
const rule = '/etc/sudoers.d/heorot-sudo-test';

beforeAll(() => {
  execFileSync('useradd', ['--create-home', '--shell', '/bin/bash', user]);
  execFileSync('chpasswd', { input: `${user}:${password}\n` });
  // Nothing is remembered between commands: each must ask.
  writeFileSync(rule, `Defaults:${user} timestamp_timeout=0\n${user} ALL=(ALL) ALL\n`, { mode: 0o440 });
});
afterAll(() => {
  rmSync(rule, { force: true });
  execFileSync('userdel', ['--remove', user], { stdio: 'ignore' });
});

const node = [{ node: 'here', host: parseHostName('localhost'), settings: {} }];
const login = `setpriv --reuid ${user} --regid ${user} --init-groups env HOME=/home/${user} USER=${user} bash`;

async function run(command: Command, options: Partial<RunOptions> = {}) {
  await using fanout = fanoutOver(shellSource(login), { forwardAgent: false, keepSessions: false });
  const { stdout, stderr, summary } = await gather(
    fanout.run(node, command, { schedule: { fanout: 1 }, ...options }),
  );
  return {
    stdout: stdout.get('here')?.toString() ?? '',
    stderr: stderr.get('here')?.toString() ?? '',
    outcome: summary.results[0]?.outcome,
  };
}

it('gives the password to the prompt, and the input to the command', async () => {
  const stdin = Readable.from([Buffer.from('fed')]);
  const { stdout, stderr, outcome } = await run({ text: 'id -un; cat', sudo: { password } }, { stdin });
  expect([stdout, stderr, outcome]).toEqual(['root\nfed', '', { kind: 'ok' }]);
});

it('becomes another user, in a directory and with an environment', async () => {
  const command = { text: 'id -un; pwd; echo "$X"', directory: '/usr', environment: { X: "it's" } };
  const { stdout } = await run({ ...command, sudo: { password, user: 'nobody' } });
  expect(stdout).toBe("nobody\n/usr\nit's\n");
});

it('runs an uploaded script with its input', async () => {
  const script = { name: 'check', content: Buffer.from('#!/bin/sh\nid -un; echo "$1"; cat\n') };
  const stdin = Readable.from([Buffer.from('fed')]);
  const { stdout } = await run({ text: 'argument', script, sudo: { password } }, { stdin });
  expect(stdout).toBe('root\nargument\nfed');
});

it('answers on a terminal as well', async () => {
  const terminal = { columns: 80, rows: 25, term: 'xterm' };
  const { stdout } = await run({ text: 'id -un', sudo: { password }, terminal });
  expect(stdout).toMatch(/^\s*root\r\n$/);
});

it('says a wrong password once and gives up, without showing it', async () => {
  const { stdout, stderr, outcome } = await run({ text: 'id -un', sudo: { password: 'wrong one' } });
  expect(outcome).toEqual({ kind: 'exit', code: 1 });
  expect(stderr).toContain('incorrect password');
  expect(stdout + stderr).not.toMatch(/wrong one|heorot-/);
});

it('asks nobody when there is no password', async () => {
  const { stderr, outcome } = await run({ text: 'id -un', sudo: {} });
  expect(outcome).toEqual({ kind: 'exit', code: 1 });
  expect(stderr).toContain('a password is required');
});

it('ends processes of root through sudo as well', async () => {
  const seconds = 200_000 + process.pid;
  const text = `sleep ${seconds} & trap '' TERM; sleep ${seconds}`;
  const { outcome } = await run({ text, sudo: { password } }, { commandTimeoutMs: 1500 });
  expect(outcome).toEqual({ kind: 'command-timeout', afterMs: 1500, cleanup: 'ended' });
  expect(() => execFileSync('pgrep', ['-f', `^sleep ${seconds}`])).toThrow('Command failed');
});
