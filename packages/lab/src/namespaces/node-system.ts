// The files that make a namespace a machine of its own: /etc/hostname, /etc/hosts, accounts, homes, sshd's folder, the boot id.
import { randomUUID } from 'node:crypto';
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyPair, KeyType } from '../keys/key-pair.ts';
import type { NodePlan } from '../plan/node-plan.ts';

export interface NodeSystem {
  readonly folder: string;
  /** Home of root. */
  readonly home: string;
  /** Run as process 1 of the node. */
  readonly bootScript: string;
}

export interface NodeSystemFacts {
  readonly labFolder: string;
  readonly plan: NodePlan;
  readonly hosts: readonly NodePlan[];
  readonly sshd: string;
  /** Lines put before our own in sshd_config, where the first value of a keyword wins. */
  readonly sshdConfig: readonly string[];
  readonly authorizedKeys: readonly string[];
}

/** An account without root's powers, on every node. */
const PLAIN_USER = 'heorot';
const PLAIN_ID = 4242;

function nodeSystem(labFolder: string, node: string): NodeSystem {
  const folder = join(labFolder, 'nodes', node);
  return { folder, home: join(folder, 'home'), bootScript: join(folder, 'boot.sh') };
}

export async function writeNodeSystem(facts: NodeSystemFacts): Promise<NodeSystem> {
  const { plan, labFolder } = facts;
  const system = nodeSystem(labFolder, plan.name);
  const etc = join(system.folder, 'etc');
  const user = join(system.folder, 'user');
  for (const folder of [system.home, user, join(etc, 'ssh')]) await mkdir(folder, { recursive: true });
  await chmod(system.home, 0o700);
  await chmod(join(etc, 'ssh'), 0o755);
  await chown(user, PLAIN_ID, PLAIN_ID);
  for (const [path, content] of Object.entries(plan.files)) await writeFile(join(system.home, path), content);
  await writeFile(join(etc, 'hostname'), `${plan.name}\n`);
  await writeFile(
    join(etc, 'hosts'),
    `127.0.0.1 localhost\n${facts.hosts.map(({ name, address }) => `${address} ${name}\n`).join('')}`,
  );
  // `*` is a password that nothing matches, and not a locked account, which sshd would refuse (passwd(5)).
  const account = `${PLAIN_USER}:*:${PLAIN_ID}:${PLAIN_ID}::/home/${PLAIN_USER}:/bin/sh\n`;
  await writeFile(join(etc, 'passwd'), (await readFile('/etc/passwd', 'utf8')) + account);
  await writeFile(
    join(etc, 'group'),
    `${await readFile('/etc/group', 'utf8')}${PLAIN_USER}:x:${PLAIN_ID}:\n`,
  );
  await writeFile(join(etc, 'ssh', 'authorized_keys'), `${facts.authorizedKeys.join('\n')}\n`, {
    mode: 0o644,
  });
  await writeFile(join(etc, 'ssh', 'sshd_config'), sshdConfig(facts.sshdConfig));
  await writeBootId(system);
  await writeFile(system.bootScript, bootScript(system, facts.sshd));
  return system;
}

export async function writeHostKeys(system: NodeSystem, keys: ReadonlyMap<KeyType, KeyPair>): Promise<void> {
  for (const [type, key] of keys) {
    const path = join(system.folder, 'etc', 'ssh', `ssh_host_${type}_key`);
    await writeFile(path, key.privateKey, { mode: 0o600 });
    await writeFile(`${path}.pub`, `${key.publicKey}\n`);
  }
}

export async function writeBootId(system: NodeSystem): Promise<void> {
  await writeFile(join(system.folder, 'boot_id'), `${randomUUID()}\n`);
}

function sshdConfig(first: readonly string[]): string {
  return `${[
    ...first,
    'PidFile none',
    'AuthorizedKeysFile /etc/ssh/authorized_keys',
    '# The lab may lie under /tmp, which everybody can write.',
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PrintMotd no',
    'PrintLastLog no',
    'UseDNS no',
    'AcceptEnv LANG LC_*',
    'MaxStartups 1000',
    'LogLevel VERBOSE',
    'Subsystem sftp internal-sftp',
  ].join('\n')}\n`;
}

/**
 * Runs in new mount, UTS and PID namespaces: nothing of it is seen outside. The node's folder is first bound to /mnt, since
 * the lab may lie under one of the folders that are covered afterwards. /etc becomes a layer over the machine's own, or
 * a mount on one of its files would be taken away when the machine replaces that file (useradd, apt). sshd as process 1 reaps orphans.
 */
function bootScript({ folder }: NodeSystem, sshd: string): string {
  return `set -e
mount --bind '${folder.replaceAll("'", "'\\''")}' /mnt
cat /mnt/etc/hostname >/proc/sys/kernel/hostname
mkdir -p /run/sshd /mnt/overlay
mount -t tmpfs -o mode=755 tmpfs /mnt/overlay
mkdir /mnt/overlay/upper /mnt/overlay/work
mount -t overlay -o lowerdir=/etc,upperdir=/mnt/overlay/upper,workdir=/mnt/overlay/work overlay /etc
mkdir -p /etc/ssh
mount --bind /mnt/etc/ssh /etc/ssh
for file in hostname hosts passwd group; do
  touch /etc/$file
  mount --bind /mnt/etc/$file /etc/$file
done
mount --bind /mnt/boot_id /proc/sys/kernel/random/boot_id
mount -t tmpfs -o mode=755 tmpfs /home
mkdir /home/${PLAIN_USER}
mount --bind /mnt/user /home/${PLAIN_USER}
mount --bind /mnt/home /root
cd /
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin ${sshd} -D -E /mnt/sshd.log
`;
}
