import { describe, expect, it } from 'vitest';
import { HeorotError } from '../error/heorot-error.ts';
import { asWanted } from './as-wanted.test.fixture.ts';
import type { Inventory, Selection } from './inventory.ts';
import { openInventory } from './open-inventory.ts';
import { scratchFolder } from './scratch-folder.test.fixture.ts';

const CLUSTER = `cluster: hrothgar
defaults: {user: root, port: 22, identity: keys/id, labels: {site: a}}
nodes:
  n[001-128]:
    address: 10.1.0.[1-128]
    gateway: head
    bmc: {address: "10.2.0.[1-128]", user: admin, passwordFile: bmc}
  gpu[1-8]: {address: "10.1.1.[1-8]", user: gpu, labels: {kind: gpu}}
  head:
groups:
  compute: n[001-128]
  rack1: n[001-032]
  spare: "@compute!@rack1"
  rest: "*!@compute"
  io: "@racks:io"
  ring: "@ring2"
  ring2: "head,@ring"
  none: "head!head"
  bad: "n[1-"
sources:
  racks: {type: command, map: "[ $GROUP = bad ] && { echo 'no such rack' >&2; exit 3; }; [ $GROUP = empty ] || echo \\"$GROUP[1-2]\\"", list: "echo io left bad empty"}
`;

async function opened(use: (inventory: Inventory) => Promise<void>, text = CLUSTER): Promise<void> {
  await using folder = await scratchFolder({ 'cluster.yaml': text });
  await use(
    await openInventory({ env: { PATH: process.env.PATH }, cwd: folder.path, systemFolder: folder.path }),
  );
}

const nothing: Selection = { nodes: [], groups: [], all: false, exclude: [], excludeGroups: [] };

describe('an inventory with a cluster file', () => {
  it('builds a record from what the node sets, over the defaults', async () => {
    await using folder = await scratchFolder({ 'cluster.yaml': CLUSTER });
    const inventory = await openInventory({ env: {}, cwd: folder.path });
    expect(inventory).toMatchObject({ path: `${folder.path}/cluster.yaml`, clusterName: 'hrothgar' });
    expect(inventory.node('n003')).toEqual({
      name: 'n003',
      address: '10.1.0.3',
      user: 'root',
      port: 22,
      identity: [`${folder.path}/keys/id`],
      gateway: 'head',
      labels: { site: 'a' },
      bmc: { address: '10.2.0.3', user: 'admin', passwordFile: `${folder.path}/bmc` },
      known: true,
    });
    expect(inventory.node('gpu8')).toMatchObject({
      address: '10.1.1.8',
      user: 'gpu',
      labels: { site: 'a', kind: 'gpu' },
    });
    expect(inventory.node('elsewhere')).toMatchObject({ address: 'elsewhere', user: 'root', known: false });
    expect(() => inventory.node('-oProxyCommand=x')).toThrow(/starts with '-'/);
  });

  it.each([
    ['@compute', 'n[001-128]'],
    ['@spare', 'n[033-128]'],
    ['@rest', 'gpu[1-8],head'],
    ['@*', 'gpu[1-8],head,n[001-128]'],
    ['gpu*', 'gpu[1-8]'],
    ['@io,@racks:left', 'io[1-2],left[1-2]'],
    ['@cluster:rack1&n[030-040]', 'n[030-032]'],
    ['10.0.0.1,other', '10.0.0.1,other'],
  ])('resolves %j', async (expression, nodes) => {
    await opened(async (inventory) => {
      expect((await inventory.resolve(expression)).toString()).toBe(nodes);
    });
  });

  it.each([
    ['@compte', 'group-unknown', "no group 'compte' in source 'cluster'", "did you mean 'compute'?"],
    ['@left', 'group-unknown', "no group 'left' in source 'cluster'", /^groups: bad, compute, io/],
    ['@rack:io', 'source-unknown', "no group source 'rack'", "did you mean 'racks'?"],
    ['@none', 'group-empty', "group '@none' holds no nodes", undefined],
    ['@racks:empty', 'group-empty', "group '@racks:empty' holds no nodes", undefined],
    ['@ring', 'group-cycle', "group '@ring' is made of itself: @ring -> @ring2 -> @ring", /circle/],
    ['@racks:bad', 'source-failed', "group source 'racks' failed: exit status 3: no such rack", undefined],
    [
      '@bad',
      'node-set-syntax',
      /\/cluster\.yaml:19:8: group '@bad': node set 'n\[1-': missing '\]'/,
      'close the bracket of offset 1',
    ],
  ])('refuses %j', async (expression, code, message, hint) => {
    await opened(async (inventory) => {
      const error = await inventory.resolve(expression).catch((fault: unknown) => fault);
      expect(error).toBeInstanceOf(HeorotError);
      expect(error).toMatchObject({ code });
      const said = error instanceof HeorotError ? error : undefined;
      expect([asWanted(said?.message, message), asWanted(said?.hint, hint)]).toEqual([message, hint]);
    });
  });

  it('lists sources, groups and the groups of a node; one bad group hides no other', async () => {
    await using folder = await scratchFolder({ 'cluster.yaml': CLUSTER });
    const warnings: string[] = [];
    const inventory = await openInventory({
      env: { PATH: process.env.PATH },
      cwd: folder.path,
      onWarning: ({ code }) => warnings.push(code),
    });
    expect(inventory.sources()).toEqual(['cluster', 'racks']);
    expect(await inventory.groups()).toEqual([
      'bad',
      'compute',
      'io',
      'none',
      'rack1',
      'rest',
      'ring',
      'ring2',
      'spare',
    ]);
    expect(await inventory.groups('racks')).toEqual(['bad', 'empty', 'io', 'left']);
    expect(await inventory.groupsOf('n001')).toEqual([
      { source: 'cluster', group: 'compute' },
      { source: 'cluster', group: 'rack1' },
    ]);
    expect(await inventory.groupsOf('io1')).toEqual([
      { source: 'cluster', group: 'io' },
      { source: 'racks', group: 'io' },
    ]);
    expect(new Set(warnings)).toEqual(new Set(['node-set-syntax', 'group-cycle', 'source-failed']));
    await expect(inventory.groupsOf('n001', 'racks')).rejects.toMatchObject({ code: 'source-failed' });
  });

  it.each([
    [{ nodes: ['n[001-002]', 'x'], groups: ['rack1'] }, 'n[001-032],x'],
    [{ groups: ['rack1,racks:io'] }, 'io[1-2],n[001-032]'],
    [{ groups: ['@rack1'] }, 'n[001-032]'],
    [{ all: true, exclude: ['n*'], excludeGroups: [] }, 'gpu[1-8],head'],
    [{ all: true, excludeGroups: ['compute', 'none'] }, 'gpu[1-8],head'],
    [{ nodes: ['gpu[1-2]'], exclude: ['@none,gpu2'] }, 'gpu1'],
  ])('selects %o', async (selection, nodes) => {
    await opened(async (inventory) => {
      expect((await inventory.select({ ...nothing, ...selection })).toString()).toBe(nodes);
    });
  });

  it.each([
    [{}, /no nodes were selected/],
    [{ nodes: ['n001'], exclude: ['n*'] }, /no nodes are left/],
  ])('refuses the selection %o', async (selection, message) => {
    await opened(async (inventory) => {
      const error = inventory.select({ ...nothing, ...selection });
      await expect(error).rejects.toMatchObject({
        code: 'selection-empty',
        message: expect.stringMatching(message),
      });
    });
  });

  it('runs no command of a file that others can write', async () => {
    await using folder = await scratchFolder();
    await folder.write('cluster.yaml', CLUSTER, 0o666);
    await expect(openInventory({ env: {}, cwd: folder.path })).rejects.toMatchObject({
      code: 'file-not-trusted',
    });
    await folder.write('cluster.yaml', 'sources: {g: {type: genders, file: genders}}\n');
    await folder.write('genders', 'n1 a\n', 0o666);
    const inventory = await openInventory({ env: {}, cwd: folder.path });
    await expect(inventory.resolve('@g:a')).rejects.toMatchObject({ code: 'file-not-trusted' });
    expect((await inventory.resolve('n1')).toString()).toBe('n1');
  });

  it('takes `all` from the groups where no nodes are named', async () => {
    await opened(async (inventory) => {
      expect((await inventory.all()).toString()).toBe('n[1-3]');
    }, 'groups: {a: "n[1-2]", b: "@a,n3"}\n');
  });

  it('refuses a source that takes the name of the file itself', async () => {
    await expect(opened(async () => {}, 'sources: {cluster: {type: slurm}}\n')).rejects.toThrow(
      /sources\.cluster: 'cluster' is the name of this file's own groups/,
    );
  });
});

