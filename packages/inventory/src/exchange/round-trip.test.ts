// Each format: what is printed reads back as what it was, whatever the nodes, settings and groups.
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildNodeTable } from '../cluster-file/node-table.ts';
import { parseClusterFile } from '../cluster-file/read-cluster-file.ts';
import { parseAnsible, portableFromAnsible } from './ansible.ts';
import { printAnsibleIni } from './ansible-ini.ts';
import { printAnsibleYaml } from './ansible-yaml.ts';
import {
  parseClusterShellYaml,
  portableFromClusterShell,
  printClusterShellYaml,
} from './clustershell-yaml.ts';
import { parseGenders, portableFromGenders, printGenders } from './genders.ts';
import {
  parseDshGroup,
  parseHosts,
  parseMachineFile,
  printHostList,
  printHosts,
  printMachineFile,
} from './host-list.ts';
import type { PortableInventory, PortableNode } from './portable-inventory.ts';
import { printClusterFile } from './print-cluster-file.ts';
import { parsePrometheus, printPrometheus } from './prometheus.ts';

const name = fc
  .tuple(fc.constantFrom('n', 'gpu', 'r1n', 'login-', 'head'), fc.nat(120), fc.integer({ min: 0, max: 3 }))
  .map(([prefix, number, width]) => prefix + String(number).padStart(width, '0'));
const address = fc.tuple(fc.nat(255), fc.nat(3)).map(([last, third]) => `10.1.${third}.${last}`);
const word = fc
  .stringMatching(/^[a-z][a-z0-9_]{0,7}$/)
  .filter(
    (text) => !['all', 'ungrouped', 'node', 'groups', 'hosts'].includes(text) && !text.startsWith('ansible'),
  );
const anyText = fc.string({ unit: 'grapheme', maxLength: 12 });

/** @param value what labels may hold in the format */
function inventories(parts: {
  address?: boolean;
  settings?: boolean;
  value?: fc.Arbitrary<string>;
  groups?: boolean;
}): fc.Arbitrary<PortableInventory> {
  const node = fc.record(
    {
      address,
      user: fc.constantFrom('root', 'admin'),
      port: fc.integer({ min: 1, max: 65_535 }),
      labels: fc.dictionary(word, parts.value ?? anyText, { maxKeys: 3, noNullPrototype: true }),
    },
    { requiredKeys: ['labels'] },
  );
  return fc
    .tuple(
      fc.uniqueArray(fc.tuple(name, node), { minLength: 1, maxLength: 20, selector: ([key]) => key }),
      fc.dictionary(word, fc.array(fc.nat(19), { minLength: 1, maxLength: 8 }), {
        maxKeys: parts.groups ? 4 : 0,
      }),
    )
    .map(([entries, picks]) => {
      const nodes = entries.map(
        ([key, { address: at, user, port, labels }]): PortableNode => ({
          name: key,
          ...(parts.address && at !== undefined ? { address: at } : {}),
          ...(parts.settings && user !== undefined ? { user } : {}),
          ...(parts.settings && port !== undefined ? { port } : {}),
          labels: parts.value ? labels : {},
        }),
      );
      const groups = Object.entries(picks).map(([group, places]): [string, string[]] => {
        const wanted = new Set(places.map((place) => place % nodes.length));
        return [group, nodes.filter((_, index) => wanted.has(index)).map((one) => one.name)];
      });
      return { nodes, groups: new Map(groups) };
    });
}

/** Order carries no meaning: nodes by name, groups as sets. */
function normal({ nodes, groups }: PortableInventory) {
  return {
    nodes: Object.fromEntries(nodes.map((node) => [node.name, node])),
    groups: Object.fromEntries(
      [...groups].map(([group, members]) => [group, members.toSorted((a, b) => (a < b ? -1 : 1))]),
    ),
  };
}

/** What does not come back as it was; undefined when all does. */
async function loss(
  inventory: fc.Arbitrary<PortableInventory>,
  there: (one: PortableInventory) => string,
  back: (text: string) => PortableInventory | Promise<PortableInventory>,
): Promise<string | undefined> {
  const comesBack = fc.asyncProperty(inventory, async (one) =>
    isDeepStrictEqual(normal(await back(there(one))), normal(one)),
  );
  const details = await fc.check(comesBack, { numRuns: 60 });
  return details.failed ? fc.defaultReportMessage(details) : undefined;
}

