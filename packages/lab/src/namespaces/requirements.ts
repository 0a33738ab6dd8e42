// What the namespaces lab needs of the machine, said before anything is touched.
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import type { NodeInit } from './boot-script.ts';

const programs: Readonly<Record<string, string>> = {
  sshd: 'openssh-server',
  ip: 'iproute2',
  tc: 'iproute2',
  unshare: 'util-linux',
  mount: 'mount',
};

/** sshd wants an absolute path, and these folders are often not on a user's PATH. */
const folders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/lib/systemd'];

/** @throws HeorotError `lab-needs-root`, `lab-needs-programs` with the command that installs them */
export async function checkRequirements(init: NodeInit): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new HeorotError('lab-needs-root', 'the namespaces lab needs root, to make network namespaces', {
      hint: 'run it with sudo, or use --kind embedded',
    });
  }
  const missing = new Set<string>();
  for (const [program, debianPackage] of Object.entries({
    ...programs,
    ...(init === 'systemd' ? { systemd: 'systemd' } : {}),
  })) {
    if (!(await findProgram(program))) missing.add(debianPackage);
  }
  if (missing.size > 0) {
    throw new HeorotError('lab-needs-programs', `the namespaces lab needs ${[...missing].join(' and ')}`, {
      hint: `apt-get install ${[...missing].join(' ')}`,
    });
  }
}

/** The absolute path of a system program; undefined where there is none. */
export async function findProgram(name: string): Promise<string | undefined> {
  for (const folder of folders) {
    const path = join(folder, name);
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return undefined;
}
