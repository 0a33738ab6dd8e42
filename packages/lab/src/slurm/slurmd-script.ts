// How a node of a namespaces lab starts slurmd. `ip netns exec`, which made the node, has hidden the machine's cgroups: the node
// mounts them again, and sees below a group of its own, so that nodes do not meet in /slurm/job_1.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface SlurmdPlace {
  /** Of the Slurm cluster. */
  readonly folder: string;
  /** The node's control group, unique on this machine. */
  readonly group: string;
  readonly confined: boolean;
}

const controllers = ['memory', 'cpuset', 'freezer', 'devices', 'cpuacct'];

/** For `sh -s` on the node; comes back at once. */
export function slurmdScript({ folder, group, confined }: SlurmdPlace): string {
  const slurmd = `exec slurmd -D -N "$(uname -n)" -f '${folder}/slurm.conf'`;
  const started = confined ? `${mountControllers}\n${slurmd}` : slurmd;
  return `set -e
cat > /run/slurmd.sh <<'END'
set -e
PATH=/usr/sbin:/usr/bin:/sbin:/bin
${started}
END
cat > /run/slurmd-group.sh <<'END'
set -e
${mountControllers}
for each in ${controllers.join(' ')}; do
  cd /sys/fs/cgroup/$each
  mkdir -p '${group}'
  if [ $each = cpuset ]; then
    for file in cpuset.cpus cpuset.mems; do cat $file > '${group}'/$file; done
  fi
  echo $$ > '${group}'/cgroup.procs
done
cd /
umount -R /sys/fs/cgroup
exec unshare --cgroup sh /run/slurmd.sh
END
setsid -f ${confined ? 'unshare --mount sh /run/slurmd-group.sh' : 'sh /run/slurmd.sh'} </dev/null >>'${folder}'/slurmd.out 2>&1
`;
}

const mountControllers = `mount -t tmpfs tmpfs /sys/fs/cgroup
for each in ${controllers.join(' ')}; do
  mkdir /sys/fs/cgroup/$each
  mount -t cgroup -o $each cgroup /sys/fs/cgroup/$each
done`;

/** Of all nodes of a Slurm cluster; their processes have ended. */
export async function removeCgroups(prefix: string): Promise<void> {
  const find = ['-mindepth', '2', '-depth', '-path', `/sys/fs/cgroup/*/${prefix}-*`, '-type', 'd', '-delete'];
  // A group whose processes are not quite gone is busy (cgroups(7)): it stays behind, empty.
  await promisify(execFile)('find', ['/sys/fs/cgroup', ...find]).catch(() => undefined);
}
