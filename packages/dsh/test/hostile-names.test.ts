// Host lists, group files, cluster files and labels that somebody wrote to do harm: no local command is run.
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
import type { EmbeddedLab } from '@heorot/lab';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { embeddedPlace, type Place } from './fixtures/lab-of.ts';
import { newMark } from './fixtures/processes.ts';

let place: Place<EmbeddedLab>;
beforeAll(async () => {
  place = await embeddedPlace({ nodes: 1 });
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
