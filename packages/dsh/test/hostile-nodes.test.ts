// What hostile nodes send, and what must not be seen: no file is written outside the folder asked for, no terminal obeys
// a node, no password is in a command line, the history or a trace.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedLab } from '@heorot/lab';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { embeddedPlace, type Place } from './fixtures/lab-of.ts';
import { commandLines, newMark, processesWith } from './fixtures/processes.ts';

const password = 'correct-horse-battery-7';
let place: Place<EmbeddedLab>;
beforeAll(async () => {
  place = await embeddedPlace({
    nodes: 3,
    access: { password },
    behaviours: { n3: { banner: '\u001b]0;owned by the banner\u0007\r\n' } },
  });
});
afterAll(() => place[Symbol.asyncDispose]());

/** Where each test works: a canary that a local command would leave here is named `ran`. */
let folder: string;
beforeEach(() => {
  folder = join(place.desk.folder, `work${newMark()}`);
  mkdirSync(folder);
});

describe('file names and answers of nodes', () => {
  const odd = [
    '-rf',
    '--help',
    '$(touch ran)',
    ';touch ran',
    'a\nb',
    'a\u001b[2Jb',
    "it's",
    '"q"',
    'a b',
    '~',
    '*',
    'ü',
    '..x',
    'n1.part',
  ];

  test('are copied and fetched as they are', async () => {
    mkdirSync(join(folder, 'site'));
    for (const name of odd) writeFileSync(join(folder, 'site', name), name);
    const copied = await place.desk.dsh(['-w', 'n[1-2]', '--copy', 'site', '--dest', folder.slice(1)], {
      cwd: folder,
    });
    expect(copied).toMatchObject({ code: 0, stdout: '' });
    const argv = ['-w', 'n[1-2]', '--fetch', `${folder.slice(1)}/site`, '--dest', 'back'];
    expect((await place.desk.dsh(argv, { cwd: folder })).code).toBe(0);
    for (const node of ['n1', 'n2']) {
      const site = join(folder, 'back', node, 'site');
      expect(readdirSync(site).toSorted()).toEqual(odd.toSorted());
      for (const name of odd) expect(readFileSync(join(site, name), 'utf8')).toBe(name);
    }
    expect(readdirSync(folder).toSorted()).toEqual(['back', 'site']);
  });

  test('that lead out of the folder are refused when a lying node sends them', async () => {
    const bin = join(place.lab.folder, 'nodes', 'n2', 'bin');
    const outside = join(place.desk.folder, 'escaped');
    // A tar that puts what it likes into the archive, and a find that lists what is not there.
    const lies = ['../escaped', '../../escaped', outside, './../../escaped', 'a/../../../escaped'];
    writeFileSync(join(folder, 'payload'), 'owned\n');
    for (const name of lies) {
      const archive = join(folder, 'evil.tar');
      spawnSync('tar', ['-cPf', archive, '--transform', `s|.*|${name}|`, 'payload'], { cwd: folder });
      for (const tool of ['tar', 'find', 'stat', 'cat']) {
        writeFileSync(
          join(bin, tool),
          `#!/bin/sh\ncase ${tool} in tar|cat) exec /usr/bin/head -c 1000000 ${archive} ;; *) printf '%s\\0' '${name}' ;; esac\n`,
          { mode: 0o755 },
        );
        const argv = ['-w', 'n2', '-u', '10', '--fetch', 'motd', '--dest', join(folder, 'in', tool)];
        await place.desk.dsh(argv, { cwd: folder });
        rmSync(join(bin, tool));
      }
    }
    expect(readdirSync(place.desk.folder)).not.toContain('escaped');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(files.filter((path) => path.endsWith('escaped') && !/^in\/\w+\/n2\//.test(path))).toEqual([]);
  });

  test('that read like nodes of captured output write no file elsewhere', async () => {
    const lines = [
      '../x: a',
      '/tmp/x: a',
      '..: a',
      '.: a',
      '-: a',
      'n1/../../x: a',
      'n1: fine',
      '\u001b[2J: a',
    ];
    writeFileSync(join(folder, 'saved'), `${lines.join('\n')}\n`);
    await place.desk.dsh(['--from', 'saved', '--out-dir', 'out/deep'], { cwd: folder });
    expect(readdirSync(join(folder, 'out'))).toEqual(['deep']);
    expect(readdirSync(join(folder, 'out', 'deep'))).toEqual(['n1.out']);
  });
});

describe('escape sequences', () => {
  const title = '\u001b]0;owned\u0007';
  const command = `'printf "\\033]0;owned\\007a\\033[2Jb\\233c\\n"; printf "\\033]0;owned\\007\\n" >&2'`;

  test.each([[''], ['-b'], ['-L'], ['-B'], ['-N'], ['--diff']])(
    'of a node are shown and not obeyed on a terminal: %s',
    async (flag) => {
      const run = place.desk.terminal(`dsh -w 'n[1-3]' --color never ${flag} ${command}; echo; echo over`);
      const { stdout } = await run.ended;
      expect(stdout).toContain('over');
      expect(stdout).not.toContain(title);
      expect(stdout).not.toContain('\u001b[2J');
      expect(stdout).not.toContain('\u009b');
    },
  );

  test('of a node in a reason are shown and not obeyed', async () => {
    const run = place.desk.terminal(
      `dsh -w n3 --transport openssh -l nobody -v 'kill -9 $$'; dsh --history; dsh --show 1`,
    );
    expect((await run.ended).stdout).not.toContain(title);
  });

  test('pass a pipe as they are', async () => {
    const { stdout } = await place.desk.shell(`dsh -w n1 -N ${command}`);
    expect(stdout).toContain(title);
  });
});

describe('a password', () => {
  /** A sudo that asks as sudo does, and runs the command only for the right password. */
  const sudo = `#!/bin/sh
while [ $# -gt 0 ]; do case $1 in -p) prompt=$2; shift 2 ;; --) shift; break ;; *) shift ;; esac; done
printf "$prompt" >&2; IFS= read -r given
[ "$given" = '${password}' ] && exec "$@"
echo 'Sorry, try again.' >&2; exit 1
`;
  /** Everything dsh leaves or shows, once it has ended, and all command lines while it ran. */
  const watched = async (run: ReturnType<Place<EmbeddedLab>['desk']['start']>, mark: string) => {
    const seen: string[] = [];
    for (let round = 0; round < 100 && processesWith(mark).length === 0; round++) {
      seen.push(...lines());
      await sleep(50);
    }
    expect(processesWith(mark)).not.toEqual([]);
    seen.push(...lines());
    process.kill(run.pid, 'SIGTERM');
    const { stdout, stderr } = await run.ended;
    const kept = readdirSync(join(place.desk.folder, 'state'), { recursive: true, encoding: 'utf8' }).map(
      (path) => spawnSync('cat', [join(place.desk.folder, 'state', path)]).stdout.toString('latin1'),
    );
    return [...seen, stdout, stderr, ...kept].join('\n');
  };
  const lines = () => commandLines().map(({ words }) => words.join(' '));

  test('of sudo is in no command line, history, or trace', async () => {
    writeFileSync(join(place.lab.folder, 'nodes', 'n1', 'bin', 'sudo'), sudo, { mode: 0o755 });
    const file = join(folder, 'password');
    writeFileSync(file, `${password}\n`, { mode: 0o600 });
    const mark = newMark();
    const run = place.desk.start([
      '-w',
      'n1',
      '--debug',
      '-vv',
      '--sudo-password-file',
      file,
      `sleep ${mark}; true`,
    ]);
    run.child.stdin?.end();
    expect(await watched(run, mark)).not.toContain(password);
  });

  test('of the login, typed at the prompt, is in no command line, history, or trace, and is not echoed', async () => {
    const mark = newMark();
    const line = `dsh -w n1 -l somebody --ask-password --debug -vv 'sleep ${mark}; true'`;
    const run = place.desk.terminal(line);
    await run.until(({ stdout }) => /password.*: $/.test(stdout));
    run.child.stdin?.write(`${password}\r`);
    expect(await watched(run, mark)).not.toContain(password);
  });

  test.each([
    ['can be read by others', 0o644],
    ['can be written by others', 0o622],
  ])('in a file that %s is refused', async (_, mode) => {
    const file = join(folder, 'password');
    writeFileSync(file, `${password}\n`);
    chmodSync(file, mode);
    const { code, stderr } = await place.desk.dsh(['-w', 'n1', '--sudo-password-file', file, 'true']);
    expect(stderr).toMatch(/others can .*the password file/);
    expect(code).toBe(3);
  });
});
