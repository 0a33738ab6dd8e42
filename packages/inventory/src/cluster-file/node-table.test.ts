import { describe, expect, it } from 'vitest';
import { buildNodeTable } from './node-table.ts';
import { parseClusterFile } from './read-cluster-file.ts';

async function tableOf(text: string) {
  return buildNodeTable(await parseClusterFile(text, 'c.yaml', '/home/me'));
}

describe('buildNodeTable', () => {
  it('pairs names with addresses, BMCs, MACs and racks by position', async () => {
    const table = await tableOf(`nodes:
  n[2,1,3]:
    address: 10.0.0.[8-9],10.0.1.1
    bmc: {address: "b[1-3]"}
    mac: [52:54:00:00:00:01, 52-54-00-00-00-02, 5254.0000.0003]
    rack: r[1-3]
`);
    const at = (name: string) => {
      const { entry, position } = table.get(name) ?? {};
      return [entry?.addresses, entry?.bmcAddresses, entry?.macs, entry?.racks].map(
        (list) => list?.[position ?? 0],
      );
    };
    expect(at('n2')).toEqual(['10.0.0.8', 'b1', '52:54:00:00:00:01', 'r1']);
    expect(at('n1')).toEqual(['10.0.0.9', 'b2', '52:54:00:00:00:02', 'r2']);
    expect(at('n3')).toEqual(['10.0.1.1', 'b3', '52:54:00:00:00:03', 'r3']);
  });

  it('gives one rack to all, and one address to all where that is said', async () => {
    const table = await tableOf('nodes:\n  n[1-2]: {rack: r1, address: 10.0.0.1, sharedAddress: true}\n');
    expect(table.get('n2')?.entry).toMatchObject({
      racks: ['r1', 'r1'],
      addresses: ['10.0.0.1', '10.0.0.1'],
    });
  });

  it('takes keys with operators', async () => {
    expect([...(await tableOf('nodes:\n  "n[1-5]!n[2-4]":\n')).keys()]).toEqual(['n1', 'n5']);
  });

  it.each([
    ['n[1-4]: {address: "10.0.0.[1-3]"}', 'c.yaml:2:12: nodes.n[1-4].address: 3 for 4 nodes'],
    ['n[1-4]: {address: 10.0.0.1}', 'c.yaml:2:12: nodes.n[1-4].address: 1 for 4 nodes'],
    ['n[1-4]: {mac: [52:54:00:00:00:01]}', 'c.yaml:2:12: nodes.n[1-4].mac: 1 for 4 nodes'],
    ['n[1-4]: {rack: "r[1-2]"}', 'c.yaml:2:12: nodes.n[1-4].rack: 2 for 4 nodes'],
    ['n[1-4]: {bmc: {address: "b[1-5]"}}', 'c.yaml:2:18: nodes.n[1-4].bmc.address: 5 for 4 nodes'],
    ['n1: {mac: xx}', "c.yaml:2:8: nodes.n1.mac: 'xx' is not a MAC address"],
    ['n1: {address: "a;b"}', "c.yaml:2:8: nodes.n1.address: 'a;b' is not a host name: ';' at offset 1"],
    [
      'n1: {address: 10.0.0.300}',
      "c.yaml:2:8: nodes.n1.address: '10.0.0.300' is not a host name: it is no IPv4 address",
    ],
    ['n[1-4: {}', /c\.yaml:2:3: nodes\.n\[1-4: 'n\[1-4': missing ']'/],
    ['"$(id)": {}', /nodes\.\$\(id\): '\$\(id\)' is not a host name/],
    ['-oProxyCommand=x: {}', /is not a host name: it starts with '-'/],
    ['"@compute": {}', /nodes\.@compute: /],
    ['n[1-3]: {}\n  n[3-4]: {}', "c.yaml:3:3: nodes.n[3-4]: n3 is also in 'n[1-3]' (c.yaml:2:3)"],
    ['"n[1-3],n2": {}', 'c.yaml:2:3: nodes.n[1-3],n2: n2 is named twice here'],
    [
      'n1: {address: 10.0.0.1}\n  n2: {address: 10.0.0.1}',
      'c.yaml:3:3: nodes.n2: n2 and n1 have the same address 10.0.0.1, port 22',
    ],
    ['n1: {address: n2}\n  n2: {}', 'c.yaml:3:3: nodes.n2: n2 and n1 have the same address n2, port 22'],
  ])('refuses %j', async (nodes, message) => {
    await expect(tableOf(`nodes:\n  ${nodes}\n`)).rejects.toThrow(message);
  });

  it.each([
    'n1: {address: 10.0.0.1, port: 1}\n  n2: {address: 10.0.0.1, port: 2}',
    'n1: {address: 10.0.0.1, gateway: a}\n  n2: {address: 10.0.0.1, gateway: b}',
    'n1: {address: 10.0.0.1}\n  n2: {address: 10.0.0.1, sharedAddress: true}',
    'n1: {address: localhost, transport: local}\n  n2: {address: localhost, transport: local}',
  ])('accepts %j: not the same machine, or meant', async (nodes) => {
    expect((await tableOf(`nodes:\n  ${nodes}\n`)).size).toBe(2);
  });
});
