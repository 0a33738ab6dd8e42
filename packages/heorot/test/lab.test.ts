// The lab verbs as a user types them, on the built bins.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bins } from './built-bins.ts';

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'heorot-lab-'));
});

afterAll(async () => {
  await type('heorot lab down --all');
  await rm(home, { recursive: true, force: true });
});

interface Typed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function type(command: string): Promise<Typed> {
  const program = `heorot() { '${process.execPath}' '${join(bins, 'heorot.js')}' "$@"; }\n${command}`;
  const env = { PATH: process.env['PATH'], HOME: home, XDG_STATE_HOME: home, SHELL: '/bin/sh' };
  return new Promise((resolve) => {
    const child = execFile('/bin/sh', ['-c', program], { cwd: home, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
    child.stdin?.end();
  });
}

test('up leaves a lab running that the shell of the user sees at once', async () => {
  const { stdout, stderr, code } = await type('eval "$(heorot lab up -n 4)"; echo "$HEOROT_CLUSTER"');
  expect(stderr).toMatch(/^4 nodes are up: /);
  expect(stdout).toBe(`${join(home, 'heorot', 'lab', 'rehearsal', 'cluster.yaml')}\n`);
  expect(code).toBe(0);
  expect(existsSync(stdout.trim())).toBe(true);
});

test('up says that a lab is there already, with exit code 3', async () => {
  const { code, stderr } = await type('heorot lab up');
  expect(stderr).toMatch(/a lab is already running .*\n.*heorot lab down/);
  expect(code).toBe(3);
});

test('a lab of another name says how to get at that one', async () => {
  const { stderr } = await type('heorot lab up -n 1 --name second; heorot lab down --name second');
  expect(stderr).toMatch(/heorot lab shell --name second\n.*heorot lab down --name second\n/);
});

test('a fault may befall more nodes at once than a process has file descriptors', async () => {
  const { stderr, code } = await type(
    "ulimit -n 400; heorot lab up -n 200 --built-in --name many 2>/dev/null >&2; heorot lab kill --name many 'n[1-200]'; heorot lab down --name many",
  );
  expect(stderr).toBe('n[1-200]: killed\nlab many: ended\n');
  expect(code).toBe(0);
});

test('faults take node sets and groups, and status shows what they did', async () => {
  expect((await type("heorot lab kill 'n[1-2]!n1'")).stderr).toBe('n2: killed\n');
  expect((await type('heorot lab freeze @login')).stderr).toBe('n4: frozen\n');
  expect((await type('heorot lab slow n1 --delay 20ms')).stderr).toBe('n1: slow\n');
  const { stdout } = await type('heorot lab status');
  expect(stdout).toMatch(/rehearsal\s+embedded\s+\S+\s+1 up, n1 slow, n2 killed, n4 frozen\s+\//);
  expect((await type('heorot lab reboot n2 n4 && heorot lab heal n1')).stderr).toBe(
    'n[2,4]: rebooted\nn1: healed\n',
  );
  const nodes: { condition: string }[] = JSON.parse((await type('heorot lab status --json')).stdout)[0].nodes;
  expect(nodes.map(({ condition }) => condition)).toEqual(['up', 'up', 'up', 'up']);
});

test.each([
  ['heorot lab kill', 2, /no nodes were named/],
  ['heorot lab kill n99', 3, /no node 'n99' in this lab/],
  ['heorot lab status --name', 2, /name/],
  ['heorot lab up --name ../x', 3, /cannot be the name of a lab/],
  ['heorot lab shell --name other', 3, /no lab is running/],
  ['heorot lab serve', 3, /run by `heorot lab up`/],
])('%s ends with exit code %i', async (command, code, message) => {
  const typed = await type(command);
  expect(typed.stderr).toMatch(message);
  expect(typed.code).toBe(code);
});

test('shell has the tools and the lab, and gives the exit code of the shell', async () => {
  const { stdout, code } = await type(
    'echo "nodes fold @compute; dsh -w n3 hostname; exit 5" | heorot lab shell',
  );
  expect(stdout).toBe('n[1-2]\nn3: n3\n');
  expect(code).toBe(5);
});

test('down takes it away', async () => {
  expect((await type('heorot lab down')).stderr).toBe('lab rehearsal: ended\n');
  expect(existsSync(join(home, 'heorot', 'lab', 'rehearsal'))).toBe(false);
  expect((await type('heorot lab down')).code).toBe(3);
});
