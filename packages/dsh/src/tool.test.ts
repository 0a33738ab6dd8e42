// dsh against real SSH servers in this process, as a user would type it.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedLab, startEmbeddedLab } from '@heorot/lab';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DshOptions, type DshResult, runDsh } from './testing/run-dsh.ts';

let folder: string;
let lab: EmbeddedLab;
let state: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-dsh-test-'));
  lab = await startEmbeddedLab({ folder: join(folder, 'lab'), nodes: 4 });
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  state = await mkdtemp(join(folder, 'state-'));
});

const dsh = (argv: readonly string[], options: DshOptions = {}): Promise<DshResult> =>
  runDsh(argv, {
    ...options,
    cwd: options.cwd ?? state,
    env: { HEOROT_CLUSTER: lab.clusterFile, XDG_STATE_HOME: state, ...options.env },
  });
const sorted = (text: string): string[] => text.trimEnd().split('\n').toSorted();
const onThird = (otherwise: string, onN3: string): string =>
  `test "$(hostname)" = n3 && ${onN3} || ${otherwise}`;

describe('running a command', () => {
  it('prefixes each line with the name of its node', async () => {
    const { code, stdout, stderr } = await dsh(['-a', 'hostname']);
    expect(code).toBe(0);
    expect(sorted(stdout)).toEqual(['n1: n1', 'n2: n2', 'n3: n3', 'n4: n4']);
    expect(stderr).toMatch(/^4 of 4 ok in \S+ \S+\n$/);
  });

  it('leaves all after the first operand to the node', async () => {
    const { stdout } = await dsh(['-w', 'n1', 'echo', '-n', '--', 'b', 'a', 'b', '-w', '--help']);
    expect(stdout).toBe('n1: -- b a b -w --help\n');
  });

  it('keeps the streams apart and says how a node failed', async () => {
    const { code, stdout, stderr } = await dsh([
      '-w',
      'n[2-3]',
      onThird('echo fine', '{ echo broken >&2; exit 3; }'),
    ]);
    expect(code).toBe(1);
    expect(stdout).toBe('n2: fine\n');
    expect(stderr).toMatch(
      /^n3: broken\nn3: exit 3\n1 of 2 ok in .* · exit 3: n3\nagain on those: dsh --retry\n$/,
    );
  });

  it('gives the largest exit code with -S', async () => {
    const { code } = await dsh(['-w', 'n[2-3]', '-S', onThird('exit 4', 'exit 42')]);
    expect(code).toBe(42);
  });

  it('runs several commands, up to the first that fails', async () => {
    const { stdout } = await dsh([
      '-w',
      'n1',
      '-N',
      '-q',
      '-e',
      'echo 1',
      '-e',
      'echo 2; false',
      '-e',
      'echo 3',
    ]);
    expect(stdout).toBe('1\n2\n');
  });

  it('runs a script with arguments, and leaves nothing of it behind', async () => {
    const script = join(state, 'greet.sh');
    await writeFile(script, '#!/bin/sh\nprintf "%s|" "$@"; echo "$0" >&2\n');
    const { code, stdout, stderr } = await dsh(['-w', 'n1', '-N', '-q', '--script', script, 'a b', "it's"]);
    expect(code).toBe(0);
    expect(stdout).toBe("a b|it's|");
    const left = await dsh(['-w', 'n1', '-N', '-q', 'ls', '-d', stderr.trim()]);
    expect(left.code).toBe(1);
  });

  it('sends stdin to every node, and nothing with -n', async () => {
    const fed = await dsh(['-w', 'n[1-2]', 'cat'], { stdin: 'hello\n' });
    expect(sorted(fed.stdout)).toEqual(['n1: hello', 'n2: hello']);
    expect((await dsh(['-w', 'n1', '-n', 'cat'], { stdin: 'hello\n' })).stdout).toBe('');
  });

  it('sets folder, variables and node variables', async () => {
    const { stdout } = await dsh([
      '-w',
      'n1',
      '-N',
      '--cwd',
      '/tmp',
      '--env',
      'A=x y',
      '--expand',
      'echo %n %rack $PWD $A',
    ]);
    expect(stdout).toBe('n1 rack1 /tmp x y\n');
  });

  it('stops at the first failure with --fail-fast', async () => {
    const { code, stderr } = await dsh(['-a', '--sequential', '--fail-fast', 'false']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/0 of 4 ok .* · (skipped|cancelled): n\[2-4\]/);
  });

  it('says in one line that a folder is not there', async () => {
    const { code, stderr } = await dsh(['-w', 'n1', '--cwd', '/no where', 'pwd']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^n1: cannot enter the folder \/no where\nn1: exit 1\n/);
  });

  it('is wrong usage without a command', async () => {
    const { code, stderr } = await dsh(['-a'], { stdin: '' });
    expect(code).toBe(2);
    expect(stderr).toBe(
      'dsh: no command was given\n  the prompt, which is dsh without a command, needs a terminal for its input\n',
    );
  });

  it('tells names that are in no cluster file from nodes that are down', async () => {
    const { code, stderr } = await dsh(['-w', 'n44', 'true']);
    expect(code).toBe(4);
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(`n44 is not in ${lab.clusterFile}: did you mean 'n4'?`);
  });

  it('refuses file names that the shell has put in the place of a node set', async () => {
    await writeFile(join(state, 'n1'), '');
    await writeFile(join(state, 'n2'), '');
    expect(await dsh(['-w', 'n1', 'n2', 'hostname'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("quote the node set: -w 'n[...]'"),
    });
    expect((await dsh(['-w', 'n[1-2]', '-N', 'echo'])).code).toBe(0);
  });
});

describe('showing the answers', () => {
  const differing = onThird('printf "a\\nb\\nc\\n"', 'printf "a\\nX\\nc\\n"');

  it('gathers equal answers', async () => {
    const { stdout } = await dsh(['-a', '-b', differing]);
    const rule = '---------------';
    expect(stdout).toBe(`${rule}\nn[1-2,4] (3)\n${rule}\na\nb\nc\n${rule}\nn3\n${rule}\na\nX\nc\n`);
  });

  it('merges them line by line', async () => {
    const { stdout } = await dsh(['-a', '-L', differing]);
    expect(stdout).toBe('n[1-4]: a\nn[1-2,4]: b\nn3: X\nn[1-4]: c\n');
  });

  it('shows the difference to the majority', async () => {
    const { stdout } = await dsh(['-a', '--diff', differing]);
    expect(stdout).toBe('--- n[1-2,4] (3)\n+++ n3\n@@ -1,3 +1,3 @@\n a\n-b\n+X\n c\n');
  });

  it('gathers stderr as well with -B', async () => {
    const { stdout, stderr } = await dsh(['-a', '-B', 'echo out; echo err >&2']);
    expect(sorted(stdout)).toContain('err');
    expect(stderr).not.toContain('err\n');
  });

  it('shows live lines and the folded answers in one run', async () => {
    const { stdout } = await dsh(['-a', '-b', '--live', 'echo', 'hi']);
    expect(sorted(stdout.slice(0, stdout.indexOf('---')))).toEqual(['n1: hi', 'n2: hi', 'n3: hi', 'n4: hi']);
    expect(stdout).toMatch(/---\nn\[1-4\] \(4\)\n-+\nhi\n$/);
  });

  it('writes files by node with --out-dir', async () => {
    const out = join(state, 'out');
    const { stdout } = await dsh([
      '-w',
      'n[1-2]',
      '--out-dir',
      out,
      'hostname; test $(hostname) = n1 || echo oops >&2',
    ]);
    expect(stdout).toBe('');
    expect((await readdir(out)).toSorted()).toEqual(['n1.out', 'n2.err', 'n2.out']);
    expect(await readFile(join(out, 'n2.out'), 'utf8')).toBe('n2\n');
  });

  it('aligns names and neutralises escape sequences on a terminal only', async () => {
    const argv = ['-w', 'n1', '--color', 'never', '-q', "printf 'a\\033[2Jb\\n'"];
    expect((await dsh(argv, { terminal: true })).stdout).toContain('n1: a\\x1b[2Jb\n');
    expect((await dsh(argv)).stdout).toBe('n1: a\x1b[2Jb\n');
  });

  it('passes bytes untouched without a prefix', async () => {
    const { stdout } = await dsh(['-w', 'n1', '-N', '-q', "printf 'a\\r\\n\\000\\377no newline'"]);
    expect(stdout).toBe('a\r\n\0\xffno newline');
  });

  it('reads prefixed output from a file', async () => {
    const saved = join(state, 'saved');
    await writeFile(saved, 'n1: x\nn2: x\nn3: y\n');
    const { stdout } = await dsh(['--from', saved, '-b']);
    expect(stdout).toContain('n[1-2] (2)\n---------------\nx\n');
  });
});

describe('the history', () => {
  it('runs again what failed, where it failed', async () => {
    const marker = join(state, 'ready');
    await dsh(['-a', `if test "$(hostname)" = n3; then test -e ${marker} && echo fine now; fi`]);
    await writeFile(marker, '');
    const { code, stdout, stderr } = await dsh(['--retry', '-q']);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'n3: fine now\n', stderr: '' });
    expect((await dsh(['--retry'])).code).toBe(3);
  });

  it('lists runs and shows them again', async () => {
    await dsh(['-a', 'hostname; exit 1']);
    const listed = await dsh(['--history']);
    expect(listed.stdout).toMatch(/^RUN .*\n +1 .* 0\/4 +n\[1-4\] +hostname; exit 1\n$/);
    const shown = await dsh(['--show', '1', '-L']);
    expect(shown).toMatchObject({ code: 0, stdout: 'n1: n1\nn2: n2\nn3: n3\nn4: n4\n' });
    expect(shown.stderr).toContain('0 of 4 ok');
  });

  it('writes nothing for those who only read, or ask for none', async () => {
    await dsh(['--history']);
    await dsh(['-w', 'n1', '--no-history', 'true']);
    expect(await readdir(state)).toEqual([]);
  });

  it('costs a warning, not the run, where it cannot be written', async () => {
    const { code, stdout, stderr } = await dsh(['-w', 'n1', 'hostname'], {
      env: { XDG_STATE_HOME: '/dev/null' },
    });
    expect(code).toBe(0);
    expect(stdout).toBe('n1: n1\n');
    expect(stderr).toContain('this run is not in the history: cannot create the folder');
  });

  it('keeps no values of variables', async () => {
    await dsh(['-w', 'n1', '--env', 'TOKEN=hunter2', 'false']);
    expect((await readFile(join(state, 'heorot', 'dsh.db'))).includes('hunter2')).toBe(false);
    const { code, stderr } = await dsh(['--retry']);
    expect(code).toBe(2);
    expect(stderr).toContain('--env TOKEN=...');
  });
});

