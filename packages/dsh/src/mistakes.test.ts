// Slips of the keyboard and missing things: said before anything is run, with what to do.
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DshOptions, type DshResult, runDsh } from './testing/run-dsh.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-dsh-mistakes-'));
  await writeFile(
    join(folder, 'cluster.yaml'),
    'defaults: {transport: local}\nnodes: {"n[1-4]": {sharedAddress: true, address: localhost}}\n',
    { mode: 0o600 },
  );
  await mkdir(join(folder, 'work'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Every command would leave a mark in the folder `work`. */
const dsh = (argv: readonly string[], options: DshOptions = {}): Promise<DshResult> =>
  runDsh(argv, {
    cwd: join(folder, 'work'),
    env: { HEOROT_CLUSTER: join(folder, 'cluster.yaml'), XDG_STATE_HOME: join(folder, 'state') },
    ...options,
  });

describe('a mistake on the command line runs nothing', () => {
  it.each<[string, readonly string[], number, string]>([
    ['a batch of nobody', ['--batch', '0'], 2, 'a batch of 0 nodes would never end'],
    ['no time to connect', ['-t', '0'], 2, "flag --connect-timeout: '0' leaves no time at all"],
    ['an empty user', ['--user='], 2, 'flag --user: its value (NAME) is empty'],
    ['an empty sudo user', ['--sudo-user', ''], 2, 'flag --sudo-user: its value (NAME) is empty'],
    ['a folder without a copy', ['--dest', '/x'], 2, 'flag --dest needs --copy or --fetch as well'],
    ['a command for the history', ['--history'], 2, "flag --history runs no command: 'touch mark'"],
    ['a command for earlier output', ['--from', '-'], 2, "flag --from runs no command: 'touch mark'"],
    [
      'a word that is no label',
      ['--expand', '-e', 'touch %marc'],
      2,
      "'%marc' in the command: no such label on any node",
    ],
    ['no place for answers', ['--out-dir', '/proc/x'], 3, 'cannot keep the output in /proc/x: '],
    ['no place for complaints', ['--err-dir', '/proc/x'], 3, 'cannot keep the output in /proc/x: '],
    ['more nodes than there can be', ['-w', 'n[1-99999999999]'], 3, '99999999999 nodes were selected'],
  ])('%s', async (_, flags, code, message) => {
    const selection = flags.includes('-w') ? [] : ['-a'];
    const command = flags.includes('-e') ? [] : ['touch', 'mark'];
    const { code: actual, stderr } = await dsh([...selection, ...flags, ...command]);
    expect(stderr).toContain(message);
    expect(actual).toBe(code);
    expect(await readdir(join(folder, 'work'))).toEqual([]);
  });

  it('no terminal to ask for a password on', async () => {
    expect(await dsh(['-a', '--ask-sudo-password', 'touch', 'mark'], { stdin: '' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('in scripts: --sudo-password-file FILE or --sudo-password-fd N'),
    });
  });
});

it('a node left out that is none of the cluster is said, and the others are worked on', async () => {
  const { code, stderr } = await dsh(['-a', '-x', 'n44,n2', '--no-history', 'true']);
  expect(stderr).toMatch(/^-x: n44 is not in .*cluster\.yaml: did you mean 'n4'\?\n3 of 3 ok/);
  expect(code).toBe(0);
});

it('a command timeout of 0 is none', async () => {
  expect((await dsh(['-w', 'n1', '-u', '0', '--no-history', 'true'])).code).toBe(0);
});

describe('without a home', () => {
  const homeless = { env: { HOME: '', HEOROT_CLUSTER: '' } };
  it.each([['--history'], ['--show', '1'], ['--retry']])('there is no history: %s', async (...argv) => {
    const { code, stderr } = await dsh(argv, homeless);
    expect(stderr).toBe('dsh: neither XDG_STATE_HOME nor HOME names a folder\n  set XDG_STATE_HOME\n');
    expect(code).toBe(3);
  });

  it('commands run all the same, --skip-down as well', async () => {
    const argv = ['-w', 'n1', '--transport', 'local', '--skip-down', 'echo', 'up'];
    const { code, stdout, stderr } = await dsh(argv, homeless);
    expect(stderr).toContain('this run is not in the history: neither XDG_STATE_HOME nor HOME');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'n1: up\n' });
  });
});
