// The network of a node in the words of the software that the image has: by DHCP on the card it boots from (the head hands out
// its fixed address), or as the recipe says. NetworkManager keyfile(5), netplan(5), systemd.network(5), interfaces(5).
import type { Interface } from '../recipe/settings.ts';
import type { NetworkSoftware } from './identity.ts';
import type { TarFile } from './write-tar.ts';

/** @param mac of the card it boots from */
export function networkFiles(
  software: NetworkSoftware,
  mac: string,
  interfaces: readonly Interface[],
): readonly TarFile[] {
  const wanted = interfaces.length === 0 ? [byDhcp] : interfaces;
  return [
    ...(software === 'ifupdown' ? [interfacesFile] : []),
    ...wanted.flatMap((each, at) => fileOf(software, mac, { ...each, prefix: prefixOf(each.netmask) }, at)),
  ];
}

/** In the place of the golden node's, which may hold its address. */
const interfacesFile: TarFile = {
  path: 'etc/network/interfaces',
  mode: 0o644,
  content: 'auto lo\niface lo inet loopback\nsource /etc/network/interfaces.d/*\n',
};

type Wanted = Pick<
  Interface,
  'device' | 'protocol' | 'address' | 'netmask' | 'gateway' | 'nameservers' | 'mtu'
>;
type Prefixed = Wanted & { readonly prefix: number };

const byDhcp: Wanted = {
  device: undefined,
  protocol: 'dhcp',
  address: undefined,
  netmask: undefined,
  gateway: undefined,
  nameservers: [],
  mtu: undefined,
};

function fileOf(software: NetworkSoftware, mac: string, each: Prefixed, at: number): readonly TarFile[] {
  const file = (path: string, mode: number, lines: readonly (string | false)[]): readonly TarFile[] => [
    { path, mode, content: `${lines.filter((line) => line !== false).join('\n')}\n` },
  ];
  const { protocol, address = '', gateway, nameservers, prefix, mtu } = each;
  const fixed = protocol === 'static';
  const card = cardOf(each.device, mac);
  const dns = nameservers.length > 0;
  switch (software) {
    case 'networkmanager':
      return file(`etc/NetworkManager/system-connections/heorot${at}.nmconnection`, 0o600, [
        '[connection]',
        `id=heorot${at}`,
        'type=ethernet',
        card.kind === 'name' && `interface-name=${card.text}`,
        '[ethernet]',
        card.kind === 'mac' && `mac-address=${card.text.toUpperCase()}`,
        mtu !== undefined && `mtu=${mtu}`,
        '[ipv4]',
        `method=${fixed ? 'manual' : protocol === 'none' ? 'disabled' : 'auto'}`,
        fixed && `address1=${address}/${prefix}${gateway === undefined ? '' : `,${gateway}`}`,
        dns && `dns=${nameservers.join(';')};`,
      ]);
    case 'networkd':
      return file(`etc/systemd/network/10-heorot${at}.network`, 0o644, [
        '[Match]',
        card.kind === 'name' ? `Name=${card.text}` : `MACAddress=${card.text}`,
        mtu !== undefined && `[Link]\nMTUBytes=${mtu}`,
        '[Network]',
        fixed ? `Address=${address}/${prefix}` : `DHCP=${protocol === 'none' ? 'no' : 'ipv4'}`,
        fixed && gateway !== undefined && `Gateway=${gateway}`,
        ...nameservers.map((server) => `DNS=${server}`),
      ]);
    case 'netplan':
      return file(`etc/netplan/90-heorot${at}.yaml`, 0o600, [
        'network:',
        '  version: 2',
        '  ethernets:',
        `    heorot${at}:`,
        card.kind === 'name'
          ? `      match: {name: ${card.text}}`
          : `      match: {macaddress: "${card.text}"}`,
        `      dhcp4: ${fixed || protocol === 'none' ? 'false' : 'true'}`,
        fixed && `      addresses: ["${address}/${prefix}"]`,
        fixed && gateway !== undefined && `      routes: [{to: default, via: "${gateway}"}]`,
        dns && `      nameservers: {addresses: [${nameservers.map((server) => `"${server}"`).join(', ')}]}`,
        mtu !== undefined && `      mtu: ${mtu}`,
      ]);
    case 'ifupdown':
      return ifupdown(file, each, mac, at);
    case 'none':
    default:
      return [];
  }
}

/** ifupdown knows cards by name, and names differ from machine to machine: a pattern finds the card by its MAC (interfaces(5)). */
function ifupdown(
  file: (path: string, mode: number, lines: readonly (string | false)[]) => readonly TarFile[],
  { device, protocol, address = '', gateway, nameservers, prefix, mtu }: Prefixed,
  mac: string,
  at: number,
): readonly TarFile[] {
  const card = cardOf(device, mac);
  const name = card.kind === 'name' ? card.text : `heorot${at}`;
  const fixed = protocol === 'static';
  return file(`etc/network/interfaces.d/heorot${at}`, 0o644, [
    card.kind === 'mac' ? `auto /mac/${card.text}=${name}` : `auto ${name}`,
    `iface ${name} inet ${fixed ? 'static' : protocol === 'none' ? 'manual' : 'dhcp'}`,
    fixed && `    address ${address}/${prefix}`,
    fixed && gateway !== undefined && `    gateway ${gateway}`,
    nameservers.length > 0 && `    dns-nameservers ${nameservers.join(' ')}`,
    mtu !== undefined && `    mtu ${mtu}`,
  ]);
}

function cardOf(
  device: string | undefined,
  mac: string,
): { readonly kind: 'name' | 'mac'; readonly text: string } {
  if (device === undefined || device === '' || device === 'link' || device === 'bootif')
    return { kind: 'mac', text: mac };
  const isMac = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(device);
  return { kind: isMac ? 'mac' : 'name', text: isMac ? device.toLowerCase() : device };
}

/** `255.255.255.0` or `24` to 24. */
function prefixOf(netmask: string | undefined): number {
  if (netmask === undefined) return 24;
  if (/^\d+$/.test(netmask)) return Number(netmask);
  return netmask
    .split('.')
    .reduce((bits, octet) => bits + Number(octet).toString(2).replaceAll('0', '').length, 0);
}
