// `nodes audit` against real sshd: every fault is planted on a node and must be found, with nothing changed on the way.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NamespacesLab, schemaFaults, startNamespacesLab } from '@heorot/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bins, root } from './built-bins.ts';

interface AuditFinding {
  readonly id: string;
  readonly severity: string;
  readonly what: string;
  readonly nodes: string;
}

const schema = JSON.parse(readFileSync(join(root, 'docs/reference/nodes.schema.json'), 'utf8'));
const oldKex = 'diffie-hellman-group14-sha1,diffie-hellman-group1-sha1';
const sshd = {
  n2: {
    config: [
      'PermitRootLogin yes',
      'PasswordAuthentication yes',
      'PermitEmptyPasswords yes',
      'X11Forwarding yes',
      'HostbasedAuthentication yes',
      'IgnoreRhosts no',
      'Ciphers +3des-cbc',
      'MACs +hmac-md5',
      `KexAlgorithms +${oldKex}`,
    ],
  },
  '*': { config: ['StrictModes yes', 'AuthorizedKeysFile /etc/ssh/authorized_keys'] },
};

/** Run as root on n2; /usr/local/bin and /boot are first covered there, for they are this machine's. */
const plant = `set -e
mount -t tmpfs tmpfs /usr/local/bin
mount -t tmpfs tmpfs /boot
touch "/boot/vmlinuz-$(uname -r | sed 's/^[0-9]*/99/')"
printf '#!/bin/sh\\ncase $1 in +*) /usr/bin/date -d "+600 seconds" "$@" ;; *) /usr/bin/date "$@" ;; esac\\n' > /usr/local/bin/date
printf '#!/bin/sh\\necho 1:9.2p1-2+deb12u1\\n' > /usr/local/bin/dpkg-query
chmod 755 /usr/local/bin/date /usr/local/bin/dpkg-query
echo x > /usr/local/bin/anybody; chmod 777 /usr/local/bin/anybody
echo '* * * * * root true' > /etc/cron.d/anybody; chmod 666 /etc/cron.d/anybody
rm /etc/os-release
printf 'ID=debian\\nVERSION_ID="12"\\nPRETTY_NAME="Debian 12"\\n' > /etc/os-release
echo 'guest:x:1999:1999::/home/guest:/bin/sh' >> /etc/passwd
echo 'toor:x:0:0::/root:/bin/sh' >> /etc/passwd
printf 'guest::19000::::::\\none:$6$s$hash:1::::::\\ntwo:$6$s$hash:1::::::\\n' >> /etc/shadow
mkdir -m 777 /home/guest /home/guest/.ssh
echo secret > /home/guest/.ssh/id_rsa; chmod 644 /home/guest/.ssh/id_rsa
touch /home/guest/.ssh/authorized_keys; chmod 666 /home/guest/.ssh/authorized_keys
echo '+ +' > /home/guest/.rhosts
chown -R 1999:1999 /home/guest
echo key > /etc/ssh/ssh_host_rsa_key; chmod 644 /etc/ssh/ssh_host_rsa_key
printf '/srv *(rw,no_root_squash)\\n/home n[1-8](rw,no_root_squash)\\n' > /etc/exports
perl -MIO::Socket::INET -e 'for (23, 6000, 11211) { push @s, IO::Socket::INET->new(LocalPort => $_, Listen => 1) }
  IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 513, Listen => 1); fork && exit; sleep 600' </dev/null >/dev/null 2>&1
`;
/** On n2 and n3, as from one image. */
const clone = `printf 'shared:$6$t$hash:1::::::\\n' >> /etc/shadow
echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g' > /etc/ssh/ssh_host_ed25519_key.pub`;

let folder: string;
let lab: NamespacesLab;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-audit-'));
  lab = await startNamespacesLab({ folder: join(folder, 'lab'), nodes: 4, sshd });
  await on('n1', 'printf "0123456789abcdef0123456789abcdef\\n" > /etc/machine-id');
  await on('n2', plant);
  for (const node of ['n2', 'n3']) await on(node, clone);
});
afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

