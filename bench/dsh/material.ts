// What the races are run on: made anew for each run, never kept.
import { createHmac, randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchCluster } from './cluster.ts';

/** `node: line` as pdsh prints it; all nodes agree but for `different` of them. */
export function writeGatherInput(
  file: string,
  size: { nodes: number; lines: number; different: number },
): void {
  const out = openSync(file, 'w');
  for (let node = 1; node <= size.nodes; node++) {
    const odd = node <= size.different ? ` ${node}` : '';
    const lines = Array.from(
      { length: size.lines },
      (_, i) => `n${node}: line ${i} of a common answer, all the same${odd}\n`,
    );
    writeSync(out, lines.join(''));
  }
  closeSync(out);
}

/** A known_hosts file in which every host is hashed, the cluster's own among strangers; returns an ssh_config that names it. */
export function writeHashedKnownHosts(cluster: BenchCluster, entries: number): string {
  const [known = ''] = readFileSync(cluster.knownHosts, 'utf8').split('\n');
  const key = known.slice(known.indexOf(' ') + 1);
  const strangers = Array.from(
    { length: entries - cluster.addresses.length },
    (_, i) => `stranger-${i}.example`,
  );
  const names = [...cluster.addresses.map((address) => `[${address}]:${cluster.port}`), ...strangers];
  const file = join(cluster.folder, 'known_hosts.hashed');
  writeFileSync(file, names.map((name) => `${hashed(name)} ${key}\n`).join(''));
  const config = join(cluster.folder, 'ssh_config.hashed');
  writeFileSync(config, readFileSync(cluster.sshConfig, 'utf8').replace(cluster.knownHosts, file));
  return config;
}

export function writeRandomFile(file: string, megabytes: number): void {
  const out = openSync(file, 'w');
  for (let i = 0; i < megabytes; i++) writeSync(out, randomBytes(1 << 20));
  closeSync(out);
}

/** `|1|salt|HMAC-SHA1(salt, name)`, as HashKnownHosts writes it (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
function hashed(name: string): string {
  const salt = randomBytes(20);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}
