// What lies under nodes/NAME/ of an embedded node: its home, and the few programs that must answer for the node and not for this machine.
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { NodePlan } from '../plan/node-plan.ts';

export interface NodeFolder {
  readonly home: string;
  readonly bin: string;
  /** Read by the node's `uptime`; its modification time is when the node booted. */
  readonly bootId: string;
}

export function nodeFolder(labFolder: string, node: string): NodeFolder {
  const folder = join(labFolder, 'nodes', node);
  return { home: join(folder, 'home'), bin: join(folder, 'bin'), bootId: join(folder, 'boot_id') };
}

/** Writes the files of a node; those of a rebooted node stay as they are. */
export async function writeNodeFiles(
  labFolder: string,
  plan: NodePlan,
  startup?: string,
): Promise<NodeFolder> {
  const folder = nodeFolder(labFolder, plan.name);
  await mkdir(folder.home, { recursive: true });
  await mkdir(folder.bin, { recursive: true });
  for (const [path, content] of Object.entries(plan.files)) {
    await mkdir(dirname(join(folder.home, path)), { recursive: true });
    await writeFile(join(folder.home, path), content);
  }
  // A login shell reads /etc/profile of this machine, which sets PATH anew.
  await writeFile(join(folder.home, '.profile'), `PATH=${shellQuoted(folder.bin)}:$PATH\n`);
  if (startup !== undefined) await writeFile(join(folder.home, '.bashrc'), startup);
  for (const [program, text] of Object.entries(programs(plan, folder))) {
    await writeFile(join(folder.bin, program), text);
    await chmod(join(folder.bin, program), 0o755);
  }
  return folder;
}

function programs(plan: NodePlan, folder: NodeFolder): Record<string, string> {
  return {
    hostname: `#!/bin/sh
case "\${1-}" in
  -i | -I | --ip-address | --all-ip-addresses) echo ${plan.address} ;;
  -d | --domain) ;;
  *) echo ${plan.name} ;;
esac
`,
    uname: `#!/bin/sh
PATH=/usr/bin:/bin
case "$*" in
  -n | --nodename) echo ${plan.name} ;;
  -r | --kernel-release) echo ${plan.kernel} ;;
  -a | --all) echo "Linux ${plan.name} ${plan.kernel} $(uname -v) $(uname -m) GNU/Linux" ;;
  *) exec uname "$@" ;;
esac
`,
    uptime: `#!/bin/sh
up=$(( ($(date +%s) - $(stat -c %Y ${shellQuoted(folder.bootId)})) / 60 ))
read -r one five fifteen rest </proc/loadavg
echo " $(date +%H:%M:%S) up $up min,  0 users,  load average: $one, $five, $fifteen"
`,
  };
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
