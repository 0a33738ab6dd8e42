import { describe, expect, it } from 'vitest';
import { scratchFolder } from '../../cluster-file/scratch-folder.test.fixture.ts';
import { clusterShellFiles, clusterShellSources } from './clustershell.ts';

const FILES = {
  'groups.conf': `# comment
[Main]
default: local
confdir: /nonexistent $CFGDIR/groups.conf.d
autodir: $CFGDIR/groups.d
[local]
map: [ -f $CFGDIR/groups ] && f=$CFGDIR/groups || f=$CFGDIR/groups.d/local.cfg; sed -n 's/^$GROUP:\\(.*\\)/\\1/p' $f
all: sed -n 's/^all:\\(.*\\)/\\1/p' $CFGDIR/groups.d/local.cfg
list: sed -n 's/^\\([0-9A-Za-z_-]*\\):.*/\\1/p' $CFGDIR/groups.d/local.cfg |
    cat
`,
  'groups.conf.d/more.conf': '[one,two]\nmap: echo $SOURCE-$GROUP\ncache_time: 60\n',
  'groups.conf.d/README': 'not read',
  'groups.d/local.cfg': 'adm: example0\nio: example[4-5]\nall: example[0-159]\n',
  'groups.d/site.yaml':
    "roles:\n    adm: 'example0'\n    io: '@racks:rack2,example2'\n    all: '@io,@adm'\nracks:\n    rack2: 'example[4-5]'\n    rack3: ['example[6-7]', example9]\n    old: '@rack[2,3]'\n    none:\n",
};

async function open(files: Readonly<Record<string, string>> = FILES) {
  const folder = await scratchFolder(files);
  const surroundings = {
    env: { PATH: process.env.PATH },
    cwd: folder.path,
    home: folder.path,
    systemFolder: folder.path,
    userId: process.getuid?.(),
  };
  const sources = clusterShellSources(`${folder.path}/groups.conf`, surroundings).finally(() => undefined);
  return { sources, [Symbol.asyncDispose]: folder[Symbol.asyncDispose] };
}

describe("ClusterShell's groups.conf", () => {
  it('defines its sources: upcalls, those of confdir, those of the YAML files; the default one first', async () => {
    await using opened = await open();
    expect((await opened.sources).map(({ name }) => name)).toEqual(['local', 'one', 'two', 'roles', 'racks']);
  });

  it('answers as the upcalls that ClusterShell ships do', async () => {
    await using opened = await open();
    const [local, one, two] = await opened.sources;
    expect(await local?.members('io')).toEqual(['example[4-5]']);
    expect(await local?.all()).toEqual(['example[0-159]']);
    expect(await local?.groupNames()).toEqual(['adm', 'io', 'all']);
    expect([await one?.members('x'), await two?.members('x')]).toEqual([['one-x'], ['two-x']]);
  });

  it('answers from YAML; the group called all is every node', async () => {
    await using opened = await open();
    const [, , , roles, racks] = await opened.sources;
    expect(await roles?.all()).toEqual(['@io,@adm']);
    expect(await racks?.members('rack3')).toEqual(['example[6-7]', 'example9']);
    expect(await racks?.members('none')).toEqual([]);
    expect(await racks?.members('nosuch')).toBeUndefined();
  });

  it.each([
    [{ 'groups.conf': '[local]\nlist: x\n' }, /groups\.conf:1: \[local\] has no `map`/],
    [{ 'groups.conf': 'map: x\n' }, /groups\.conf:1: expected a \[section\] first/],
    [{ 'groups.conf': '[local]\nwhat is this\n' }, /groups\.conf:2: expected `key: value`/],
    [
      { 'groups.conf': '[Main]\nautodir: $CFGDIR\n', 'x.yaml': 'roles:\n  a: {b: c}\n' },
      /x\.yaml:2: expected a node set for group 'a'/,
    ],
    [
      { 'groups.conf': '[Main]\nautodir: $CFGDIR\n', 'x.yaml': 'roles: [a]\n' },
      /x\.yaml:1: expected the groups of 'roles'/,
    ],
    [{ 'groups.conf': '[Main]\nautodir: $CFGDIR\n', 'x.yaml': 'roles: "a\n' }, /x\.yaml:\d: /],
  ])('refuses %o with file and line', async (files: Record<string, string>, message) => {
    await using opened = await open(files);
    await expect(opened.sources).rejects.toThrow(message);
  });

  it("is looked for where ClusterShell looks, the user's own first", () => {
    const surroundings = { cwd: '/', home: '/home/me', systemFolder: '/etc', userId: 0 };
    expect(clusterShellFiles({ ...surroundings, env: {} })).toEqual([
      '/home/me/.local/etc/clustershell/groups.conf',
      '/home/me/.config/clustershell/groups.conf',
      '/etc/clustershell/groups.conf',
    ]);
    const env = { CLUSTERSHELL_CFGDIR: '/site', XDG_CONFIG_HOME: '/xdg' };
    expect(clusterShellFiles({ ...surroundings, env }).slice(1)).toEqual([
      '/xdg/clustershell/groups.conf',
      '/site/groups.conf',
    ]);
  });
});
