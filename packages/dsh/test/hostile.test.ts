// Host lists, group files, labels, file names, node answers and local files that somebody wrote to do harm: no local
// command is run, no file is written outside the folder asked for, no terminal obeys a node, no password is seen.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
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

/** Entries that make other tools run a local command, open another file, or take an option for a host. */
const hostile = [
  '-oProxyCommand=touch${IFS}ran',
  '-oProxyCommand=touch ran',
  'root@-oProxyCommand=touch${IFS}ran',
  '-F/dev/null',
  '--help',
  '$(touch ran)',
  '`touch ran`',
  'n1;touch ran',
  'n1|touch ran',
  'n1&touch ran',
  'n1\n-oProxyCommand=touch${IFS}ran',
  "n1'; touch ran; '",
  'n1"; touch ran; "',
  '../../../tmp/x',
  '/etc/passwd',
  '.',
  '..',
  'n1\u001b]0;owned\u0007',
  'n1\u202e',
  'n[1-2]$(touch ran)',
  '@$(touch ran)',
  '@../../x',
  '@dsh:../../x',
  'n1 -oProxyCommand=touch${IFS}ran',
];

/** Files of each kind that hold an entry, and what a cluster file says to read them. */
const groupFiles: Readonly<
  Record<string, { path: string; text: (entry: string) => string; source: object }>
> = {
  dsh: { path: 'dsh/group/g', text: (entry) => `${entry}\n`, source: { type: 'dsh', folder: 'dsh' } },
  genders: { path: 'genders', text: (entry) => `${entry} g\n`, source: { type: 'genders', file: 'genders' } },
  ini: {
    path: 'inventory.ini',
    text: (entry) => `[g]\n${entry}\n`,
    source: { type: 'ansible', file: 'inventory.ini' },
  },
  yaml: {
    path: 'inventory.yaml',
    text: (entry) => `g: {hosts: {${JSON.stringify(entry)}: }}\n`,
    source: { type: 'ansible', file: 'inventory.yaml' },
  },
  cs: {
    path: 'cs/x.yaml',
    text: (entry) => `cs: {g: ${JSON.stringify(entry)}}\n`,
    source: { type: 'clustershell', file: 'cs/groups.conf' },
  },
  hosts: {
    path: 'hosts',
    text: (entry) => `10.0.0.1 ${entry} g\n`,
    source: { type: 'hosts', file: 'hosts' },
  },
  mpi: {
    path: 'machines',
    text: (entry) => `${entry} slots=4\n`,
    source: { type: 'machine-file', file: 'machines' },
  },
  site: {
    path: 'answer',
    text: (entry) => `${entry}\n`,
    source: { type: 'command', map: 'cat answer', all: 'cat answer' },
  },
};

describe('a hostile host list', () => {
  /** Stands where ssh would be found, and leaves a canary that shows what it was given. */
  const withFalseSsh = () => {
    mkdirSync(join(folder, 'bin'));
    writeFileSync(
      join(folder, 'bin', 'ssh'),
      `#!/bin/sh\nprintf '%s\\n' "$@" >> ${folder}/ssh-was-given\nexit 255\n`,
      { mode: 0o755 },
    );
    return { PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, HEOROT_CLUSTER: '' };
  };
  const given = (): string => spawnSync('cat', [join(folder, 'ssh-was-given')], { encoding: 'utf8' }).stdout;

  test.each(hostile)('%j as an operand of -w, -x and -g gives an error and starts nothing', async (entry) => {
    const env = withFalseSsh();
    const flags = ['--transport', 'openssh', '-t', '1'];
    const runs = await Promise.all(
      [['-w', entry], [`-w${entry}`], [`--nodes=${entry}`], ['-w', 'n1', '-x', entry], ['-g', entry]].map(
        (argv) => place.desk.dsh([...argv, ...flags, 'true'], { env, cwd: folder }),
      ),
    );
    for (const { code, stdout } of runs) {
      expect([0, 2, 3, 4]).toContain(code);
      expect(stdout).not.toContain('owned');
    }
    expect(runs[0]?.code).not.toBe(0);
    expect(readdirSync(folder)).not.toContain('ran');
    // Whatever ssh was given, each host stood behind `--`, and no option came out of the entry.
    expect(given()).not.toMatch(/touch|passwd|-F\/dev/);
  });

  test.each(Object.keys(groupFiles))(
    'in a file for the source %s gives an error, and starts nothing',
    async (kind) => {
      const env = withFalseSsh();
      const file = groupFiles[kind];
      if (file === undefined) throw new Error(kind);
      mkdirSync(join(folder, 'dsh', 'group'), { recursive: true });
      mkdirSync(join(folder, 'cs'));
      writeFileSync(join(folder, 'cs', 'groups.conf'), '[Main]\ndefault: cs\nautodir: $CFGDIR\n');
      writeFileSync(join(folder, 'cluster.yaml'), JSON.stringify({ sources: { [kind]: file.source } }));
      for (const entry of hostile) {
        writeFileSync(join(folder, file.path), file.text(entry));
        const argv = [
          '--cluster',
          'cluster.yaml',
          '-w',
          `@${kind}:g`,
          '--transport',
          'openssh',
          '-t',
          '1',
          'true',
        ];
        const { code, stdout } = await place.desk.dsh(argv, { env, cwd: folder });
        expect([2, 3, 4]).toContain(code);
        expect(stdout).toBe('');
      }
      expect(readdirSync(folder)).not.toContain('ran');
      expect(given()).not.toMatch(/touch|passwd|-F\/dev/);
    },
  );

  test.each([
    ['address', (text: string) => ({ nodes: { x: { address: text } } })],
    ['gateway', (text: string) => ({ nodes: { x: { address: '127.0.0.1', gateway: text } } })],
    ['user', (text: string) => ({ nodes: { x: { address: '127.0.0.1', port: 1, user: text } } })],
    ['identity', (text: string) => ({ nodes: { x: { address: '127.0.0.1', port: 1, identity: text } } })],
    [
      'known_hosts',
      (text: string) => ({ nodes: { x: { address: '127.0.0.1', port: 1, knownHosts: text } } }),
    ],
    [
      'name',
      (text: string) => ({ nodes: { [text]: { address: '127.0.0.1', port: 1 } }, groups: { all: text } }),
    ],
  ])('as %s in a cluster file runs no local command, with the real ssh', async (_, clusterOf) => {
    await Promise.all(
      hostile.map(async (entry, index) => {
        const cluster = join(folder, `${index}.yaml`);
        writeFileSync(cluster, JSON.stringify(clusterOf(entry)), { mode: 0o600 });
        const argv = ['--cluster', cluster, '-a', '--transport', 'openssh', '-t', '1', 'true'];
        const { code } = await place.desk.dsh(argv, { cwd: folder });
        expect([1, 2, 3, 4]).toContain(code);
      }),
    );
    expect(readdirSync(folder)).not.toContain('ran');
  });

  test('as the user of -l runs no local command, with the real ssh', async () => {
    for (const entry of hostile) {
      for (const argv of [['-l', entry], [`-l${entry}`]]) {
        await place.desk.dsh(['-w', 'n1', ...argv, '--transport', 'openssh', '-t', '1', 'true'], {
          cwd: folder,
        });
      }
    }
    expect(readdirSync(folder)).not.toContain('ran');
  }, 60_000);
});

