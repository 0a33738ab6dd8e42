// 4000 simulated nodes through a whole deployment on one head: its wall time, its memory, and that no state is lost.
// node --conditions=heorot-src bench/clone/simulated-nodes.ts [COUNT]
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startConductor } from '../../packages/clone/src/service/conductor.ts';
import { deployAll, startService } from '../../packages/clone/src/testing/service-fixture.ts';
import { parseHostName } from '../../packages/inventory/src/index.ts';

const count = Number(process.argv[2] ?? 4000);
const hall = join(import.meta.dirname, 'fake-hall.ts');
const path = await mkdtemp(join(tmpdir(), 'heorot-bench-'));
const service = await startService({ path });
const tick = setInterval(() => (service.clock = Date.now()), 1);
service.clock = Date.now();
let peak = 0;
const memory = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 100);

const conductor = startConductor(service.head, {
  now: () => service.clock,
  driverOf: () => undefined,
  startByKexec: () => Promise.resolve(),
  recordOf: (node) => ({ name: parseHostName(node), address: parseHostName(node), known: true }),
  verify: (expected) =>
    Promise.resolve(new Map(expected.map(({ node }) => [node, { kind: 'good' as const }]))),
  recordHostKeys: () => Promise.resolve(),
  recordFacts: () => Promise.resolve(),
  say: () => {},
});
const started = performance.now();
deployAll(
  service,
  Array.from({ length: count }, (_, at) => `n${at + 1}`),
);
const { stdout } = await promisify(execFile)(
  process.execPath,
  ['--conditions=heorot-src', hall, service.url, service.head.folder.publicKey, String(count), '1'],
  { maxBuffer: 2 ** 24 },
);
while (service.head.deployments.active().length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
const seconds = (performance.now() - started) / 1000;
const states = Map.groupBy(service.head.deployments.list(), ({ position }) =>
  position.kind === 'ended' ? position.ending : position.kind,
);
await conductor[Symbol.asyncDispose]();
clearInterval(tick);
clearInterval(memory);
const { user, system } = process.cpuUsage();
await service[Symbol.asyncDispose]();
rmSync(path, { recursive: true });
const figures = {
  nodes: count,
  seconds: Math.round(seconds),
  headCpuSeconds: Math.round((user + system) / 1e6),
  headPeakMiB: Math.round(peak / 2 ** 20),
  machines: JSON.parse(stdout) as unknown,
  states: Object.fromEntries([...states].map(([state, all]) => [state, all.length])),
  errors: service.errors.length,
};
process.stdout.write(`${JSON.stringify(figures, undefined, 2)}\n`);
