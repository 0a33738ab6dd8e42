import { describe, expect, it } from 'vitest';
import { HeorotError } from '../error/heorot-error.ts';
import { asWanted } from './as-wanted.test.fixture.ts';
import { parseClusterFile } from './read-cluster-file.ts';

async function refusal(text: string): Promise<{ message: string; hint: string | undefined }> {
  try {
    await parseClusterFile(text, 'c.yaml', '/home/me');
  } catch (error) {
    if (error instanceof HeorotError && error.code === 'cluster-file-invalid') return error;
    throw error;
  }
  throw new Error('the file was accepted');
}

describe('parseClusterFile', () => {
  it('keeps texts as written and reads numbers, switches and durations', async () => {
    const { content } = await parseClusterFile(
      `cluster: hrothgar
defaults: {port: 2222, connectTimeout: 2m, identity: ~/.ssh/id}
nodes:
  n[001-128]:
    address: 10.1.0.[1-128]
    rack: 07
    labels: {version: 1.10, on: no}
  head:
  gpu1: {sharedAddress: true, mac: 52:54:00:00:00:01}
`,
      'c.yaml',
      '/home/me',
    );
    expect(content).toEqual({
      cluster: 'hrothgar',
      defaults: { port: 2222, connectTimeout: 120_000, identity: ['~/.ssh/id'] },
      nodes: {
        'n[001-128]': { address: '10.1.0.[1-128]', rack: '07', labels: { version: '1.10', on: 'no' } },
        head: {},
        gpu1: { sharedAddress: true, mac: ['52:54:00:00:00:01'] },
      },
    });
  });

  it.each(['', '# nothing\n', 'nodes:\ngroups:\n', '---\n'])(
    'takes %j for a cluster with nothing in it',
    async (text) => {
      const { content } = await parseClusterFile(text, 'c.yaml', '/home/me');
      expect(Object.values(content).flatMap((section) => Object.keys(section ?? {}))).toEqual([]);
    },
  );

  it('knows anchors and merge keys', async () => {
    const { content } = await parseClusterFile(
      'nodes:\n  a: &io {user: io, port: 2200}\n  b: {<<: *io, port: 22}\n',
      'c.yaml',
      '/home/me',
    );
    expect(content.nodes).toEqual({ a: { user: 'io', port: 2200 }, b: { user: 'io', port: 22 } });
  });

  it.each([
    ['nodes:\n  n1: {adress: x}\n', 'c.yaml:2:8: nodes.n1.adress: unknown key', "did you mean 'address'?"],
    ['node:\n', 'c.yaml:1:1: node: unknown key', "did you mean 'nodes'?"],
    ['defaults: {bmc: x}\n', 'c.yaml:1:12: defaults.bmc: unknown key', /known keys: user, port/],
    [
      'nodes:\n  n1:\n    bmc: {address: b1, passwordfile: x}\n',
      'c.yaml:3:24: nodes.n1.bmc.passwordfile: unknown key',
      "did you mean 'passwordFile'?",
    ],
    [
      'sources:\n  r: {type: comand, map: x}\n',
      "c.yaml:2:13: sources.r.type: 'comand' is not known",
      "did you mean 'command'?",
    ],
    ['sources:\n  r: {file: x}\n', 'c.yaml:2:3: sources.r.type: type is missing', /one of slurm, genders/],
    ['sources:\n  r: {type: command}\n', 'c.yaml:2:3: sources.r.map: a command is missing', undefined],
    [
      'sources:\n  r: {type: ansible, fil: x, file: y}\n',
      'c.yaml:2:22: sources.r.fil: unknown key',
      "did you mean 'file'?",
    ],
    [
      'defaults:\n  port: 70000\n',
      "c.yaml:2:9: defaults.port: '70000' is not a port (1 to 65535)",
      undefined,
    ],
    ['defaults:\n  user: -oX\n', "c.yaml:2:9: defaults.user: '-oX' is not a user name", undefined],
    ['defaults:\n  gateway: a,-oX\n', /c\.yaml:2:12: defaults\.gateway: 'a,-oX' is not a gateway/, undefined],
    ['defaults:\n  gateway: "gw[1-2"\n', /defaults\.gateway: 'gw\[1-2' is not a gateway/, undefined],
    ['defaults:\n  gateway: "-gw[1-2]"\n', /defaults\.gateway: '-gw\[1-2\]' is not a gateway/, undefined],
    ['defaults:\n  gateway: "@a b"\n', /defaults\.gateway: '@a b' is not a gateway/, undefined],
    ['defaults:\n  connectTimeout: soon\n', /'soon' is not a duration such as 10, 10s or 2m/, undefined],
    [
      'defaults:\n  transport: ssh\n',
      "c.yaml:2:14: defaults.transport: 'ssh' is not known",
      "did you mean 'ssh2'?",
    ],
    ['groups:\n  a: [n1]\n', 'c.yaml:2:6: groups.a: expected a node-set expression', undefined],
    ['nodes: [n1]\n', 'c.yaml:1:8: nodes: expected keys and values', undefined],
    ['- n1\n', 'c.yaml:1:1: the file: expected keys and values', undefined],
    ['nodes:\n  a:\n  b:\n  a:\n', "c.yaml:4:3: 'a' stands here a second time", /^a key stands once/],
    [
      'nodes:\n  a: {address: 10.0.0.[1-2]}\n',
      /^c\.yaml:2:23: /,
      'inside { } quote what holds brackets: "10.0.0.[1-2]"',
    ],
    ['groups:\n  a: @b\n', /^c\.yaml:2:6: /, /quote values that start with @/],
    ['nodes:\n  [a, b]: {}\n', 'c.yaml:2:3: a key must be a plain text', /quote it/],
    ['nodes:\n  ? {a: b}\n  : {}\n', 'c.yaml:2:5: a key must be a plain text', /quote it/],
    ['nodes:\n  a: *b\n', /alias/i, /must be YAML/],
    ['groups:\n\ta: b\n', /^c\.yaml:2:/, /must be YAML/],
  ])('refuses %j with place, key and hint', async (text, message, hint) => {
    const error = await refusal(text);
    expect([asWanted(error.message, message), asWanted(error.hint, hint)]).toEqual([message, hint]);
  });

  it('lists all complaints in the order of the file', async () => {
    const error = await refusal('defaults: {port: x}\nnodes:\n  n1: {usr: x}\ngroup: {}\n');
    expect(error.message.split('\n')).toEqual([
      "c.yaml:1:18: defaults.port: 'x' is not a port (1 to 65535)",
      "c.yaml:3:8: nodes.n1.usr: unknown key (did you mean 'user'?)",
      "c.yaml:4:1: group: unknown key (did you mean 'groups'?)",
    ]);
    expect(error.hint).toBe('3 complaints; start with the first');
  });

  it('does not swallow a bomb of aliases', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `l${level}: &l${level} [${`*l${level - 1},`.repeat(9)}]`,
    );
    const text = ['l0: &l0 [x]', ...levels.slice(1)].join('\n');
    expect((await refusal(text)).message).toMatch(/alias/);
  });

  it('resolves paths from the home folder and from the cluster file', async () => {
    const { resolvePath } = await parseClusterFile('', '/etc/heorot/cluster.yaml', '/home/me');
    expect(['~/.ssh/id', 'macs.csv', '/etc/x', '~'].map(resolvePath)).toEqual([
      '/home/me/.ssh/id',
      '/etc/heorot/macs.csv',
      '/etc/x',
      '/home/me',
    ]);
  });
});
