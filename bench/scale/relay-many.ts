// Ten thousand nodes behind gateways that log in to them, half of them dead: what it costs, and that every node ends in one outcome.
// node bench/scale/relay-many.ts [NODES] [FANOUT] [CONNECT TIMEOUT, s] [GATEWAYS], as root, bins built (BENCH_DSH: another bundle);
// Debian packages openssh-server, iproute2, time. The gateways' ssh and all sshd's are what they are; the dead accept and say nothing.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { machine, measure } from '../measure.ts';
import { openRelayHall } from './relay-hall.ts';

const [nodes = 10_000, fanout = 512, timeout = 5, gateways = 8] = process.argv.slice(2).map(Number);
const bin = process.env['BENCH_DSH'] ?? join(import.meta.dirname, '../../packages/heorot/dist/bin/dsh.js');
const dead = Math.floor(nodes / 2);

interface Result {
  readonly node: string;
  readonly outcome: string | { readonly kind: string };
}

await using hall = await openRelayHall({ living: nodes - dead, dead, gateways });
const answer = join(hall.folder, 'answer.json');
const flags = ['-f', String(fanout), '-t', String(timeout), '--transport', 'relay', '--json'];
const dsh = [process.execPath, bin, '--cluster', hall.cluster, '-g', 'hall', '-q', ...flags, 'hostname'];
const before = hall.gatewayCpu();
const { wall, cpu, memory } = await measure({
  name: 'dsh --transport relay',
  argv: ['sh', '-c', `exec "$@" >'${answer}'`, 'sh', ...dsh],
  env: { HOME: hall.folder, XDG_STATE_HOME: join(hall.folder, 'state'), XDG_RUNTIME_DIR: hall.folder },
  // Some nodes cannot be reached.
  accept: [4],
});
const results: readonly Result[] = JSON.parse(readFileSync(answer, 'utf8')).nodes;
const kinds = Map.groupBy(results, ({ node, outcome }) => {
  const kind = typeof outcome === 'string' ? outcome : outcome.kind;
  return `${kind} of the ${node.startsWith('n') ? 'living' : 'dead'}`;
});
console.log(`## many nodes behind relays: ${machine()}\n`);
console.log(
  `${nodes} nodes, ${dead} of them dead, behind ${gateways} gateways; fan-out ${fanout}, timeout ${timeout} s\n`,
);
console.log(`- outcomes: ${Array.from(kinds, ([kind, list]) => `${list.length} ${kind}`).join(', ')}`);
console.log(
  `- wall ${wall.toFixed(1)} s; timeout x dead / window is ${((timeout * dead) / fanout).toFixed(1)} s`,
);
console.log(
  `- ${cpu.toFixed(1)} CPU s, ${((cpu / nodes) * 1000).toFixed(2)} ms a node; ${memory.toFixed(0)} MB at most`,
);
console.log(`- ${(hall.gatewayCpu() - before).toFixed(0)} CPU s on the gateways`);