describe('an inventory without a cluster file', () => {
  it('takes plain names, and says what to do when a group is asked for', async () => {
    await using folder = await scratchFolder();
    const inventory = await openInventory({
      env: { HOME: folder.path },
      cwd: folder.path,
      systemFolder: folder.path,
    });
    expect(inventory.path).toBeUndefined();
    expect(inventory.sources()).toEqual([]);
    expect((await inventory.resolve('n[1-2],10.0.0.1')).toString()).toBe('10.0.0.1,n[1-2]');
    expect(inventory.node('n1')).toEqual({ name: 'n1', address: 'n1', known: false });
    await expect(inventory.resolve('@compute')).rejects.toMatchObject({
      code: 'source-unknown',
      hint: 'write a cluster.yaml with `groups:`, or name the nodes themselves with -w',
    });
  });

  it('uses the group files of ClusterShell, dsh and genders, in this order', async () => {
    await using folder = await scratchFolder({
      'etc/clustershell/groups.conf': '[Main]\ndefault: local\nautodir: $CFGDIR/groups.d\n',
      'etc/clustershell/groups.d/site.yaml':
        'racks:\n  r1: n[1-4]\nlocal:\n  io: "n[1,2]"\n  both: "@io,@racks:r1"\n',
      'etc/dsh/group/compute': 'root@n7\nn8\n',
      'etc/genders': 'n[1-9] role=io\n',
    });
    const inventory = await openInventory({
      env: { HOME: `${folder.path}/home` },
      cwd: folder.path,
      systemFolder: `${folder.path}/etc`,
    });
    expect(inventory.sources()).toEqual(['local', 'racks', 'dsh', 'genders']);
    expect((await inventory.resolve('@both')).toString()).toBe('n[1-4]');
    expect((await inventory.resolve('@dsh:compute,@genders:role=io!@racks:r1')).toString()).toBe('n[5-9]');
    expect(inventory.node('n7')).toEqual({ name: 'n7', address: 'n7', user: 'root', known: true });
  });
});