describe('an audit of nodes with every fault planted', () => {
  test('finds each, on the nodes that have it, and says what is open beside', async () => {
    const { code, document } = await audit('-a');
    expect(code).toBe(1);
    expect(schemaFaults(document, schema)).toEqual([]);
    const found = new Map<string, string>(
      document.findings.map(({ id, severity, nodes }: AuditFinding) => [id, `${severity} ${nodes}`]),
    );
    expect(Object.fromEntries(found)).toEqual({
      'accounts-no-password': 'high n2',
      'accounts-root-twin': 'high n2',
      'accounts-same-password': 'medium n2',
      'accounts-shared-password': 'low n[2-3]',
      'age-openssh-cve-2023-48795': 'low n2',
      'age-openssh-cve-2024-6387': 'high n2',
      'age-reboot': 'medium n2',
      'clock-skew': 'high n2',
      'exports-root': expect.stringMatching(/ n2$/),
      'exports-world': 'high n2',
      'identity-host-key': 'high n[2-3]',
      'identity-machine-id': 'medium n[2-4]',
      'keys-authorized-keys-writable': 'high n2',
      'keys-home-writable': 'high n2',
      'keys-host-key-readable': 'high n2',
      'keys-private-key-readable': 'high n2',
      'listening-memcached': 'high n2',
      'listening-open': 'info n[1-4]',
      'listening-telnet': 'high n2',
      'listening-x11': 'high n2',
      'sshd-empty-passwords': 'high n2',
      'sshd-hostbased': 'medium n2',
      'sshd-old-ciphers': 'medium n2',
      'sshd-old-kexalgorithms': 'medium n2',
      'sshd-old-macs': 'medium n2',
      'sshd-passwords': 'medium n2',
      'sshd-rhosts': 'medium n2',
      'sshd-rhosts-file': 'medium n2',
      'sshd-root-password': 'high n2',
      'sshd-strict-modes': 'medium n2',
      'sshd-x11': 'low n2',
      'writable-cron': 'high n2',
      'writable-path': 'high n2',
    });
    expect(document.findings.map(({ what }: AuditFinding) => what)).toContain(
      'telnet is open to the network: tcp port 23 (perl)',
    );
  });

  test('gives away neither a password hash, nor its tag, nor a machine id', async () => {
    const { stdout } = await audit('-a');
    expect(stdout).not.toMatch(/[0-9a-f]{32}|\$6\$/);
  });

  test('measures clocks within the round trip', async () => {
    const { document } = await audit('-a', '--only', 'clock');
    const { n1, n2 } = document.byNode;
    expect(Math.abs(n1.clockSkewMs)).toBeLessThanOrEqual(n1.clockUncertaintyMs + 5);
    expect(Math.abs(n2.clockSkewMs - 600_000)).toBeLessThanOrEqual(n2.clockUncertaintyMs + 1000);
  });

  test('without root it says what it could not see, and judges the rest', async () => {
    const { code, document } = await audit('-w', 'n2', '-l', 'heorot');
    expect(code).toBe(1);
    expect(schemaFaults(document, schema)).toEqual([]);
    expect(document.byNode.n2).toMatchObject({
      asRoot: false,
      unseen: expect.arrayContaining(['empty and shared passwords (/etc/shadow)']),
    });
    const ids = document.findings.map(({ id }: AuditFinding) => id);
    expect(ids).toEqual(expect.arrayContaining(['listening-telnet', 'sshd-root-password', 'exports-world']));
  });

  test('the exit code is of what was asked for: 0 below --fail-on, 4 for a node that does not answer', async () => {
    expect((await audit('-w', 'n4', '--skip', 'identity')).code).toBe(0);
    expect((await audit('-w', 'n[2,4]', '--only', 'identity', '--fail-on', 'low')).code).toBe(1);
    await lab.fault('n4', { kind: 'kill' });
    const gone = await audit('-w', 'n4,n1', '--only', 'age', '-t', '2s');
    await lab.fault('n4', { kind: 'reboot' });
    expect(gone.code).toBe(4);
    expect(gone.document.failures).toMatchObject([{ node: 'n4', outcome: { kind: 'unreachable' } }]);
    expect(schemaFaults(gone.document, schema)).toEqual([]);
  });

  test('people get the gravest first, folded, each with why and how to close it', async () => {
    const { stdout } = await nodes('audit', '-a', '--only', 'identity,listening');
    expect(stdout).toMatch(/^high {4}n\[2-3\]: the same ssh-ed25519 host key on 2 nodes: SHA256:/);
    expect(stdout).toMatch(/why: .*\n {8}fix: dsh -w 'n\[2-3\]'/);
    expect(stdout).toMatch(/high, .*medium on 4 nodes\n$/);
    expect((await nodes('audit', '-w', 'n[2-3]', '--only', 'identity', '--by-node')).stdout).toMatch(
      /^n2\nhigh/,
    );
  });

  test('a name that is no check is refused', async () => {
    expect(await nodes('audit', '-a', '--only', 'sshd,nonsense')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("'nonsense' is no check"),
    });
  });
});

describe('nothing on the node changes', () => {
  test('no file of it is made, removed, written or given other rights', async () => {
    const list = () =>
      on('n2', `find /etc /root /home /usr/local /boot -xdev -printf '%p %y %m %U:%G %s %T@ %C@\\n' | sort`);
    const before = await list();
    expect((await audit('-w', 'n2')).code).toBe(1);
    expect(await list()).toBe(before);
    expect(before.split('\n').length).toBeGreaterThan(500);
  });

  test('it sees the same where nothing can be written at all', async () => {
    const ids = (document: { findings: readonly AuditFinding[] }) => document.findings.map(({ id }) => id);
    const before = ids((await audit('-w', 'n2')).document);
    // In the mount namespace of the node, for its sshd and all that it starts.
    await on(
      'n2',
      `while read -r _ place _; do case $place in /proc* | /sys* | /dev*) ;; *) mount -o bind,remount,ro "$place" 2>/dev/null ;; esac; done < /proc/mounts; for place in /etc /tmp /root /run /var/tmp; do touch $place/x 2>/dev/null && exit 1; done; exit 0`,
    );
    expect(ids((await audit('-w', 'n2')).document)).toEqual(before);
  });
});

function on(node: string, script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const args = ['-F', lab.sshConfig, node, 'sh -s'];
    const child = execFile('ssh', args, { maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(`${node}: ${stderr}`, { cause: error })),
    );
    child.stdin?.end(script);
  });
}

async function audit(...args: readonly string[]) {
  const { code, stdout } = await nodes('audit', '--json', ...args);
  return { code, stdout, document: JSON.parse(stdout) };
}

function nodes(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, HEOROT_CLUSTER: lab.clusterFile, NO_COLOR: '1', XDG_STATE_HOME: folder };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(bins, 'nodes.js'), ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 70), stdout, stderr }),
    );
  });
}
