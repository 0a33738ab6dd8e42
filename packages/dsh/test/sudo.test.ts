// --sudo as a user without root's powers types it, on nodes with a real sshd and a real sudo; needs root.
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NamespacesLab, startNamespacesLab, type TestTerminal } from '@heorot/lab';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openPlace, type Place, processesWith } from './dsh-on-a-terminal.ts';

const password = "Wyrm'5 h0ard";

/** Run by root on each node: the plain user gets a password, and sudo, which n3 gives without asking. */
const setUp = String.raw`set -e
hash=$(perl -e 'print crypt("Wyrm\x275 h0ard", q($6$heorot$))')
passwd=$(sed "s|^heorot:[*]:|heorot:$hash:|" /etc/passwd)
printf '%s\n' "$passwd" >/etc/passwd
mkdir -p /root/sudoers.d
tag=
if [ "$(hostname)" = n3 ]; then tag=NOPASSWD:; fi
printf 'Defaults:heorot timestamp_timeout=0\nheorot ALL=(ALL) %s ALL\n' "$tag" >/root/sudoers.d/heorot
chmod 755 /root/sudoers.d
chmod 440 /root/sudoers.d/heorot
mount --bind /root/sudoers.d /etc/sudoers.d`;

let folder: string;
let lab: NamespacesLab;
let place: Place;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-sudo-test-'));
  lab = await startNamespacesLab({ folder: join(folder, 'lab'), nodes: 3 });
  await using setting = await openPlace(lab.clusterFile);
  await using root = await setting.dsh(['-a', '-l', 'root', setUp]);
  await root.waitFor(/3 of 3 ok/);
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

let terminal: TestTerminal;
beforeEach(async () => {
  place = await openPlace(lab.clusterFile);
});
afterEach(async () => {
  await terminal[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

async function open(...parameters: readonly string[]): Promise<TestTerminal> {
  terminal = await place.dsh(['-l', 'heorot', ...parameters]);
  return terminal;
}

async function answer(secret: string): Promise<void> {
  await terminal.waitFor(/sudo password for the nodes:$/);
  await terminal.type(`${secret}\r`);
}

test('the password is asked once, without echo, and is nowhere but in the answer to sudo', async () => {
  await open('-w', 'n[1-2]', '--debug', '--sudo', '--ask-sudo-password', 'id -un; sleep 2');
  await answer(password);
  await terminal.waitFor(/n[12]: root\nn[12]: root/);
  expect(processesWith('h0ard')).toEqual([]);
  expect(await terminal.ended()).toBe(0);
  expect(await terminal.everything()).not.toContain('h0ard');
  expect((await terminal.everything()).match(/password/gi)).toHaveLength(1);
  // All that dsh keeps: history, prompt history, caches.
  const kept = execFileSync('sh', ['-c', 'grep -rlF h0ard . || true'], {
    cwd: place.folder,
    encoding: 'utf8',
  });
  expect(kept).toBe('');
});

test('a wrong password is said by each node, and nothing hangs', async () => {
  await open('-w', 'n[1-2]', '--sudo', '--ask-sudo-password', 'id', '-un');
  await answer('mellon');
  expect(await terminal.ended()).toBe(1);
  const screen = await terminal.screen();
  expect(screen).toMatch(/n1: .*incorrect password/);
  expect(screen).toMatch(/0 of 2 ok .* exit 1: n\[1-2\]/);
});

test('without a password to give, a node that wants one says so, and others go on', async () => {
  await open('-a', '--sudo', 'id', '-un');
  expect(await terminal.ended()).toBe(1);
  const screen = await terminal.screen();
  expect(screen).toContain('n3: root');
  expect(screen).toMatch(/n1: .*a password is required/);
  expect(screen).toMatch(/1 of 3 ok .* exit 1: n\[1-2\]/);
});

test.each([
  ['to whom sudo gave its turn without asking', 'n3'],
  ['that sudo has let through', 'n1'],
])('a command %s gets no password, whatever it prints', async (_, node) => {
  const fake = `printf '[sudo] password for heorot: ' >&2; cat; echo "(end of input)"`;
  await open('-w', node, '--sudo', '--ask-sudo-password', fake);
  await answer(password);
  expect(await terminal.ended()).toBe(0);
  expect(await terminal.screen()).toMatch(/^n\d: \(end of input\)$/m);
  expect(await terminal.everything()).not.toContain('h0ard');
});

test('with a terminal as well', async () => {
  await open('-w', 'n1', '--tty', '--sudo', '--ask-sudo-password', 'id -un; test -t 0; echo "terminal $?"');
  await answer(password);
  expect(await terminal.ended()).toBe(0);
  expect(await terminal.screen()).toMatch(/root\nterminal 0\n1 ok/);
  expect(await terminal.everything()).not.toContain('h0ard');
});

test('at the prompt it is asked once for all commands, which do not get it', async () => {
  await open('-w', 'n[1-2]', '--sudo', '--ask-sudo-password');
  await answer(password);
  await terminal.waitFor(/dsh n\[1-2\]>$/);
  await terminal.type('id -un\r');
  await terminal.waitFor(/n[12]: root\nn[12]: root\n2 of 2 ok .*\ndsh n\[1-2\]>$/);
  await terminal.type('cat; whoami\r');
  await terminal.waitFor(/whoami\nn[12]: root\nn[12]: root\n2 of 2 ok .*\ndsh n\[1-2\]>$/);
  await terminal.press('C-d');
  expect(await terminal.ended()).toBe(0);
  expect(await terminal.everything()).not.toContain('h0ard');
});

test('Ctrl-C at the question leaves, and gives the terminal back', async () => {
  terminal = await place.shell();
  await terminal.type('dsh -l heorot -w n1 --sudo --ask-sudo-password id -un\r');
  await terminal.waitFor(/sudo password for the nodes:$/);
  await terminal.press('C-c');
  await terminal.waitFor(/shell\$$/);
  await terminal.type('echo "code $?"; stty -a\r');
  expect(await terminal.waitFor(/ icanon .* echo /)).toContain('code 130');
});
