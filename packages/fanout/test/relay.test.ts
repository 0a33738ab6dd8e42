// Nodes that their gateways log in to, each machine a namespace of its own: who logs in with what, whose known_hosts counts, what
// is left on nodes and gateways however a run ends. Needs root, openssh-server, iproute2.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { NodeRecord } from '@heorot/inventory';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openFanout } from '../src/engine/open-fanout.ts';
import type { RunOptions } from '../src/model/command.ts';
import type { Outcome } from '../src/model/outcome.ts';
import type { Target } from '../src/model/target.ts';
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
  hall = await startGatewaysLab();
  for (const { name, home } of hall.lab.nodes) {
    if (!gateways.includes(name)) continue;
    await mkdir(join(home, '.ssh'), { recursive: true, mode: 0o700 });
    await cp(hall.lab.identity, join(home, '.ssh', 'id_ed25519'));
  }
});
afterAll(() => hall[Symbol.asyncDispose]());

const notes: string[] = [];
afterEach(async () => {
  notes.length = 0;
  await hall.cure();
});

const open = (connection: { readonly forwardAgent?: boolean; readonly acceptNew?: boolean } = {}) =>
  openFanout({
    inventory: { node: hall.recordOf },
    connection: { sshConfigFile: 'none', transport: 'relay', hold: false, ...connection },
    note: (node, text) => notes.push(`${node}: ${text}`),
  });

async function run(
  text: string,
  targets: readonly Target[],
  options: Partial<RunOptions> = {},
  connection: Parameters<typeof open>[0] = {},
) {
  await using fanout = open(connection);
  const all = fanout.run(targets, { text }, { schedule: { fanout: 64 }, ...options });
  const { stdout, stderr, summary } = await gather(all);
  const outcomes = new Map(summary.results.map(({ node, outcome }) => [node, outcome]));
  return { stdout, stderr, outcomes, reasons: reasonsOf(outcomes.values()) };
}

/** Command lines on all machines of the lab, which share this one's processes, that hold the text. */
function commandsWith(text: string): readonly string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return line.includes(text) ? [line] : [];
    } catch {
      return [];
    }
  });
}

let marks = 0;
/** A command that lasts, and a word by which it is found. */
function longCommand(): { readonly mark: string; readonly text: string } {
  const mark = `90000.${process.pid}${++marks}`;
  return { mark, text: `sleep ${mark}` };
}

