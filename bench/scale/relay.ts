// A thousand nodes behind two gateways: logged in to by the gateways (relay) against from here (ProxyJump), in turns.
// node bench/scale/relay.ts, as root, bins built; Debian packages openssh-server, iproute2, time. Prints Markdown for bench/RESULTS.md.
// BENCH_NODES, BENCH_ROUNDS, BENCH_FANOUT; BENCH_DSH is another bundle of dsh.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Contestant, type Cost, machine, measure, median, medianCost, table } from '../measure.ts';
import { openRelayHall, type RelayHall } from './relay-hall.ts';

const nodes = Number(process.env['BENCH_NODES'] ?? 1000);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);
const fanout = process.env['BENCH_FANOUT'] ?? '64';
const bin = process.env['BENCH_DSH'] ?? join(import.meta.dirname, '../../packages/heorot/dist/bin/dsh.js');

await using hall = await openRelayHall({ living: nodes, dead: 0, gateways: 2 });
await compare(hall);

async function compare({ folder, cluster, gatewayCpu }: RelayHall): Promise<void> {
  const env = { HOME: folder, XDG_STATE_HOME: join(folder, 'state'), XDG_RUNTIME_DIR: folder };
  const dsh = (name: string, flags: readonly string[], nodesToAsk = ['-g', 'hall']): Contestant => ({
    name,
    argv: [process.execPath, bin, '--cluster', cluster, ...nodesToAsk, '-q', '-f', fanout, ...flags, 'true'],
    env,
  });
  const contestants = [
    dsh('dsh --transport relay', ['--transport', 'relay']),
    dsh('dsh, ProxyJump', ['--transport', 'ssh2']),
    dsh('dsh --transport relay, one node', ['--transport', 'relay'], ['-w', 'n1']),
  ];
  const costs = new Map<string, Cost[]>();
  const spentThere = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const contestant of contestants) {
      const before = gatewayCpu();
      const cost = await measure(contestant);
      // The watchers of a relay go with the connection.
      await sleep(500);
      costs.set(contestant.name, [...(costs.get(contestant.name) ?? []), cost]);
      spentThere.set(contestant.name, [...(spentThere.get(contestant.name) ?? []), gatewayCpu() - before]);
    }
  }
  const medians = new Map([...costs].map(([name, all]) => [name, medianCost(all)]));
  console.log(`## relay: ${machine()}\n`);
  console.log(
    table(`true on ${nodes} nodes behind two gateways, fan-out ${fanout}, curve25519-sha256`, medians),
  );
  for (const [name, all] of spentThere)
    console.log(`- ${name}: ${median(all).toFixed(1)} CPU s on the gateways`);
  const [relay, , one] = [...medians.values()];
  const each = (((relay?.cpu ?? 0) - (one?.cpu ?? 0)) / (nodes - 1)) * 1000;
  console.log(`- CPU of dsh for each node of the relay, its start left out: ${each.toFixed(2)} ms`);
}
