// Every type of `sources:`, asked through an open inventory as a tool asks.
import { describe, expect, it } from 'vitest';
import { openInventory } from '../cluster-file/open-inventory.ts';
import { scratchFolder } from '../cluster-file/scratch-folder.test.fixture.ts';

const FILES = {
  'cluster.yaml': `sources:
  ansible: {type: ansible, file: inventory.ini}
  playbooks: {type: ansible, file: site.yaml}
  hosts: {type: hosts, file: hosts}
  mpi: {type: machine-file, file: machines}
  dsh: {type: dsh, folder: dsh}
  genders: {type: genders, file: genders}
  cs: {type: clustershell, file: cs/groups.conf, source: racks}
  wrong: {type: clustershell, file: cs/groups.conf, source: rack}
  gone: {type: clustershell}
  slurm: {type: slurm, cacheTime: 10s}
  site: {type: command, map: "cat groups/$GROUP", cacheTime: 1m}
`,
  'inventory.ini':
    'lone\n[web]\nwww[01:03] ansible_host=10.0.0.1 ansible_user=deploy\n[db]\ndb[a:b]\n[all_of:children]\nweb\ndb\n',
  'site.yaml':
    'all:\n  children:\n    web: {hosts: {w1: {ansible_port: 2222}}}\n    round: {children: {round2: }}\n    round2: {children: {round: }}\n',
  hosts: '127.0.0.1 localhost\n10.0.0.1 n1\n10.0.0.2 n2\n',
  machines: 'n1:4\nn2 slots=2\n',
  'dsh/group/compute': 'n[1-4]\n',
  genders: 'n[1-4] io\nn[3-4] old\n',
  'cs/groups.conf': '[Main]\nautodir: $CFGDIR/d\n',
  'cs/d/x.yaml': 'racks:\n  r1: n[1-2]\n  r2: n[3-4]\n  both: "@r[1-2]"\n',
  'groups/g1': 'x[1-2] x9\n@site:g2\n',
  'groups/g2': 'y',
  'bin/sinfo': '#!/bin/sh\necho "debug|idle|n[1-3]"\necho "debug|down*|n4"\n',
};

async function ask<Answer>(
  use: (inventory: Awaited<ReturnType<typeof openInventory>>) => Answer | Promise<Answer>,
): Promise<Answer> {
  await using folder = await scratchFolder(FILES);
  const env = { PATH: `${folder.path}/bin:${process.env.PATH}`, HOME: folder.path };
  return await use(await openInventory({ env, cwd: folder.path, systemFolder: folder.path }));
}

describe('the sources of a cluster file', () => {
  it.each([
    ['@ansible:web', 'www[01-03]'],
    ['@ansible:all_of', 'dba,dbb,www[01-03]'],
    ['@ansible:ungrouped', 'lone'],
    ['@ansible:*', 'dba,dbb,lone,www[01-03]'],
    ['@playbooks:web', 'w1'],
    ['@hosts:*', 'n[1-2]'],
    ['@mpi:*', 'n[1-2]'],
    ['@dsh:compute', 'n[1-4]'],
    ['@genders:io--old', 'n[1-2]'],
    ['@genders:io&@genders:old', 'n[3-4]'],
    ['@cs:both', 'n[1-4]'],
    ['@slurm:debug!@slurm:state:down', 'n[1-3]'],
    ['@site:g1', 'x[1-2,9],y'],
  ])('%s is %s', async (expression, nodes) => {
    expect(await ask(async (inventory) => (await inventory.resolve(expression)).toString())).toBe(nodes);
  });

  it.each([
    ['@io', 'group-unknown', /no group 'io' in source 'ansible'/],
    ['@wrong:r1', 'source-unknown', /has no group source 'rack'/],
    ['@gone:r1', 'file-missing', /no such file/],
    ['@playbooks:round', 'group-cycle', /@playbooks:round -> @playbooks:round2 -> @playbooks:round/],
    ['@site:none', 'source-failed', /exit status 1: cat: groups\/none/],
    ['@hosts:x', 'group-unknown', /no group 'x' in source 'hosts'/],
    ['@slurm:state:idel', 'group-unknown', /no group 'state:idel'/],
  ])('%s fails with %s', async (expression, code, message) => {
    const asked = ask(async (inventory) => await inventory.resolve(expression));
    await expect(asked).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('keep what they say of a node: address, user, port', async () => {
    const node = await ask(async (inventory) => {
      await inventory.resolve('@ansible:web');
      return inventory.node('www01');
    });
    expect(node).toEqual({ name: 'www01', address: '10.0.0.1', user: 'deploy', known: true });
  });

  it('of other files are named where a group is looked for in the wrong one', async () => {
    const asked = ask(async (inventory) => await inventory.resolve('@io'));
    await expect(asked).rejects.toMatchObject({ hint: "source 'genders' has it: @genders:io" });
  });

  it('are asked anew by each question, within their cache time', async () => {
    await using folder = await scratchFolder({
      'cluster.yaml':
        'groups: {now: "@site:g"}\nsources: {site: {type: command, map: cat $GROUP, cacheTime: 0}}\n',
      g: 'n1',
    });
    const inventory = await openInventory({ env: { PATH: process.env.PATH }, cwd: folder.path });
    const first = (await inventory.resolve('@now')).toString();
    await folder.write('g', 'n2');
    // The clock of the cache counts from 0 ms on: the next millisecond is too old already.
    await new Promise((resolve) => setTimeout(resolve, 2));
    expect([first, (await inventory.resolve('@now')).toString()]).toEqual(['n1', 'n2']);
  });

  it('are the default where the file has no nodes and groups of its own', async () => {
    expect(
      await ask(async (inventory) => [inventory.sources()[0], (await inventory.all()).toString()]),
    ).toEqual(['ansible', 'dba,dbb,lone,www[01-03]']);
  });

  it('that fail do not disturb the others', async () => {
    const groups = await ask(async (inventory) => await inventory.groupsOf('n4'));
    expect(groups).toEqual([
      { source: 'dsh', group: 'compute' },
      { source: 'genders', group: 'io' },
      { source: 'genders', group: 'old' },
      { source: 'cs', group: 'both' },
      { source: 'cs', group: 'r2' },
      { source: 'slurm', group: 'debug' },
      { source: 'slurm', group: 'state:down' },
    ]);
  });
});
