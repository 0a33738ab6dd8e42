// The configuration of dnsmasq(8) for the boot service: known machines alone are answered, nothing is guessed.
import { HeorotError } from '@heorot/inventory';

export interface DhcpHost {
  readonly node: string;
  readonly mac: string;
  /** IPv4. */
  readonly address: string;
}

export interface DhcpSettings {
  /** `own`: leases for known machines. `proxy`: beside a server that gives addresses already, boot files alone (PXE, 4.5.3). */
  readonly mode: 'own' | 'proxy';
  readonly interface: string;
  /** Any address of the network that is served; with it the netmask. */
  readonly subnet: string;
  readonly netmask: string;
  /** Handed out as router; none without. */
  readonly router: string | undefined;
  /** `http://10.77.0.1:8080` */
  readonly head: string;
  /** IPv4 of the head on that network, for TFTP. */
  readonly headAddress: string;
  /** Folder with undionly.kpxe and snponly.efi; `undefined`: cards must bring iPXE themselves. */
  readonly tftpFolder: string | undefined;
  readonly hosts: readonly DhcpHost[];
  /** Addresses for machines that are to be enrolled, `[first, last]`; none: unknown machines are not answered. */
  readonly enrolRange: readonly [string, string] | undefined;
  readonly leaseFile: string;
}

const leaseTime = '12h';

/** @throws HeorotError `mac-twice`, `address-twice` */
export function dnsmasqConfig(settings: DhcpSettings): string {
  refuseTwice(settings.hosts);
  const { interface: card, mode, subnet, netmask, router, tftpFolder, enrolRange } = settings;
  const lines = [
    '# written by clone serve; changes are lost',
    'port=0',
    'keep-in-foreground',
    'log-facility=-',
    'log-dhcp',
    `interface=${card}`,
    'except-interface=lo',
    'bind-interfaces',
    'pid-file',
    `dhcp-leasefile=${settings.leaseFile}`,
    ...(mode === 'own'
      ? [
          'dhcp-authoritative',
          `dhcp-range=${subnet},static,${netmask},${leaseTime}`,
          ...(enrolRange === undefined
            ? ['dhcp-ignore=tag:!known']
            : // A ping before each offer takes three seconds; firmware of a whole rack does not wait for that.
              ['no-ping', `dhcp-range=${enrolRange[0]},${enrolRange[1]},${netmask},10m`]),
          ...(router === undefined ? ['dhcp-option=option:router'] : [`dhcp-option=option:router,${router}`]),
          'dhcp-option=option:dns-server',
          ...settings.hosts.map(({ node, mac, address }) => `dhcp-host=${mac},${address},${node}`),
        ]
      : [
          `dhcp-range=${subnet},proxy,${netmask}`,
          // Known without an address: the other server gives it.
          ...settings.hosts.map(({ mac }) => `dhcp-host=${mac},set:ours`),
          ...(enrolRange === undefined ? ['dhcp-ignore=tag:!ours'] : []),
        ]),
    ...bootLines(settings),
    ...(tftpFolder === undefined ? [] : ['enable-tftp', `tftp-root=${tftpFolder}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** RFC 4578 client architectures: 0 is a BIOS; 7 and 9 are UEFI on x86-64; 16 is UEFI that fetches by HTTP itself. */
function bootLines({ mode, head, tftpFolder }: DhcpSettings): readonly string[] {
  const script = (platform: string): string => `${head}/boot.ipxe?plat=${platform}&mac=\${net0/mac}`;
  const tags = [
    'dhcp-userclass=set:ipxe,iPXE',
    'dhcp-match=set:bios,option:client-arch,0',
    'dhcp-match=set:efi,option:client-arch,7',
    'dhcp-match=set:efi,option:client-arch,9',
  ];
  if (mode === 'proxy')
    return [
      ...tags,
      `pxe-service=tag:ipxe,X86PC,"heorot",${script('pcbios')}`,
      `pxe-service=tag:ipxe,X86-64_EFI,"heorot",${script('efi')}`,
      `pxe-service=tag:ipxe,BC_EFI,"heorot",${script('efi')}`,
      ...(tftpFolder === undefined
        ? []
        : [
            'pxe-service=tag:!ipxe,X86PC,"heorot",undionly.kpxe',
            'pxe-service=tag:!ipxe,X86-64_EFI,"heorot",snponly.efi',
            'pxe-service=tag:!ipxe,BC_EFI,"heorot",snponly.efi',
          ]),
    ];
  return [
    ...tags,
    `dhcp-boot=tag:ipxe,tag:efi,${script('efi')}`,
    `dhcp-boot=tag:ipxe,tag:!efi,${script('pcbios')}`,
    ...(tftpFolder === undefined
      ? []
      : ['dhcp-boot=tag:!ipxe,tag:bios,undionly.kpxe', 'dhcp-boot=tag:!ipxe,tag:efi,snponly.efi']),
  ];
}

function refuseTwice(hosts: readonly DhcpHost[]): void {
  const macs = new Map<string, string>();
  const addresses = new Map<string, string>();
  for (const { node, mac, address } of hosts) {
    const holder = macs.get(mac);
    if (holder !== undefined)
      throw new HeorotError('mac-twice', `${mac} belongs to ${holder} and to ${node}`, {
        hint: 'correct the cluster file or the macs file: one of them is wrong',
      });
    const other = addresses.get(address);
    if (other !== undefined)
      throw new HeorotError('address-twice', `${address} belongs to ${other} and to ${node}`, {
        hint: 'correct the cluster file',
      });
    macs.set(mac, node);
    addresses.set(address, node);
  }
}
