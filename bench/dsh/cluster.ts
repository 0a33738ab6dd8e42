// A thousand nodes to race on: one sshd that answers for every loopback address of a network namespace of its own.
// sshd, not the client, is the bottleneck then (about 110 logins a second on four cores): compare CPU before wall.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface BenchCluster extends AsyncDisposable {
  readonly addresses: readonly string[];
  readonly port: number;
  readonly folder: string;
  readonly identity: string;
  readonly knownHosts: string;
  /** For `ssh -F` and our `--ssh-config`. */
  readonly sshConfig: string;
  /** Puts a command into the cluster's namespace. */
  inside(argv: readonly string[]): readonly string[];
}

/**
 * @param keyExchange pins both sides to one algorithm (`curve25519-sha256`), or undefined for each tool's own default
 */
export async function startBenchCluster(
  folder: string,
  nodes: number,
  keyExchange?: string,
): Promise<BenchCluster> {
  const namespace = `heorot-bench-${process.pid}`;
  const port = 2222;
  const addresses = Array.from({ length: nodes }, (_, i) => `127.1.${Math.floor(i / 250)}.${(i % 250) + 1}`);
  const path = (name: string) => join(folder, name);
  mkdirSync(path('home'), { recursive: true });
  mkdirSync('/run/sshd', { recursive: true });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path('host_key')]);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path('id')]);
  writeFileSync(path('authorized_keys'), readFileSync(path('id.pub')));
  chmodSync(path('authorized_keys'), 0o600);
  const hostKey = readFileSync(path('host_key.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
  writeFileSync(
    path('known_hosts'),
    addresses.map((address) => `[${address}]:${port} ${hostKey}\n`).join(''),
  );
  writeFileSync(path('sshd_config'), sshdConfig(folder, port, keyExchange));
  writeFileSync(path('ssh_config'), clientConfig(folder, port, keyExchange));

  execFileSync('ip', ['netns', 'add', namespace]);
  const inside = (argv: readonly string[]) => ['ip', 'netns', 'exec', namespace, ...argv];
  execFileSync('ip', ['-n', namespace, 'link', 'set', 'lo', 'up']);
  const [program = '', ...rest] = inside(['/usr/sbin/sshd', '-D', '-e', '-f', path('sshd_config')]);
  const sshd = spawn(program, rest, { stdio: 'ignore' });
  await new Promise((resolve) => setTimeout(resolve, 500));
  return {
    addresses,
    port,
    folder,
    identity: path('id'),
    knownHosts: path('known_hosts'),
    sshConfig: path('ssh_config'),
    inside,
    async [Symbol.asyncDispose]() {
      sshd.kill();
      await new Promise((resolve) => sshd.once('exit', resolve));
      execFileSync('ip', ['netns', 'del', namespace]);
    },
  };
}

function sshdConfig(folder: string, port: number, keyExchange: string | undefined): string {
  return [
    `Port ${port}`,
    `HostKey ${folder}/host_key`,
    `AuthorizedKeysFile ${folder}/authorized_keys`,
    'PermitRootLogin yes',
    'StrictModes no',
    'UsePAM no',
    'Subsystem sftp internal-sftp',
    'MaxStartups 2000',
    // root's start-up files would otherwise run in every session and dwarf what is measured.
    `SetEnv HOME=${folder}/home`,
    ...(keyExchange === undefined ? [] : [`KexAlgorithms ${keyExchange}`]),
    '',
  ].join('\n');
}

function clientConfig(folder: string, port: number, keyExchange: string | undefined): string {
  return [
    'Host *',
    `  Port ${port}`,
    `  IdentityFile ${folder}/id`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile ${folder}/known_hosts`,
    '  StrictHostKeyChecking yes',
    '  BatchMode yes',
    ...(keyExchange === undefined ? [] : [`  KexAlgorithms ${keyExchange}`]),
    '',
  ].join('\n');
}