describe('nodes in trouble', () => {
  it('are told apart from failed commands', async () => {
    await lab.fault('n4', { kind: 'kill' });
    const { code, stderr } = await dsh(['-a', 'true']);
    await lab.fault('n4', { kind: 'reboot' });
    expect(code).toBe(4);
    expect(stderr).toMatch(/3 of 4 ok .* · unreachable: n4 \(.*refused.*\)/);
  });

  it('are named on Ctrl-C, and ended by the second', async () => {
    let pressed = 0;
    const { code, stderr } = await dsh(['-a', '-f', '2', 'echo up; sleep 60'], {
      terminal: true,
      watch: ({ stdout, stderr: told }, interrupt) => {
        const running = stdout.split('up').length - 1;
        if (pressed === 0 && running === 2) {
          pressed = 1;
          setImmediate(interrupt);
        } else if (pressed === 1 && told.includes('still running')) {
          pressed = 2;
          setImmediate(interrupt);
        }
      },
    });
    expect(code).toBe(130);
    expect(stderr).toMatch(/still running: n\[1-2\] \(2\); not started: n\[3-4\] \(2\)/);
    expect(stderr).toMatch(/0 of 4 ok/);
  });
});

describe('copying', () => {
  it('takes files to the nodes and fetches them again, by node', async () => {
    await writeFile(join(state, 'motd'), 'Welcome\n');
    await writeFile(join(state, 'more'), 'more\n');
    const copied = await dsh(['-w', 'n[1-2]', '--copy', 'motd', 'more', '--dest', 'landing'], { cwd: state });
    expect(copied).toMatchObject({ code: 0, stdout: '' });
    expect(copied.stderr).toMatch(/^2 of 2 ok/);
    const seen = await dsh(['-w', 'n[1-2]', '-L', '-q', 'cat', 'landing/motd', 'landing/more']);
    expect(seen.stdout).toBe('n[1-2]: Welcome\nn[1-2]: more\n');
    const fetched = await dsh(['-w', 'n[1-2]', '--fetch', 'landing/motd', '--dest', 'back'], { cwd: state });
    expect(fetched.code).toBe(0);
    expect(await readFile(join(state, 'back', 'n2', 'motd'), 'utf8')).toBe('Welcome\n');
  });

  it('names on Ctrl-C who is unfinished, and ends at the second', async () => {
    await writeFile(join(state, 'image'), Buffer.alloc(8 * 1024 * 1024, 1));
    await lab.fault('n1', { kind: 'slow', delayMs: 1, bytesPerSecond: 256 * 1024 });
    let pressed = 0;
    const { code, stderr } = await dsh(
      ['-a', '--color', 'never', '-f', '1', '--copy', 'image', '--dest', 'cut'],
      {
        terminal: true,
        watch: ({ stderr: told }, interrupt) => {
          const due = pressed === 0 ? told.includes('slowest: n1') : told.includes('still running');
          if (pressed === 2 || !due) return;
          pressed += 1;
          setImmediate(interrupt);
        },
      },
    );
    await lab.fault('n1', { kind: 'heal' });
    expect(stderr).toMatch(
      /dsh: interrupted; still running: n1 \(1\); not started: n\[2-4\] \(3\); Ctrl-C again to end them now\n/,
    );
    expect(stderr).toMatch(/0 of 4 ok .* · skipped: n\[2-4\] .* · cancelled: n1/);
    expect(code).toBe(130);
  });

  it('is retried where it failed', async () => {
    await writeFile(join(state, 'motd'), 'Welcome\n');
    await lab.fault('n4', { kind: 'kill' });
    const copied = await dsh(['-w', 'n[3-4]', '--copy', 'motd', '--dest', 'retried'], { cwd: state });
    await lab.fault('n4', { kind: 'reboot' });
    expect(copied.code).toBe(4);
    const again = await dsh(['--retry']);
    expect(again.stderr).toMatch(/again on n4 \(1\): --copy .*motd --dest retried\n1 ok/);
    expect((await dsh(['-w', 'n4', '-N', '-q', 'cat', 'retried/motd'])).stdout).toBe('Welcome\n');
  });
});

describe('telling what would be done', () => {
  it('explains how nodes are reached', async () => {
    const { code, stdout } = await dsh(['-a', '--explain']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/n\[1-4\] +ssh2/);
  });

  it('runs nothing on --dry-run', async () => {
    const { stdout } = await dsh(['-g', 'compute', '--dry-run', 'reboot']);
    expect(stdout).toMatch(/^would run on n\[1-\d\] \(\d\): reboot\n$/);
    expect(await readdir(state)).toEqual([]);
  });
});
