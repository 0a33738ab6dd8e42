// How true a rate is: a veth shaped by tc-tbf(8), filled by iperf3, sampled once a second at its far end. The shaper counts
// frames with their Ethernet header, as the interface does.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  advanceNode,
  type NodeState,
  SamplerSession,
  samplerScript,
  TICK,
} from '../../packages/netmon/src/index.ts';

export interface RateError {
  readonly megabits: number;
  /** Share of the shaped rate, one a second. */
  readonly errors: readonly number[];
}

const seconds = 15;
const settlingSeconds = 3;

export async function rateError(megabits: number): Promise<RateError> {
  const [near, far] = [`nm-bench-a${process.pid}`, `nm-bench-b${process.pid}`];
  const sh = (line: string) => execFileSync('sh', ['-ec', line], { stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    sh(`ip netns add ${near}; ip netns add ${far}
      ip -n ${near} link add near0 type veth peer name far0 netns ${far}
      ip -n ${near} addr add 10.9.8.1/24 dev near0; ip -n ${far} addr add 10.9.8.2/24 dev far0
      ip -n ${near} link set near0 up; ip -n ${far} link set far0 up; ip -n ${far} link set lo up
      ip netns exec ${near} ethtool -K near0 tso off gso off gro off; ip netns exec ${far} ethtool -K far0 tso off gso off gro off
      ip netns exec ${near} tc qdisc add dev near0 root tbf rate ${megabits}mbit burst ${Math.max(16, megabits)}kb latency 50ms`);
    const server = spawn('ip', ['netns', 'exec', far, 'iperf3', '-s', '-1'], { stdio: 'ignore' });
    await sleep(500);
    const client = spawn('ip', ['netns', 'exec', near, 'iperf3', '-c', '10.9.8.2', '-t', String(seconds)], {
      stdio: 'ignore',
    });
    const rates = await sample(far);
    await once(client, 'exit');
    server.kill();
    const shaped = megabits * 125_000;
    return { megabits, errors: rates.slice(settlingSeconds).map((rate) => Math.abs(rate - shaped) / shaped) };
  } finally {
    sh(`ip netns del ${near}; ip netns del ${far}`);
  }
}

/** Bytes a second that `far0` received, second by second. */
async function sample(namespace: string): Promise<readonly number[]> {
  const sampler = spawn('ip', ['netns', 'exec', namespace, 'sh', '-c', samplerScript()], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const session = new SamplerSession('n1');
  const rates: number[] = [];
  let state: NodeState | undefined;
  sampler.stdout.on('data', (chunk: Buffer) => {
    for (const output of session.push(chunk, Date.now())) {
      if (output.kind !== 'reading') continue;
      const advance = advanceNode(state, output.reading, { intervalMs: 1000 });
      state = advance.state;
      for (const each of advance.samples) {
        if (each.type === 'sample' && each.interface === 'far0' && each.rxBytesPerSecond !== null)
          rates.push(each.rxBytesPerSecond);
      }
    }
  });
  for (let second = 0; second < seconds - 1; second++) {
    sampler.stdin.write(TICK);
    await sleep(1000);
  }
  sampler.stdin.end();
  await once(sampler, 'close');
  return rates;
}

export function rateTable(results: readonly RateError[]): string {
  const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
  return [
    '### rate against the shaper',
    '',
    '| shaped to | median error | largest error | samples |',
    '|---|---|---|---|',
    ...results.map(({ megabits, errors }) => {
      const sorted = errors.toSorted((a, b) => a - b);
      const median = sorted[sorted.length >> 1] ?? Number.NaN;
      return `| ${megabits} Mbit/s | ${percent(median)} | ${percent(sorted.at(-1) ?? Number.NaN)} | ${errors.length} |`;
    }),
    '',
  ].join('\n');
}
