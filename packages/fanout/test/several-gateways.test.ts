// Forty nodes behind two gateways, each a machine of its own: who goes through which, and what becomes of the nodes when a
// gateway dies before, or in the middle of, a run. Needs root, openssh-server, iproute2.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NodeRecord, parseHostName } from '@heorot/inventory';
import { type Fault, type NamespacesLab, startNamespacesLab } from '@heorot/lab';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openFanout } from '../src/engine/open-fanout.ts';
import type { Outcome } from '../src/model/outcome.ts';
import type { Target } from '../src/model/target.ts';
import { gather } from '../src/testing/lab-targets.ts';

let lab: NamespacesLab;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-gateways-'));
  lab = await startNamespacesLab({ folder, nodes: 4, sshd: { '*': { config: ['MaxStartups 10:100:10'] } } });
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const gateways = ['n1', 'n2'];
const count = 40;

const settings = () => ({ user: 'root', identity: [lab.identity], knownHosts: lab.knownHosts });

function recordOf(name: string): NodeRecord {
  const found = lab.nodes.find((node) => node.name === name);
  const known = found !== undefined;
  return { name: parseHostName(name), address: parseHostName(found?.address ?? name), known, ...settings() };
}

/** `w1`… on the two machines behind the gateways, in turn. */
function nodesBehind(gateway: string): readonly Target[] {
  return Array.from({ length: count }, (_, number) => ({
    node: `w${number + 1}`,
    host: recordOf(`n${3 + (number % 2)}`).address,
    settings: { ...settings(), gateway },
  }));
}

const reasonsOf = (outcomes: Iterable<Outcome>) =>
  new Set(Array.from(outcomes, (outcome) => ('reason' in outcome ? outcome.reason : outcome.kind)));

