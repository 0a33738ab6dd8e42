// dsh against pdsh, clush, parallel-ssh, dshbak, clubak and scp: `node bench/dsh/run.ts [section...]`, as root, bins built.
// Needs the Debian packages pdsh, clustershell, pssh, openssh-server, iproute2 and time. Prints Markdown for bench/RESULTS.md.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Contestant, machine, measure, race, table } from '../measure.ts';
import { type BenchCluster, startBenchCluster } from './cluster.ts';
import { writeGatherInput, writeHashedKnownHosts, writeRandomFile } from './material.ts';

const nodes = Number(process.env['BENCH_NODES'] ?? 1000);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3);
const bin = (tool: string) =>
  join(import.meta.dirname, '..', '..', 'packages', 'heorot', 'dist', 'bin', `${tool}.js`);
const dsh = [process.execPath, bin('dsh')];

const sections: Readonly<Record<string, (folder: string) => Promise<void>>> = {
  fanout: (folder) => fanout(folder, 'curve25519-sha256'),
  defaults: (folder) => fanout(folder, undefined),
  one: oneNode,
  hashed: hashedKnownHosts,
  gather,
  flood,
  copy,
  copies,
  start,
};

const wanted = process.argv.slice(2);
console.log(`## dsh: ${machine()}\n`);
for (const [name, section] of Object.entries(sections)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const folder = mkdtempSync(join(tmpdir(), 'heorot-bench-'));
  try {
    await section(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fanout(folder: string, keyExchange: string | undefined): Promise<void> {
  await using cluster = await startBenchCluster(folder, nodes, keyExchange);
  const costs = await race(shells(cluster, cluster.addresses, 'hostname'), rounds);
  console.log(
    table(`hostname on ${nodes} nodes, fanout 64, ${keyExchange ?? "each tool's own key exchange"}`, costs),
  );
}

async function oneNode(folder: string): Promise<void> {
  await using cluster = await startBenchCluster(folder, 1, 'curve25519-sha256');
  const costs = await race(shells(cluster, cluster.addresses, 'true'), Math.max(rounds, 9));
  console.log(table('true on one cold node', costs));
}

async function hashedKnownHosts(folder: string): Promise<void> {
  await using cluster = await startBenchCluster(folder, nodes, 'curve25519-sha256');
  const [plain] = shells(cluster, cluster.addresses, 'true');
  if (plain === undefined) return;
  const config = writeHashedKnownHosts(cluster, 5000);
  const cold = { ...plain.env, XDG_CACHE_HOME: join(folder, 'cold') };
  const hashed = plain.argv.map((word) => (word === cluster.sshConfig ? config : word));
  const costs = await race(
    [
      { ...plain, name: 'dsh, plain known_hosts' },
      { ...plain, name: 'dsh, 5000 hashed entries', argv: hashed, env: cold },
    ],
    rounds,
  );
  console.log(table(`true on ${nodes} nodes: plain against hashed known_hosts`, costs));
}

async function gather(folder: string): Promise<void> {
  const input = join(folder, 'prefixed');
  writeGatherInput(input, { nodes: 1000, lines: 1000, different: 10 });
  const costs = await race(
    [
      { name: 'dsh --from - -b', argv: [...dsh, '--from', '-', '-b'], stdinFile: input },
      { name: 'dshbak -c', argv: ['dshbak', '-c'], stdinFile: input },
      { name: 'clubak -b', argv: ['clubak', '-b'], stdinFile: input },
    ],
    rounds,
  );
  console.log(table('gather 1000 nodes × 1000 lines, 990 identical', costs));
}

async function flood(folder: string): Promise<void> {
  await using cluster = await startBenchCluster(folder, 1, 'curve25519-sha256');
  // clush takes minutes for this and is left out.
  const contestants = shells(cluster, cluster.addresses, 'yes 0123456 | head -c 100000000').filter(
    ({ name }) => name !== 'clush',
  );
  console.log(table('100 MB of short lines from one node', await race(contestants, rounds)));
}

async function copy(folder: string): Promise<void> {
  await using cluster = await startBenchCluster(folder, 1, 'curve25519-sha256');
  const [address = ''] = cluster.addresses;
  const file = join(folder, 'big');
  writeRandomFile(file, 512);
  const landing = join(folder, 'landing');
  mkdirSync(landing);
  const ours = [...dsh, '--ssh-config', cluster.sshConfig, '-w', address];
  const scp = ['scp', '-q', '-F', cluster.sshConfig];
  const fresh = (argv: readonly string[]) =>
    cluster.inside(['sh', '-c', `rm -rf '${landing}'/*; exec "$@"`, 'sh', ...argv]);
  const push = await race(
    [
      { name: 'dsh --copy', argv: fresh([...ours, '--copy', file, '--dest', landing]) },
      { name: 'scp push', argv: fresh([...scp, file, `${address}:${landing}/`]) },
    ],
    rounds,
  );
  console.log(table('512 MB to one node', push));
  const pull = await race(
    [
      { name: 'dsh --fetch', argv: fresh([...ours, '--fetch', file, '--dest', landing]) },
      { name: 'scp pull', argv: fresh([...scp, `${address}:${file}`, `${landing}/`]) },
    ],
    rounds,
  );
  console.log(table('512 MB from one node', pull));
}

/** The nodes share one disk: dsh and the scp's write a file for each node, clush's scp's all into the same one. */
async function copies(folder: string): Promise<void> {
  await using cluster = await startBenchCluster(folder, 64, 'curve25519-sha256');
  const { addresses, sshConfig } = cluster;
  const list = addresses.join(',');
  const file = join(folder, 'big');
  writeRandomFile(file, 100);
  const landing = join(folder, 'landing');
  mkdirSync(landing);
  const where = ['--copy', file, '--dest', landing];
  const scpEach = `printf '%s\\n' ${addresses.join(' ')} | xargs -P 64 -I {} scp -q -F ${sshConfig} ${file} {}:${landing}/{}`;
  const fresh = (argv: readonly string[]) =>
    cluster.inside(['sh', '-c', `rm -rf '${landing}'/*; exec "$@"`, 'sh', ...argv]);
  const costs = await race(
    [
      { name: 'dsh --copy', argv: fresh([...dsh, '--ssh-config', sshConfig, '-w', list, ...where]) },
      { name: '64 × scp', argv: fresh(['sh', '-c', scpEach]) },
      { name: 'clush --copy', argv: fresh(['clush', '-o', `-F ${sshConfig}`, '-w', list, ...where]) },
    ],
    rounds,
  );
  console.log(table('100 MB to 64 nodes', costs));
}

async function start(): Promise<void> {
  const contestants: Contestant[] = [
    { name: 'nodes fold n1 n2', argv: [process.execPath, bin('nodes'), 'fold', 'n1', 'n2'] },
    { name: 'dsh --version', argv: [...dsh, '--version'] },
    { name: 'node -e 0', argv: [process.execPath, '-e', '0'] },
    { name: 'nodeset -f n1 n2', argv: ['nodeset', '-f', 'n1', 'n2'] },
    { name: 'clush --version', argv: ['clush', '--version'] },
    { name: 'pdsh -V', argv: ['pdsh', '-V'] },
  ];
  for (const contestant of contestants) await measure(contestant);
  console.log(table('start-up', await race(contestants, 15)));
}

/** The same command on the same nodes by every distributed shell, strict host keys, fanout 64. */
function shells(cluster: BenchCluster, addresses: readonly string[], command: string): Contestant[] {
  const list = addresses.join(',');
  const hosts = join(cluster.folder, 'hosts');
  writeFileSync(hosts, addresses.map((address) => `${address}\n`).join(''));
  return [
    {
      name: 'dsh',
      argv: cluster.inside([
        ...dsh,
        '--ssh-config',
        cluster.sshConfig,
        '-f',
        '64',
        '-w',
        list,
        ...command.split(' '),
      ]),
    },
    {
      name: 'pdsh',
      argv: cluster.inside(['pdsh', '-R', 'ssh', '-f', '64', '-w', list, command]),
      env: { PDSH_SSH_ARGS_APPEND: `-F ${cluster.sshConfig}` },
    },
    {
      name: 'clush',
      argv: cluster.inside(['clush', '-f', '64', '-o', `-F ${cluster.sshConfig}`, '-w', list, command]),
    },
    {
      name: 'parallel-ssh',
      argv: cluster.inside([
        'parallel-ssh',
        '-p',
        '64',
        '-i',
        '-x',
        `-F ${cluster.sshConfig}`,
        '-h',
        hosts,
        command,
      ]),
    },
  ];
}