describe('a cluster file that others could have written', () => {
  const command = () => ({
    sources: { site: { type: 'command', all: 'touch ran; echo n1', map: 'touch ran; echo n1' } },
  });
  const tryAll = async () => {
    const runs = [];
    for (const argv of [['--cluster', 'cluster.yaml'], []]) {
      for (const nodes of [['-w', '@site:x'], ['-a'], ['-w', '@site:*'], ['-w', 'n1']]) {
        runs.push(
          await place.desk.dsh([...argv, ...nodes, '-t', '1', 'true'], {
            cwd: folder,
            env: { HEOROT_CLUSTER: '' },
          }),
        );
      }
    }
    return runs;
  };

  test.each([
    ['is writable by the group', (path: string) => chmodSync(path, 0o620), /others can write it/],
    ['is writable by all', (path: string) => chmodSync(path, 0o666), /others can write it/],
    ['belongs to another user', (path: string) => chownSync(path, 4242, 4242), /belongs to another user/],
    [
      'is a link to a file of another user',
      (path: string) => {
        const theirs = join(folder, 'theirs.yaml');
        writeFileSync(theirs, readFileSync(path));
        chownSync(theirs, 4242, 4242);
        rmSync(path);
        symlinkSync(theirs, path);
      },
      /belongs to another user/,
    ],
  ])('and %s is refused, and no source of it is run', async (_, spoil, reason) => {
    const path = join(folder, 'cluster.yaml');
    writeFileSync(path, JSON.stringify(command()), { mode: 0o600 });
    spoil(path);
    for (const { code, stderr } of await tryAll()) {
      expect(stderr).toMatch(reason);
      expect(code).toBe(3);
    }
    expect(readdirSync(folder)).not.toContain('ran');
  });

  test('is refused also where it names a file that others could have written', async () => {
    writeFileSync(
      join(folder, 'cluster.yaml'),
      JSON.stringify({ sources: { g: { type: 'genders', file: 'genders' } } }),
    );
    writeFileSync(join(folder, 'genders'), 'n1 all\n');
    chmodSync(join(folder, 'genders'), 0o666);
    const { code, stderr } = await place.desk.dsh(['--cluster', 'cluster.yaml', '-w', '@g:all', 'true'], {
      cwd: folder,
    });
    expect(stderr).toMatch(/genders: refused, others can write it/);
    expect(code).toBe(3);
  });
});

describe('a label with shell text', () => {
  const values = [
    "'; touch RAN; '",
    '"; touch RAN; "',
    '$(touch RAN)',
    '`touch RAN`',
    '; touch RAN #',
    'a\\',
    '!!',
    '%n',
    '&& touch RAN',
  ];
  const commands = [
    'echo %v',
    'echo "%v"',
    "echo '%v'",
    'echo x%v',
    'echo a"b"%v',
    'echo `echo %v`',
    'echo $(echo %v)',
    'echo \\%v',
    ': # %v',
  ];

  test.each(commands)('in %j is one word, or the run is refused', async (command) => {
    for (const [index, value] of values.entries()) {
      const ran = join(folder, `ran${index}`);
      const cluster = join(folder, 'cluster.yaml');
      const label = value.replaceAll('RAN', ran);
      const [node] = place.lab.nodes;
      const defaults = { identity: place.lab.identity, knownHosts: place.lab.knownHosts };
      const nodes = { n1: { address: node?.address, port: node?.port, labels: { v: label } } };
      writeFileSync(cluster, JSON.stringify({ defaults, nodes }), { mode: 0o600 });
      const { code, stdout } = await place.desk.dsh(['--cluster', cluster, '-a', '-N', '--expand', command]);
      expect([0, 3]).toContain(code);
      // A word that was put in came out as it was, whatever stands around it.
      expect(code === 3 || stdout.includes(label) || !command.startsWith('echo')).toBe(true);
    }
    // The node's processes run on this machine: here what a label might have run would be seen.
    expect(readdirSync(folder).filter((name) => name.startsWith('ran'))).toEqual([]);
  });
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
