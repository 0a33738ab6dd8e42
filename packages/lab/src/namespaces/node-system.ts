// The files that make a namespace a machine of its own: /etc/hostname, /etc/hosts, accounts, homes, sshd's folder, the boot id.
import { randomUUID } from 'node:crypto';
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyPair, KeyType } from '../keys/key-pair.ts';
import type { NodePlan } from '../plan/node-plan.ts';
import { bootScriptOf, type NodeInit, plainUser } from './boot-script.ts';

export interface NodeSystem {
  readonly folder: string;
  /** Home of root. */
  readonly home: string;
  readonly init: NodeInit;
  /** Run as process 1 of the node. */
  readonly bootScript: string;
}

export interface NodeSystemFacts {
  readonly labFolder: string;
  readonly plan: NodePlan;
  readonly hosts: readonly NodePlan[];
  readonly init: NodeInit;
  readonly sshd: string;
  /** Lines put before our own in sshd_config, where the first value of a keyword wins. */
  readonly sshdConfig: readonly string[];
  readonly authorizedKeys: readonly string[];
}

function nodeSystem(labFolder: string, node: string, init: NodeInit): NodeSystem {
  const folder = join(labFolder, 'nodes', node);
  return { folder, home: join(folder, 'home'), init, bootScript: join(folder, 'boot.sh') };
}

export async function writeNodeSystem(facts: NodeSystemFacts): Promise<NodeSystem> {
  const { plan, labFolder } = facts;
  const system = nodeSystem(labFolder, plan.name, facts.init);
  const etc = join(system.folder, 'etc');
  const user = join(system.folder, 'user');
  for (const folder of [system.home, user, join(etc, 'ssh')]) await mkdir(folder, { recursive: true });
  await chmod(system.home, 0o700);
  await chmod(join(etc, 'ssh'), 0o755);
  await chown(user, plainUser.id, plainUser.id);
  for (const [path, content] of Object.entries(plan.files)) await writeFile(join(system.home, path), content);
  await writeFile(join(etc, 'hostname'), `${plan.name}\n`);
  await writeFile(
    join(etc, 'hosts'),
    `127.0.0.1 localhost\n${facts.hosts.map(({ name, address }) => `${address} ${name}\n`).join('')}`,
  );
  // `*` is a password that nothing matches, and not a locked account, which sshd would refuse (passwd(5)).
  const account = `${plainUser.name}:*:${plainUser.id}:${plainUser.id}::/home/${plainUser.name}:/bin/sh\n`;
  await writeFile(join(etc, 'passwd'), (await readFile('/etc/passwd', 'utf8')) + account);
  await writeFile(
    join(etc, 'group'),
    `${await readFile('/etc/group', 'utf8')}${plainUser.name}:x:${plainUser.id}:\n`,
  );
  await writeFile(join(etc, 'ssh', 'authorized_keys'), `${facts.authorizedKeys.join('\n')}\n`, {
    mode: 0o644,
  });
  await writeFile(join(etc, 'ssh', 'sshd_config'), sshdConfig(facts.sshdConfig));
  await writeBootId(system);
  await writeFile(system.bootScript, bootScriptOf(system.init, system.folder, facts.sshd));
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
