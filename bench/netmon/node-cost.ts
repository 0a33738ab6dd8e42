// What a sample costs a node: our sampler over a real sshd, sshd's own part included, against node_exporter a page and
// collectl a sample.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openFanout, scriptForAnyShell } from '../../packages/fanout/src/index.ts';
import { parseHostName } from '../../packages/inventory/src/index.ts';
import { type SamplerKind, samplerScript, TICK } from '../../packages/netmon/src/index.ts';
import { measure } from '../measure.ts';
import { cpuMilliseconds, familyOf, residentMegabytes } from './cpu-time.ts';

export interface NodeCost {
  readonly name: string;
  readonly cpuMs: number;
  readonly rssMb: number;
  readonly bytes: number;
}

const samples = 300;
const everyMs = 20;

/** @param sshdPid of a sshd that listens on 127.0.0.1:PORT and takes the key of the ssh configuration */
export async function ourCost(kind: SamplerKind, sshConfigFile: string, sshdPid: number): Promise<NodeCost> {
  await using fanout = openFanout({ connection: { sshConfigFile } });
  const target = { node: 'n1', host: parseHostName('127.0.0.1'), settings: {} };
  const command = `exec ${scriptForAnyShell(samplerScript({ kind }))}`;
  const channel = await fanout.stream(target, { command }, new AbortController().signal);
  let bytes = 0;
  channel.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  const tick = async (count: number) => {
    for (let at = 0; at < count; at++) {
      channel.stdin.write(TICK);
      await sleep(everyMs);
    }
  };
  await tick(20);
  const family = familyOf(sshdPid);
  const sampler = family.at(-1) ?? 0;
  const [before, samplerBefore, bytesBefore] = [cpuMilliseconds(family), cpuMilliseconds([sampler]), bytes];
  await tick(samples);
  const cpuMs = (cpuMilliseconds(family) - before) / samples;
  const ownMs = (cpuMilliseconds([sampler]) - samplerBefore) / samples;
  const cost = {
    name: `netmon, ${kind}, sshd included (${(cpuMs - ownMs).toFixed(2)})`,
    cpuMs,
    rssMb: residentMegabytes(sampler),
    bytes: (bytes - bytesBefore) / samples,
  };
  channel.close();
  return cost;
}

export async function exporterCost(name: string, query: string): Promise<NodeCost> {
  const port = 19_101;
  const child = spawn('prometheus-node-exporter', [`--web.listen-address=127.0.0.1:${port}`], {
    stdio: 'ignore',
  });
  const pid = child.pid ?? 0;
  const scrape = async () => (await (await fetch(`http://127.0.0.1:${port}/metrics${query}`)).text()).length;
  try {
    for (let tries = 0; tries < 50; tries++) {
      if (await scrape().catch(() => 0)) break;
      await sleep(100);
    }
    const before = cpuMilliseconds([pid]);
    let bytes = 0;
    const pages = 60;
    for (let at = 0; at < pages; at++) {
      bytes += await scrape();
      await sleep(everyMs);
    }
    return {
      name,
      cpuMs: (cpuMilliseconds([pid]) - before) / pages,
      rssMb: residentMegabytes(pid),
      bytes: bytes / pages,
    };
  } finally {
    child.kill();
  }
}

/** Its start-up is taken away: a long run less a short one. */
export async function collectlCost(folder: string): Promise<NodeCost> {
  const run = (count: number) =>
    measure({
      name: 'collectl',
      argv: ['collectl', '-scmnt', '-i', '0.02', '-c', String(count)],
      env: { HOME: join(folder, 'home') },
    });
  const [short, long] = [await run(10), await run(210)];
  return {
    name: 'collectl -scmnt',
    cpuMs: ((long.cpu - short.cpu) * 1000) / 200,
    rssMb: long.memory,
    bytes: Number.NaN,
  };
}

export function nodeTable(costs: readonly NodeCost[]): string {
  const [ours] = costs;
  return [
    '### what a sample costs the node',
    '',
    '| who | CPU ms a sample | RSS MB | bytes a sample | ours / theirs |',
    '|---|---|---|---|---|',
    ...costs.map(({ name, cpuMs, rssMb, bytes }) => {
      const ratio = ours === undefined ? '' : (ours.cpuMs / cpuMs).toFixed(2);
      return `| ${name} | ${cpuMs.toFixed(2)} | ${rssMb.toFixed(1)} | ${Number.isNaN(bytes) ? '' : bytes.toFixed(0)} | ${ratio} |`;
    }),
    '',
  ].join('\n');
}
