// Forty nodes behind two gateways, each a machine of its own: who goes through which, and what becomes of the nodes when a
// gateway dies before, or in the middle of, a run. Needs root, openssh-server, iproute2.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openFanout } from '../src/engine/open-fanout.ts';
import type { Outcome } from '../src/model/outcome.ts';
import { gather } from '../src/testing/lab-targets.ts';
import {
  type GatewaysLab,
  gateways,
  nodeCount,
  reasonsOf,
  startGatewaysLab,
} from './fixtures/gateways-lab.ts';

let hall: GatewaysLab;
beforeAll(async () => {
  hall = await startGatewaysLab(['MaxStartups 10:100:10']);
});
afterAll(() => hall[Symbol.asyncDispose]());

describe.each(['ssh2', 'openssh'] as const)('%s', (transport) => {
  const notes: string[] = [];
  const open = () =>
    openFanout({
      inventory: { node: hall.recordOf },
      connection: { sshConfigFile: 'none', transport, hold: false },
      note: (node, text) => notes.push(`${node}: ${text}`),
    });

  afterEach(async () => {
    notes.length = 0;
    await hall.cure();
  });

  /** How many nodes came from each gateway's address. */
  const cameFrom = (stdout: ReadonlyMap<string, Buffer>) => {
    const addresses = Map.groupBy(stdout.values(), (text) => text.toString().trim());
    return gateways.map((name) => addresses.get(hall.recordOf(name).address)?.length ?? 0);
  };
  const askWhence = async (connectTimeoutMs = 20_000) => {
    await using fanout = open();
    const command = { text: 'echo "${SSH_CONNECTION%% *}"' };
    return await gather(
      fanout.run(hall.nodesBehind('n[1-2]'), command, { connectTimeoutMs, schedule: { fanout: 64 } }),
    );
  };

  test('the nodes are spread over both gateways', async () => {
    const { stdout, summary } = await askWhence();
    expect(reasonsOf(summary.results.map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
    const [first = 0, second = 0] = cameFrom(stdout);
    expect([first + second, first > 8, second > 8]).toEqual([nodeCount, true, true]);
    expect(notes).toEqual([]);
  });

  test.each([
    ['killed', { kind: 'kill' }, { kind: 'reboot' }],
    ['frozen', { kind: 'freeze' }, { kind: 'thaw' }],
    ['cut off', { kind: 'partition' }, { kind: 'heal' }],
  ] as const)(
    'the nodes of a gateway that is %s go through the other, which is said once',
    async (_, fault, cure) => {
      await hall.suffers('n1', fault, cure);
      const { stdout, summary } = await askWhence(8000);
      expect(reasonsOf(summary.results.map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
      expect(cameFrom(stdout)).toEqual([0, nodeCount]);
      expect(notes).toEqual([expect.stringMatching(/^n1: gateway left out: .*; its nodes go through n2$/)]);
    },
  );

  test('a gateway killed in mid-run costs what ran through it, nothing runs twice, and the rest goes through the other', async () => {
    await using fanout = open();
    const log = `/root/${transport}-ran`;
    const command = {
      text: 'echo %n >>LOG; echo "${SSH_CONNECTION%% *}"; sleep 0.4'.replace('LOG', log),
      expand: true,
    };
    const run = fanout.run(hall.nodesBehind('n[1-2]'), command, {
      connectTimeoutMs: 20_000,
      schedule: { fanout: 8 },
    });
    const through = new Map<string, string>();
    const outcomes = new Map<string, Outcome>();
    let killed: Promise<void> | undefined;
    for await (const event of run) {
      if (event.kind === 'stdout') through.set(event.node, event.data.toString().trim());
      if (event.kind === 'exit' || event.kind === 'failure') outcomes.set(event.node, event.outcome);
      if (outcomes.size >= 6) killed ??= hall.suffers('n1', { kind: 'kill' }, { kind: 'reboot' });
    }
    await killed;
    expect(outcomes.size).toBe(nodeCount);
    const lost = [...outcomes].filter(([, { kind }]) => kind !== 'ok');
    expect(lost.length).toBeLessThanOrEqual(8);
    for (const [node, outcome] of lost) {
      expect([node, outcome.kind]).toEqual([node, 'unreachable']);
    }
    const homes = hall.lab.nodes.filter(({ name }) => !gateways.includes(name)).map(({ home }) => home);
    const texts = await Promise.all(homes.map((home) => readFile(join(home, `${transport}-ran`), 'utf8')));
    const ran = texts.join('').trim().split('\n');
    expect(ran).toHaveLength(new Set(ran).size);
    const ok = [...outcomes].flatMap(([node, { kind }]) => (kind === 'ok' ? [node] : []));
    expect(new Set(ran)).toEqual(new Set(ran).union(new Set(ok)));
    const first = hall.recordOf('n1').address;
    expect(ok.slice(-8).map((node) => through.get(node))).not.toContain(first);
  });

  test('a gateway that freezes in mid-run is found out by the next node that waits for it', async () => {
    await using fanout = open();
    const command = { text: 'echo "${SSH_CONNECTION%% *}"; sleep 0.5' };
    const options = { connectTimeoutMs: 6000, commandTimeoutMs: 20_000, schedule: { fanout: 8 } };
    const outcomes = new Map<string, Outcome>();
    let frozen: Promise<void> | undefined;
    for await (const event of fanout.run(hall.nodesBehind('n[1-2]'), command, options)) {
      if (event.kind === 'exit' || event.kind === 'failure') outcomes.set(event.node, event.outcome);
      if (outcomes.size >= 6) frozen ??= hall.suffers('n1', { kind: 'freeze' }, { kind: 'thaw' });
    }
    await frozen;
    const lost = [...outcomes.values()].filter(({ kind }) => kind !== 'ok');
    expect([outcomes.size, lost.length <= 8]).toEqual([nodeCount, true]);
    expect(notes).toEqual([expect.stringMatching(/^n1: gateway left out: .*; its nodes go through n2$/)]);
  });

  test('of several hops, the one that is dead is gone around', async () => {
    await hall.suffers('n2', { kind: 'kill' }, { kind: 'reboot' });
    await using fanout = open();
    const { address } = hall.recordOf('n4');
    const behind = hall.nodesBehind('n1,n[2-3]').filter(({ host }) => host === address);
    const command = { text: 'echo "${SSH_CONNECTION%% *}"' };
    const { stdout, summary } = await gather(fanout.run(behind, command, { schedule: { fanout: 64 } }));
    expect(reasonsOf(summary.results.map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
    expect(new Set(Array.from(stdout.values(), String))).toEqual(
      new Set([`${hall.recordOf('n3').address}\n`]),
    );
    expect(notes).toEqual([expect.stringMatching(/^n2: gateway left out: .*; its nodes go through n1,n3$/)]);
  });

  test('when all gateways are dead, the outcome names each', async () => {
    for (const name of gateways) await hall.suffers(name, { kind: 'kill' }, { kind: 'reboot' });
    const { summary } = await askWhence(8000);
    const reasons = reasonsOf(summary.results.map(({ outcome }) => outcome));
    expect([...reasons]).toEqual([expect.stringMatching(/^gateway n1: .*; gateway n2: /)]);
  });
});