describe.each(['ssh2', 'openssh'] as const)('%s', (transport) => {
  const notes: string[] = [];
  const open = () =>
    openFanout({
      inventory: { node: recordOf },
      connection: { sshConfigFile: 'none', transport, hold: false },
      note: (node, text) => notes.push(`${node}: ${text}`),
    });

  const faulty = new Map<string, Fault>();
  const suffers = async (name: string, fault: Fault, cure: Fault) => {
    faulty.set(name, cure);
    await lab.fault(name, fault);
  };
  afterEach(async () => {
    notes.length = 0;
    for (const [name, cure] of faulty) await lab.fault(name, cure);
    faulty.clear();
  });

  /** How many nodes came from each gateway's address. */
  const cameFrom = (stdout: ReadonlyMap<string, Buffer>) => {
    const addresses = Map.groupBy(stdout.values(), (text) => text.toString().trim());
    return gateways.map((name) => addresses.get(recordOf(name).address)?.length ?? 0);
  };
  const askWhence = async (connectTimeoutMs = 20_000) => {
    await using fanout = open();
    const command = { text: 'echo "${SSH_CONNECTION%% *}"' };
    return await gather(
      fanout.run(nodesBehind('n[1-2]'), command, { connectTimeoutMs, schedule: { fanout: 64 } }),
    );
  };

  test('the nodes are spread over both gateways', async () => {
    const { stdout, summary } = await askWhence();
    expect(reasonsOf(summary.results.map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
    const [first = 0, second = 0] = cameFrom(stdout);
    expect([first + second, first > 8, second > 8]).toEqual([count, true, true]);
    expect(notes).toEqual([]);
  });

  test.each([
    ['killed', { kind: 'kill' }, { kind: 'reboot' }],
    ['frozen', { kind: 'freeze' }, { kind: 'thaw' }],
    ['cut off', { kind: 'partition' }, { kind: 'heal' }],
  ] as const)(
    'the nodes of a gateway that is %s go through the other, which is said once',
    async (_, fault, cure) => {
      await suffers('n1', fault, cure);
      const { stdout, summary } = await askWhence(4000);
      expect(reasonsOf(summary.results.map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
      expect(cameFrom(stdout)).toEqual([0, count]);
      expect(notes).toEqual([expect.stringMatching(/^n1: gateway left out: .*; its nodes go through n2$/)]);
    },
  );

  test('a gateway killed in mid-run costs what ran through it, nothing runs twice, and the rest goes through the other', async () => {
    await using fanout = open();
    const log = `/root/${transport}-ran`;
    const command = {
      text: 'echo %n >>LOG; echo "${SSH_CONNECTION%% *}"; sleep 1'.replace('LOG', log),
      expand: true,
    };
    const run = fanout.run(nodesBehind('n[1-2]'), command, {
      connectTimeoutMs: 5000,
      schedule: { fanout: 8 },
    });
    const through = new Map<string, string>();
    const outcomes = new Map<string, Outcome>();
    let killed: Promise<void> | undefined;
    for await (const event of run) {
      if (event.kind === 'stdout') through.set(event.node, event.data.toString().trim());
      if (event.kind === 'exit' || event.kind === 'failure') outcomes.set(event.node, event.outcome);
      if (outcomes.size >= 6) killed ??= suffers('n1', { kind: 'kill' }, { kind: 'reboot' });
    }
    await killed;
    expect(outcomes.size).toBe(count);
    const lost = [...outcomes].filter(([, { kind }]) => kind !== 'ok');
    expect(lost.length).toBeLessThanOrEqual(8);
    for (const [node, outcome] of lost) {
      expect([node, outcome.kind]).toEqual([node, 'unreachable']);
    }
    const homes = lab.nodes.filter(({ name }) => !gateways.includes(name)).map(({ home }) => home);
    const texts = await Promise.all(homes.map((home) => readFile(join(home, `${transport}-ran`), 'utf8')));
    const ran = texts.join('').trim().split('\n');
    expect(ran).toHaveLength(new Set(ran).size);
    const ok = [...outcomes].flatMap(([node, { kind }]) => (kind === 'ok' ? [node] : []));
    expect(new Set(ran)).toEqual(new Set(ran).union(new Set(ok)));
    const first = recordOf('n1').address;
    expect(ok.slice(-8).map((node) => through.get(node))).not.toContain(first);
  });

  test('a gateway that freezes in mid-run is found out by the next node that waits for it', async () => {
    await using fanout = open();
    const command = { text: 'echo "${SSH_CONNECTION%% *}"; sleep 0.5' };
    const options = { connectTimeoutMs: 3000, commandTimeoutMs: 15_000, schedule: { fanout: 8 } };
    const outcomes = new Map<string, Outcome>();
    let frozen: Promise<void> | undefined;
    for await (const event of fanout.run(nodesBehind('n[1-2]'), command, options)) {
      if (event.kind === 'exit' || event.kind === 'failure') outcomes.set(event.node, event.outcome);
      if (outcomes.size >= 6) frozen ??= suffers('n1', { kind: 'freeze' }, { kind: 'thaw' });
    }
    await frozen;
    const lost = [...outcomes.values()].filter(({ kind }) => kind !== 'ok');
    expect([outcomes.size, lost.length <= 8]).toEqual([count, true]);
    expect(notes).toEqual([expect.stringMatching(/^n1: gateway left out: .*; its nodes go through n2$/)]);
  });

  test('of several hops, the one that is dead is gone around', async () => {
    await suffers('n2', { kind: 'kill' }, { kind: 'reboot' });
    await using fanout = open();
    const { address } = recordOf('n4');
    const behind = nodesBehind('n1,n[2-3]').filter(({ host }) => host === address);
    const command = { text: 'echo "${SSH_CONNECTION%% *}"' };
    const { stdout, summary } = await gather(fanout.run(behind, command, { schedule: { fanout: 64 } }));
    expect(reasonsOf(summary.results.map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
    expect(new Set(Array.from(stdout.values(), String))).toEqual(new Set([`${recordOf('n3').address}\n`]));
    expect(notes).toEqual([expect.stringMatching(/^n2: gateway left out: .*; its nodes go through n1,n3$/)]);
  });

  test('when all gateways are dead, the outcome names each', async () => {
    for (const name of gateways) await suffers(name, { kind: 'kill' }, { kind: 'reboot' });
    const { summary } = await askWhence(4000);
    const reasons = reasonsOf(summary.results.map(({ outcome }) => outcome));
    expect([...reasons]).toEqual([expect.stringMatching(/^gateway n1: .*; gateway n2: /)]);
  });
});
