// The probe between real nodes: namespaces with their own addresses, one of them behind a slow link.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Fanout, openFanout, type Target, targetsOf } from '@heorot/fanout';
import { openInventory } from '@heorot/inventory';
import { type NamespacesLab, startNamespacesLab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measurePair } from '../src/probe/measure-pair.ts';
import { judge } from '../src/probe/outliers.ts';
import { measureInTurn, pairsOf } from '../src/probe/pairs.ts';
import type { ProbeTool, ProbeTools } from '../src/probe/probe-script.ts';

let folder: string;
let lab: NamespacesLab;
let fanout: Fanout;
let targets: ReadonlyMap<string, Target>;

/** A line for sh in the network namespace of the node. */
function inside(node: string, line: string): string {
  const [, second, third] = lab.nodes.find(({ name }) => name === node)?.address.split('.') ?? [];
  const namespace = `heorot-${second}-${third}-${node}`;
  return execFileSync('ip', ['netns', 'exec', namespace, 'sh', '-ec', line], { encoding: 'utf8' });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-probe-'));
  lab = await startNamespacesLab({ folder: join(folder, 'lab'), nodes: 4 });
  const inventory = await openInventory({ clusterFile: lab.clusterFile, env: {}, cwd: folder });
  fanout = openFanout({ inventory, connection: { sshConfigFile: lab.sshConfig } });
  const all = targetsOf(inventory, await inventory.all(), { connectTimeoutMs: 5000 });
  targets = new Map(all.map((target) => [target.node, target]));
});
afterAll(async () => {
  await fanout[Symbol.asyncDispose]();
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** The two that are built in understand each other. */
const kinds: readonly ProbeTools[] = [
  { sender: 'iperf3', receiver: 'iperf3' },
  { sender: 'perl', receiver: 'python3' },
  { sender: 'python3', receiver: 'perl' },
];

describe.each(kinds)('the probe from $sender to $receiver', (tools) => {
  it('finds the node behind a slow link, and leaves no process', async () => {
    inside('n3', 'tc qdisc replace dev eth0 root tbf rate 20mbit burst 64kb latency 50ms');
    const { signal } = new AbortController();
    const measured = await measureInTurn(pairsOf([...targets.keys()], 'ring'), 2, (pair) =>
      measurePair(pair, { fanout, targets, tools, seconds: 2, signal }),
    );
    inside('n3', 'tc qdisc del dev eth0 root');
    expect(measured.map(({ problem }) => problem)).toEqual([null, null, null, null]);
    expect(measured.filter(({ latencyMs }) => latencyMs === null)).toEqual([]);
    const judged = judge(measured.map(({ bytesPerSecond }) => bytesPerSecond));
    // What n3 receives is held up as well, as its acknowledgements are: only the pairs without it are surely in order.
    const slow = measured.filter((_, at) => judged[at]?.outlier === true);
    slow.sort((one, other) => (one.bytesPerSecond ?? 0) - (other.bytesPerSecond ?? 0));
    expect(slow[0]).toMatchObject({ from: 'n3', to: 'n4' });
    expect(slow.filter(({ from, to }) => from !== 'n3' && to !== 'n3')).toEqual([]);
    // 20 Mbit/s on the wire is 2.4 MB/s of goodput, and what the bucket holds at the start.
    expect(slow[0]?.bytesPerSecond).toBeLessThan(4e6);
    expect(processes(tools)).toEqual([]);
  }, 60_000);

  it('ends both sides when it is stopped', async () => {
    const stop = new AbortController();
    const pair = { from: 'n1', to: 'n2' };
    const measuring = measurePair(pair, { fanout, targets, tools, seconds: 30, signal: stop.signal });
    await until(() => processes(tools).length >= 2);
    expect(processes(tools).length).toBeGreaterThanOrEqual(2);
    stop.abort();
    expect((await measuring).bytesPerSecond).toBeNull();
    await until(() => processes(tools).length === 0);
    expect(processes(tools)).toEqual([]);
  }, 60_000);
});

const marks: Readonly<Record<ProbeTool, string>> = { iperf3: 'iperf3 ', perl: 'perl ', python3: 'python3 ' };

function processes({ sender, receiver }: ProbeTools): readonly string[] {
  return [...targets.keys()].flatMap((node) =>
    inside(
      node,
      'for pid in $(ip netns pids "$(ip netns identify $$)"); do tr "\\0" " " < /proc/$pid/cmdline || true; echo; done 2>/dev/null',
    )
      .split('\n')
      .filter((line) => [sender, receiver].some((tool) => line.startsWith(marks[tool]))),
  );
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !holds(); tries++)
    await new Promise((resolve) => setTimeout(resolve, 50));
}
