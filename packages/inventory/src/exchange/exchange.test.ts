import { describe, expect, it } from 'vitest';
import { openInventory } from '../cluster-file/open-inventory.ts';
import { scratchFolder } from '../cluster-file/scratch-folder.test.fixture.ts';
import { NodeSet } from '../node-set/node-set.ts';
import { exportInventory } from './export-inventory.ts';
import type { Format } from './format.ts';
import { importInventory } from './import-inventory.ts';

const CLUSTER = `cluster: hrothgar
nodes:
  n[1-2]: {address: "10.0.0.[1-2]", user: root, port: 2222, rack: r1, labels: {gen: "a b"}}
  head: {address: 10.0.0.100}
groups:
  compute: n[1-2]
  rest: "*!@compute"
`;

async function exported(format: Format, cluster = CLUSTER): Promise<Record<string, string>> {
  await using folder = await scratchFolder({ 'cluster.yaml': cluster });
  const inventory = await openInventory({ env: {}, cwd: folder.path });
  const files = await exportInventory(inventory, await inventory.all(), format);
  return Object.fromEntries(files.map(({ path, text }) => [path, text]));
}

async function imported(format: Format, path: string, text: string): Promise<string> {
  return (await importInventory(format, [{ path, text }])).replace(/^(#.*\n)*/, '');
}

describe('exportInventory', () => {
  it.each([
    [
      'ansible',
      'inventory.ini',
      'head ansible_host=10.0.0.100\nn1 ansible_host=10.0.0.1 ansible_port=2222 ansible_user=root rack=r1 gen="a b"\nn2 ansible_host=10.0.0.2 ansible_port=2222 ansible_user=root rack=r1 gen="a b"\n\n[compute]\nn1\nn2\n\n[rest]\nhead\n',
    ],
    ['hosts', 'hosts', '10.0.0.100\thead\n10.0.0.1\tn1\n10.0.0.2\tn2\n'],
    ['machine-file', 'machines', 'head\nn1\nn2\n'],
    [
      'clustershell',
      'hrothgar.yaml',
      'hrothgar:\n    all: head,n[1-2]\n    compute: n[1-2]\n    rest: head\n',
    ],
    ['dsh', 'group/compute', 'n1\nn2\n'],
    ['dsh', 'machines.list', 'head\nn1\nn2\n'],
  ] as const)('writes %s: %s', async (format, path, text) => {
    expect((await exported(format))[path]).toBe(text);
  });

  it('writes nested Ansible YAML', async () => {
    expect((await exported('ansible-yaml'))['inventory.yaml']).toBe(`all:
  hosts:
    head:
      ansible_host: "10.0.0.100"
    n1:
      ansible_host: "10.0.0.1"
      ansible_port: 2222
      ansible_user: root
      rack: r1
      gen: "a b"
    n2:
      ansible_host: "10.0.0.2"
      ansible_port: 2222
      ansible_user: root
      rack: r1
      gen: "a b"
  children:
    compute:
      hosts:
        n1:
        n2:
    rest:
      hosts:
        head:
`);
  });

  it('writes a Prometheus target a node, with its groups and labels', async () => {
    const [, first] = JSON.parse((await exported('prometheus'))['nodes.json'] ?? '');
    expect(first).toEqual({
      targets: ['10.0.0.1:9100'],
      labels: { node: 'n1', groups: 'compute', rack: 'r1', gen: 'a b' },
    });
  });

  it('says what a format cannot hold', async () => {
    await expect(exported('genders')).rejects.toMatchObject({
      code: 'format-unsuited',
      message: "genders cannot hold 'a b'",
    });
    await expect(exported('hosts', 'nodes:\n  n1:\n')).rejects.toMatchObject({ code: 'format-unsuited' });
    await expect(exported('dsh', 'nodes:\n  n1:\ngroups:\n  "a b": n1\n')).rejects.toThrow(/a b/);
  });

  it('keeps to the chosen nodes', async () => {
    await using folder = await scratchFolder({ 'cluster.yaml': CLUSTER });
    const inventory = await openInventory({ env: {}, cwd: folder.path });
    const [file] = await exportInventory(inventory, NodeSet.parse('n1,elsewhere'), 'ansible');
    expect(file?.text).toMatch(/^elsewhere\nn1 .*\n\n\[compute\]\nn1\n$/);
  });
});

describe('importInventory', () => {
  it('says where the file came from', async () => {
    const files = [
      { path: 'group/a', text: 'n1\nroot@n2\n' },
      { path: 'machines.list', text: 'n[1-3]\n' },
    ];
    expect(await importInventory('dsh', files)).toBe(`# Imported from group/a, machines.list (dsh).
# Check it: nodes check
nodes:
  n[1,3]:
  n2:
    user: root
groups:
  a: n[1-2]
`);
  });

  it.each([
    [
      'genders',
      'genders',
      'n[01-04] compute,role=io\nn05 compute\n',
      'nodes:\n  n[01-04]:\n    labels: {role: io}\n  n05:\ngroups:\n  compute: n[01-05]\n',
    ],
    [
      'hosts',
      'hosts',
      '127.0.0.1 localhost\n127.0.1.1 me\n::1 ip6-localhost\nff02::1 ip6-allnodes\n10.0.0.1 n1 n1.site # x\n10.0.0.2\tn2\nfe80::1 n1\n',
      'nodes:\n  n[1-2]:\n    address: "10.0.0.[1-2]"\n',
    ],
    [
      'machine-file',
      'm',
      'n1:4\nn2 slots=4 max_slots=8\nn3\nn3\n# x\nn4 4\n',
      'nodes:\n  n[1-2,4]:\n    labels: {slots: "4"}\n  n3:\n    labels: {slots: "2"}\n',
    ],
    [
      'clustershell',
      'g.yaml',
      "roles:\n  io: '@racks:r1,x'\n  both: '@io'\nracks:\n  r1: n[1-4]\n  io: y\n",
      'groups:\n  roles-io: "@r1,x"\n  both: "@roles-io"\n  r1: n[1-4]\n  racks-io: "y"\n',
    ],
    [
      'prometheus',
      'p.json',
      '[{"targets": ["10.0.0.1:9100"], "labels": {"node": "n1", "job": "x", "__meta": "y"}}, {"targets": ["a:1", "b:1"]}]',
      'nodes:\n  a,b:\n  n1:\n    address: "10.0.0.1"\n    labels: {job: x}\n',
    ],
    [
      'ansible',
      'hosts',
      'lone:2222\n[web]\nwww[01:03] ansible_host=10.0.0.1 # c\ndb-[a:b].site x="1 2" y=\'#\'\nn[1:5:2]\n[all_of:children]\nweb\n[web:vars]\nk=v\n',
      'nodes:\n  db-a.site,db-b.site:\n    labels: {x: "1 2", "y": "#"}\n  lone:\n    port: 2222\n  n[1,3,5]:\n  www[01-03]:\n    address: "10.0.0.1"\n    sharedAddress: true\ngroups:\n  web: db-a.site,db-b.site,n[1,3,5],www[01-03]\n  all_of: "@web"\n',
    ],
    [
      'ansible',
      'hosts.yml',
      'all:\n  hosts:\n    n[1:2]: {ansible_user: root, many: [1]}\n  children:\n    g:\n      hosts:\n        n1:\n      vars: {a: b}\n      children: {h: {hosts: {x: }}}\n',
      'nodes:\n  n[1-2]:\n    user: root\n  x:\ngroups:\n  g: "n1,@h"\n  h: x\n',
    ],
  ] as const)('reads %s', async (format, path, text, cluster) => {
    expect(await imported(format, path, text)).toBe(cluster);
  });

  it.each([
    ['ansible', 'h', '[web\nn1\n', /^h:1: /],
    ['ansible', 'h', '[web:what]\n', /^h:1: \[web:what\]: expected :children or :vars/],
    ['ansible', 'h', 'n1 "open\n', /^h:1: a quote is not closed/],
    ['ansible', 'h', 'n1\nn[3:1]\n', /^h:2: 'n\[3:1\]': '\[3:1\]' runs backwards/],
    ['ansible', 'h', 'n[1-3]\n', /^h:1: 'n\[1-3\]': '\[1-3\]' is no range/],
    ['ansible', 'h', '-oProxyCommand=x\n', /^h:1: '-oProxyCommand=x' is not a host name/],
    ['ansible', 'h', 'n1 ansible_host={{x}}\n', /^h:1: n1: ansible_host '\{\{x\}\}' is not an address/],
    ['ansible', 'h.yaml', 'all:\n  hosts: [n1]\n', /^h\.yaml:2: expected hosts, each with a colon/],
    ['ansible', 'h.yaml', 'all:\n  hosts:\n    $(id):\n', /^h\.yaml:3: '\$\(id\)' is not a host name/],
    ['hosts', 'h', '10.0.0.1\n', /^h:1: an address without a name/],
    ['hosts', 'h', '10.0.0.1 a\n10.0.0.x b\n10.0.0.2 $(id)\n', /^h:3: '\$\(id\)' is not a host name/],
    ['machine-file', 'm', 'a\n;b\n', /^m:2: ';b' is not a host name/],
    ['prometheus', 'p', '[\n{]', /^p:2: not JSON/],
    ['prometheus', 'p', '{}', /^p:1: expected a list/],
    ['prometheus', 'p', '[{"targets": ["a;b:1"]}]', /^p:1: entry 1: target 'a;b:1' is not host:port/],
    ['dsh', 'g', 'n1\nn[1-\n', /n\[1-/],
  ] as const)('refuses bad %s with file and line', async (format, path, text, message) => {
    await expect(imported(format, path, text)).rejects.toThrow(message);
  });

  it('makes a file that opens: addresses stay with their nodes', async () => {
    const text = await importInventory('hosts', [
      { path: 'hosts', text: '10.0.0.9 n1\n10.0.0.8 n2\n10.0.1.1 n10\n' },
    ]);
    await using folder = await scratchFolder({ 'cluster.yaml': text });
    const inventory = await openInventory({ env: {}, cwd: folder.path });
    expect(['n1', 'n2', 'n10'].map((name) => String(inventory.node(name).address))).toEqual([
      '10.0.0.9',
      '10.0.0.8',
      '10.0.1.1',
    ]);
  });
});