describe('a run', () => {
  test('goes through both gateways, with their own keys, and leaves nothing there', async () => {
    const { stdout, reasons } = await run('echo "${SSH_CONNECTION%% *}"; exit 0', hall.nodesBehind('n[1-2]'));
    expect(reasons).toEqual(new Set(['ok']));
    const from = Map.groupBy(stdout.values(), (text) => text.toString().trim());
    const [first = 0, second = 0] = gateways.map(
      (name) => from.get(hall.recordOf(name).address)?.length ?? 0,
    );
    expect([first + second, first > 8, second > 8]).toEqual([nodeCount, true, true]);
    expect(notes).toEqual([]);
    await vi.waitFor(() => expect(commandsWith('ssh -v -E /proc/')).toEqual([]), { timeout: 10_000 });
  });

  test('goes through a gateway that is reached through OpenSSH', async () => {
    const node = (name: string): NodeRecord => ({ ...hall.recordOf(name), transport: 'openssh' });
    await using fanout = openFanout({
      inventory: { node },
      connection: { sshConfigFile: 'none', hold: false },
    });
    const targets = hall.nodesBehind('n1', { transport: 'relay' }, 12);
    const { stdout, summary } = await gather(
      fanout.run(targets, { text: 'echo "${SSH_CONNECTION%% *}"' }, { schedule: { fanout: 12 } }),
    );
    expect(reasonsOf(summary.results.map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
    expect(new Set(Array.from(stdout.values(), String))).toEqual(
      new Set([`${hall.recordOf('n1').address}\n`]),
    );
  });

  test('tells the codes of commands from those of ssh', async () => {
    const { reasons } = await run('exit 255', hall.nodesBehind('n1', {}, 2));
    expect(reasons).toEqual(new Set(['exit']));
  });

  test('has stdin for every node', async () => {
    const { Readable } = await import('node:stream');
    const bytes = Buffer.from(Array.from({ length: 256 * 1024 }, (_, at) => at & 255));
    const { stdout, reasons } = await run('cat', hall.nodesBehind('n1', {}, 4), {
      stdin: Readable.from([bytes]),
    });
    expect(reasons).toEqual(new Set(['ok']));
    expect([...stdout.values()].map((text) => text.equals(bytes))).toEqual([true, true, true, true]);
  });
});

describe('who is trusted', () => {
  const shownTo = async (knownHosts: string, connection = {}) =>
    await run('echo ran', hall.nodesBehind('n1', { knownHosts }, 1), {}, connection);
  const withoutNode = async (name: string) => {
    const path = join(hall.folder, name);
    const lines = (await readFile(hall.lab.knownHosts, 'utf8')).trimEnd().split('\n');
    const others = lines.filter(
      (line) => !line.split(' ')[0]?.split(',').includes(hall.recordOf('n3').address),
    );
    return { path, others, own: lines.filter((line) => !others.includes(line)) };
  };

  test('a node that is known to the gateway alone is not known', async () => {
    const { path, others, own } = await withoutNode('unknown');
    await writeFile(join(gatewayHome(), '.ssh', 'known_hosts'), `${own.join('\n')}\n`);
    await writeFile(path, others.join('\n'));
    const { outcomes, stdout } = await shownTo(path);
    expect(outcomes.get('w1')).toMatchObject({
      kind: 'host-key',
      reason: expect.stringMatching(/^host key of w1 is not known: ssh-ed25519 SHA256:/),
      hint: 'nodes trust -w w1',
    });
    expect(stdout.size).toBe(0);
  });

  test('a changed key is an alarm that names the line on this side', async () => {
    const { path, others } = await withoutNode('changed');
    const other = others.find((line) => line.includes(hall.recordOf('n4').address))?.split(' ');
    const wrong = [hall.recordOf('n3').address, ...(other?.slice(1, 3) ?? [])].join(' ');
    await writeFile(path, `${wrong}\n${others.join('\n')}\n`);
    const { outcomes } = await shownTo(path);
    expect(outcomes.get('w1')).toMatchObject({
      kind: 'host-key',
      reason: expect.stringMatching(
        new RegExp(`^HOST KEY OF w1 HAS CHANGED: it showed ssh-ed25519 .* but ${path}:1 has`),
      ),
    });
  });

  test('--accept-new records here what the gateway was shown, once', async () => {
    const { path, others } = await withoutNode('new');
    await writeFile(path, `${others.join('\n')}\n`);
    expect((await shownTo(path, { acceptNew: true })).reasons).toEqual(new Set(['ok']));
    expect(notes).toEqual([expect.stringMatching(/^w1: host key of w1 recorded: /)]);
    expect((await shownTo(path)).reasons).toEqual(new Set(['ok']));
  });

  test('a gateway without a key for the node is told', async () => {
    await rm(join(gatewayHome(), '.ssh', 'id_ed25519'));
    const { outcomes } = await run('true', hall.nodesBehind('n1', {}, 1));
    await cp(hall.lab.identity, join(gatewayHome(), '.ssh', 'id_ed25519'));
    expect(outcomes.get('w1')).toMatchObject({
      kind: 'auth',
      reason: expect.stringMatching(/^permission denied for root@.*; gateway n1 logged in, with its keys$/),
    });
  });

  const gatewayHome = () => hall.lab.nodes.find(({ name }) => name === 'n1')?.home ?? '';
});

describe('a node', () => {
  test('that refuses is told from a gateway that does', async () => {
    const { reasons } = await run('true', hall.nodesBehind('n1', { port: 1 }, 1));
    const { address } = hall.recordOf('n3');
    expect([...reasons]).toEqual([`connection refused: ${address} port 1 through gateway n1`]);
  });

  test('that says nothing is a connect-timeout, and does not count as command time', async () => {
    await hall.suffers('n3', { kind: 'freeze' }, { kind: 'thaw' });
    const { outcomes } = await run('true', hall.nodesBehind('n1', {}, 2), {
      connectTimeoutMs: 3000,
      commandTimeoutMs: 2500,
    });
    expect(outcomes.get('w1')).toMatchObject({ kind: 'connect-timeout', afterMs: 3000 });
    expect(outcomes.get('w2')).toEqual({ kind: 'ok' });
    expect(notes).toEqual([]);
  });
});

describe('a gateway that dies', () => {
  test.each([
    ['killed', { kind: 'kill' }, { kind: 'reboot' }],
    ['frozen', { kind: 'freeze' }, { kind: 'thaw' }],
    ['cut off', { kind: 'partition' }, { kind: 'heal' }],
  ] as const)(
    '%s before the run: its nodes go through the other, which is said once',
    async (_, fault, cure) => {
      await hall.suffers('n1', fault, cure);
      const { reasons } = await run('true', hall.nodesBehind('n[1-2]'), { connectTimeoutMs: 8000 });
      expect(reasons).toEqual(new Set(['ok']));
      expect(notes).toEqual([expect.stringMatching(/^n1: gateway left out: .*; its nodes go through n2$/)]);
    },
  );

  test('killed in mid-run: what ran through it is lost, nothing runs twice, the rest goes through the other', async () => {
    await using fanout = open();
    const command = {
      text: 'echo %n >>/root/relay-ran; echo "${SSH_CONNECTION%% *}"; sleep 0.4',
      expand: true,
    };
    const all = fanout.run(hall.nodesBehind('n[1-2]'), command, {
      connectTimeoutMs: 20_000,
      schedule: { fanout: 8 },
    });
    const outcomes = new Map<string, Outcome>();
    let killed: Promise<void> | undefined;
    for await (const event of all) {
      if (event.kind === 'exit' || event.kind === 'failure') outcomes.set(event.node, event.outcome);
      if (outcomes.size >= 6) killed ??= hall.suffers('n1', { kind: 'kill' }, { kind: 'reboot' });
    }
    await killed;
    const lost = [...outcomes.values()].filter(({ kind }) => kind !== 'ok');
    expect([outcomes.size, lost.length <= 8]).toEqual([nodeCount, true]);
    for (const outcome of lost) {
      expect(outcome).toMatchObject({ kind: 'unreachable', cleanup: 'may-still-run' });
    }
    const homes = hall.lab.nodes.filter(({ name }) => !gateways.includes(name)).map(({ home }) => home);
    const texts = await Promise.all(homes.map((home) => readFile(join(home, 'relay-ran'), 'utf8')));
    const ran = texts.join('').trim().split('\n');
    expect(ran).toHaveLength(new Set(ran).size);
    const ok = [...outcomes].flatMap(([node, { kind }]) => (kind === 'ok' ? [node] : []));
    expect(new Set(ok).isSubsetOf(new Set(ran))).toBe(true);
  });

  test('frozen in mid-run: who waits for it goes through the other', async () => {
    await using fanout = open();
    const options = { connectTimeoutMs: 6000, commandTimeoutMs: 20_000, schedule: { fanout: 8 } };
    const outcomes = new Map<string, Outcome>();
    let frozen: Promise<void> | undefined;
    for await (const event of fanout.run(hall.nodesBehind('n[1-2]'), { text: 'sleep 0.5' }, options)) {
      if (event.kind === 'exit' || event.kind === 'failure') outcomes.set(event.node, event.outcome);
      if (outcomes.size >= 6) frozen ??= hall.suffers('n1', { kind: 'freeze' }, { kind: 'thaw' });
    }
    await frozen;
    const lost = [...outcomes.values()].filter(({ kind }) => kind !== 'ok');
    expect([outcomes.size, lost.length <= 8]).toEqual([nodeCount, true]);
    expect(notes).toEqual([expect.stringMatching(/^n1: gateway left out: .*; its nodes go through n2$/)]);
  });
});

describe('nothing is left on nodes and gateways', () => {
  test('after Ctrl-C', async () => {
    const { mark, text } = longCommand();
    const stop = new AbortController();
    const running = run(text, hall.nodesBehind('n[1-2]', {}, 8), { signal: stop.signal });
    await vi.waitFor(() => expect(commandsWith(mark).length).toBeGreaterThan(16), { timeout: 20_000 });
    stop.abort(new Error('Ctrl-C'));
    const { outcomes } = await running;
    expect(new Set([...outcomes.values()].map((outcome) => JSON.stringify(outcome)))).toEqual(
      new Set([JSON.stringify({ kind: 'cancelled', reason: 'Ctrl-C', cleanup: 'ended' })]),
    );
    await vi.waitFor(() => expect(commandsWith(mark)).toEqual([]), { timeout: 10_000 });
  });

  test('after a command timeout', async () => {
    const { mark, text } = longCommand();
    const { outcomes } = await run(text, hall.nodesBehind('n1', {}, 4), { commandTimeoutMs: 1000 });
    expect([...outcomes.values()]).toEqual(
      Array.from({ length: 4 }, () => ({ kind: 'command-timeout', afterMs: 1000, cleanup: 'ended' })),
    );
    await vi.waitFor(() => expect(commandsWith(mark)).toEqual([]), { timeout: 10_000 });
  });

  test('after Ctrl-C while a node does not answer: nothing has begun there, which is known', async () => {
    await hall.suffers('n3', { kind: 'freeze' }, { kind: 'thaw' });
    const { mark, text } = longCommand();
    const stop = new AbortController();
    const running = run(text, hall.nodesBehind('n1', {}, 1), { signal: stop.signal });
    await vi.waitFor(() => expect(commandsWith(mark)).not.toEqual([]), { timeout: 20_000 });
    stop.abort(new Error('Ctrl-C'));
    expect((await running).outcomes.get('w1')).toEqual({
      kind: 'cancelled',
      reason: 'Ctrl-C',
      cleanup: 'ended',
    });
    await hall.lab.fault('n3', { kind: 'thaw' });
    await vi.waitFor(() => expect(commandsWith(mark)).toEqual([]), { timeout: 15_000 });
  });

  test('on the gateways after the head was killed with SIGKILL', async () => {
    const { mark, text } = longCommand();
    const file = join(hall.folder, 'targets.json');
    const records = Object.fromEntries(gateways.map((name) => [name, hall.recordOf(name)]));
    await writeFile(file, JSON.stringify({ gateways: records, targets: hall.nodesBehind('n[1-2]', {}, 8) }));
    const script = join(import.meta.dirname, 'fixtures', 'relay-head.ts');
    const head = spawn(process.execPath, ['--conditions=heorot-src', script, file, text], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: head.stdout });
    // Several lines come at once: none may be missed.
    let started = 0;
    for await (const _line of lines) if (++started === 8) break;
    const relays = () => commandsWith(mark).filter((line) => line.includes('/proc/'));
    expect(relays().length).toBeGreaterThanOrEqual(8);
    head.kill('SIGKILL');
    await vi.waitFor(() => expect(relays()).toEqual([]), { timeout: 10_000 });
    // As without a relay, the nodes are not told: sshd ends no command when its client goes.
    for (const line of commandsWith(mark)) expect(line).not.toContain('ssh ');
    await run(`pkill -f 'sleep ${mark}'`, hall.nodesBehind('n1', {}, 2));
  });
});
