// dnsmasq for one lab: answers the lab's machines alone, and sends iPXE to the head.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MachinesLab } from '@heorot/lab';

export async function startDhcp(lab: MachinesLab, bootUrl: string): Promise<AsyncDisposable> {
  const { head, folder } = lab;
  const [network] = head.address.split(/\.\d+$/);
  const url = (platform: string): string => `${bootUrl}?plat=${platform}&mac=\${net0/mac}`;
  const file = join(folder, 'dnsmasq.conf');
  writeFileSync(
    file,
    [
      'port=0',
      `interface=${head.interface}`,
      'except-interface=lo',
      'bind-interfaces',
      'dhcp-authoritative',
      `dhcp-range=${network}.0,static,255.255.255.0,1h`,
      ...lab.nodes.map(({ mac, address, name }) => `dhcp-host=${mac},${address},${name}`),
      'dhcp-userclass=set:ipxe,iPXE',
      'dhcp-match=set:efi,option:client-arch,7',
      `dhcp-boot=tag:ipxe,tag:efi,${url('efi')}`,
      `dhcp-boot=tag:ipxe,tag:!efi,${url('pcbios')}`,
      `dhcp-leasefile=${join(folder, 'leases')}`,
      '',
    ].join('\n'),
  );
  const server = spawn('dnsmasq', ['-k', '-C', file, '--log-facility=-', '--pid-file='], { stdio: 'ignore' });
  return {
    async [Symbol.asyncDispose]() {
      if (server.exitCode !== null) return;
      const ended = once(server, 'exit');
      server.kill();
      await ended;
    },
  };
}
