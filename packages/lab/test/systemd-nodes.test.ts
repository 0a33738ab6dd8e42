// Nodes of the namespaces lab that run systemd: units, cgroups, reboots. Needs root, systemd and what the namespaces lab needs.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startNamespacesLab } from '../src/index.ts';
import { ssh } from './run.fixture.ts';

describe('a node with systemd', () => {
  it('runs units in cgroups of its own, keeps them over a reboot, and leaves nothing behind', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'heorot-systemd-'));
    let namespaces: readonly string[] = [];
    {
      await using lab = await startNamespacesLab({ folder, nodes: 2, init: 'systemd' });
      namespaces = (await readFile(join(folder, 'namespaces'), 'utf8')).trim().split('\n');
      expect(remains(namespaces)).toHaveLength(5);
      const told = async (node: string, line: string) => (await ssh(lab, node, line)).stdout;
      expect(await told('n1', 'systemctl is-system-running --wait; cat /proc/1/comm; hostname')).toBe(
        'running\nsystemd\nn1\n',
      );
      expect(
        await told('n1', 'systemd-run --quiet --wait --pipe -p DynamicUser=yes cat /proc/self/cgroup'),
      ).toMatch(/^0::\/system\.slice\/run-u\d+\.service$/m);
      await ssh(
        lab,
        'n1',
        `printf '[Service]\\nExecStart=sleep infinity\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/mead.service
         systemctl enable --now --quiet mead`,
      );
      await lab.fault('n1', { kind: 'reboot' });
      expect(await told('n1', 'systemctl is-system-running --wait; systemctl is-active mead')).toBe(
        'running\nactive\n',
      );
      expect(await told('n2', 'systemctl is-active mead')).toBe('inactive\n');
    }
    expect(remains(namespaces)).toEqual([]);
    await rm(folder, { recursive: true });
  }, 120_000);
});

/** Network namespaces and cgroups of this machine that bear one of the names. */
function remains(names: readonly string[]): readonly string[] {
  const found = execFileSync(
    'unshare',
    ['--mount', 'sh', '-c', 'ls /run/netns; mount -t cgroup2 cgroup2 /mnt; ls /mnt'],
    { encoding: 'utf8' },
  ).split('\n');
  return found.filter((each) => names.includes(each));
}
