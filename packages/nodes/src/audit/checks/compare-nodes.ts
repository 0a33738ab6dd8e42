// What only the comparison of nodes shows: host keys, machine ids and passwords that more than one has.
import { createHash } from 'node:crypto';
import { quoteForSh } from '@heorot/fanout';
import { NodeSet } from '@heorot/inventory';
import { type NodeAnswer, rowsOf } from '../ask/parse-answer.ts';
import type { CheckName, SharedFinding } from '../finding.ts';

type Answers = ReadonlyMap<string, NodeAnswer>;

/** @param checks the ones that were asked for */
export function compareNodes(answers: Answers, checks: readonly CheckName[]): readonly SharedFinding[] {
  const machines = oneNodeEach(answers);
  return [
    ...(checks.includes('identity')
      ? [...sameMachine(answers), ...sharedHostKeys(machines), ...sharedMachineIds(machines)]
      : []),
    ...(checks.includes('accounts') ? sharedPasswords(machines) : []),
  ];
}

/** Nodes with the same boot id are one machine under several names, which of course has one key. */
function machinesOf(answers: Answers): readonly (readonly string[])[] {
  return [...Map.groupBy(answers.keys(), (node) => answers.get(node)?.bootId ?? `node ${node}`).values()];
}

function oneNodeEach(answers: Answers): Answers {
  const first = new Set(machinesOf(answers).map(([node]) => node));
  return new Map([...answers].filter(([node]) => first.has(node)));
}

function sameMachine(answers: Answers): readonly SharedFinding[] {
  return machinesOf(answers)
    .filter((names) => names.length > 1)
    .map((nodes) => ({
      check: 'identity',
      id: 'identity-same-machine',
      severity: 'low',
      what: 'these names are one machine (the same boot id)',
      why: 'what is done to each of them is done to it several times; else containers, which share a kernel',
      fix: ['nodes show -w these   # are their addresses right?'],
      nodes,
    }));
}

function sharedHostKeys(answers: Answers): readonly SharedFinding[] {
  return groupsOf(answers, 'hostkey', ([type = '', key = '']) => `${type} ${key}`).map(([key, nodes]) => {
    const [type = '', base64 = ''] = key.split(' ');
    return {
      check: 'identity',
      id: 'identity-host-key',
      severity: 'high',
      what: `the same ${type} host key on ${nodes.length} nodes: ${fingerprint(base64)}`,
      why: 'each of them, and whoever breaks into one, can answer in the place of the others; their image was taken with its keys in it',
      fix: [
        `dsh -w '${NodeSet.from(nodes).toString()}' 'rm /etc/ssh/ssh_host_*_key* && ssh-keygen -A && (systemctl restart ssh || systemctl restart sshd)'`,
        `nodes trust -w '${NodeSet.from(nodes).toString()}' --replace`,
      ],
      nodes,
    };
  });
}

const fingerprint = (base64: string) =>
  `SHA256:${createHash('sha256').update(Buffer.from(base64, 'base64')).digest('base64').replace(/=+$/, '')}`;

/** The id itself is confidential (machine-id(5)), and not shown. */
function sharedMachineIds(answers: Answers): readonly SharedFinding[] {
  return groupsOf(answers, 'machineid', ([id = '']) => id).map(([, nodes]) => ({
    check: 'identity',
    id: 'identity-machine-id',
    severity: 'medium',
    what: `the same machine id on ${nodes.length} nodes`,
    why: 'DHCP gives them one address, and journals and D-Bus take them for one machine; their image was taken with its id in it',
    fix: [
      `dsh -w '${NodeSet.from(nodes).toString()}' 'rm -f /etc/machine-id /var/lib/dbus/machine-id && systemd-machine-id-setup'`,
    ],
    nodes,
  }));
}

/** An account that has the same hash everywhere was copied there, as from an image. */
function sharedPasswords(answers: Answers): readonly SharedFinding[] {
  return groupsOf(answers, 'password', ([name = '', tag = '']) => `${name} ${tag}`).map(([key, nodes]) => {
    const [name = ''] = key.split(' ');
    return {
      check: 'accounts',
      id: 'accounts-shared-password',
      severity: 'low',
      what: `account ${name} has the same password hash on ${nodes.length} nodes`,
      why: 'who reads it on one node and guesses it is in on all; with keys nobody needs it',
      fix: [`passwd -l ${quoteForSh(name)}   # on the nodes; keys still work`],
      nodes,
    };
  });
}

/** Values that more than one node shows. */
function groupsOf(
  answers: Answers,
  key: string,
  valueOf: (row: readonly string[]) => string,
): readonly (readonly [value: string, nodes: readonly string[]])[] {
  const shown = [...answers].flatMap(([node, answer]) =>
    [...new Set(rowsOf(answer, key).map(valueOf))]
      .filter((value) => value.trim() !== '')
      .map((value) => ({ node, value })),
  );
  return [...Map.groupBy(shown, ({ value }) => value)]
    .filter(([, holders]) => holders.length > 1)
    .map(([value, holders]) => [value, holders.map(({ node }) => node)] as const);
}