describe('round trips', () => {
  it('genders', async () => {
    const plain = anyText.filter((text) => !/[\s,#]/.test(text));
    const some = inventories({ value: plain, groups: true });
    // In genders a label and a group of one name are one attribute.
    const distinct = some.filter(({ nodes, groups }) =>
      nodes.every(({ labels }) => Object.keys(labels).every((label) => !groups.has(label))),
    );
    expect(
      await loss(distinct, printGenders, (text) => portableFromGenders(parseGenders(text, 'genders'))),
    ).toBeUndefined();
  });

  it('Ansible, INI', async () => {
    const some = inventories({ address: true, settings: true, value: anyText, groups: true });
    expect(
      await loss(some, printAnsibleIni, async (text) =>
        portableFromAnsible(await parseAnsible(text, 'hosts.ini'), 'hosts.ini'),
      ),
    ).toBeUndefined();
  });

  it('Ansible, YAML', async () => {
    const some = inventories({ address: true, settings: true, value: anyText, groups: true });
    expect(
      await loss(some, printAnsibleYaml, async (text) =>
        portableFromAnsible(await parseAnsible(text, 'hosts.yaml'), 'hosts.yaml'),
      ),
    ).toBeUndefined();
  });

  it('Prometheus file_sd', async () => {
    const some = inventories({ address: true, value: anyText, groups: true });
    expect(await loss(some, printPrometheus, (text) => parsePrometheus(text, 'nodes.json'))).toBeUndefined();
  });

  it('machine file', async () => {
    const slots = fc.nat({ max: 128 }).map(String);
    const some = inventories({ value: slots }).map(({ nodes, groups }) => ({
      nodes: nodes.map(({ name: host, labels }) => ({
        name: host,
        labels: Object.values(labels)[0] === undefined ? {} : { slots: Object.values(labels)[0] ?? '' },
      })),
      groups,
    }));
    expect(
      await loss(
        some,
        ({ nodes }) => printMachineFile(nodes),
        (text) => parseMachineFile(text, 'machines'),
      ),
    ).toBeUndefined();
  });

  it('/etc/hosts', async () => {
    const some = inventories({ address: true }).map(({ nodes, groups }) => ({
      nodes: nodes.map((node, index) => ({ ...node, address: node.address ?? `10.9.0.${index}` })),
      groups,
    }));
    expect(
      await loss(
        some,
        ({ nodes }) => printHosts(nodes),
        (text) => parseHosts(text, 'hosts'),
      ),
    ).toBeUndefined();
  });

  it('dsh groups', () => {
    fc.assert(
      fc.property(fc.array(name), (names) => {
        expect(parseDshGroup(printHostList(names), 'group').map(({ expression }) => expression)).toEqual(
          names,
        );
      }),
    );
  });

  it('ClusterShell YAML', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(word, fc.string({ unit: 'grapheme', minLength: 1 }), { noNullPrototype: true }),
        async (groups) => {
          const printed = printClusterShellYaml('site', new Map(Object.entries(groups)));
          const read = await parseClusterShellYaml(printed, 'site.yaml');
          expect(Object.fromEntries(read.get('site') ?? [])).toEqual(
            Object.fromEntries(Object.entries(groups).map(([group, nodes]) => [group, [nodes]])),
          );
          expect([...portableFromClusterShell(read).groups.keys()]).toEqual(Object.keys(groups));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('the cluster file: each node keeps its address, settings and labels', async () => {
    const some = inventories({ address: true, settings: true, value: anyText, groups: true });
    await fc.assert(
      fc.asyncProperty(some, async (one) => {
        const file = await parseClusterFile(printClusterFile(one, ['from a test']), 'c.yaml', '/home/me');
        const nodes = [...buildNodeTable(file)].map(([host, { entry, position }]): PortableNode => {
          const at = entry.addresses?.[position];
          const { user, port, labels = {} } = entry.content;
          return {
            name: host,
            ...(at === undefined ? {} : { address: at }),
            ...(user === undefined ? {} : { user }),
            ...(port === undefined ? {} : { port }),
            labels,
          };
        });
        expect(normal({ nodes, groups: new Map() }).nodes).toEqual(normal(one).nodes);
        expect(Object.keys(file.content.groups ?? {})).toEqual([...one.groups.keys()]);
      }),
      { numRuns: 60 },
    );
  });
});
