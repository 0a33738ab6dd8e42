// What hardly ever changes of this machine: its make, its system, its network cards. Unknown is null, never -1, 'unknown' or ''.
import type { Systeminformation } from 'systeminformation';
import type { Duplex } from '../model/interface-facts.ts';

export interface MachineFacts {
  readonly manufacturer: string | null;
  readonly model: string | null;
  /** `Debian GNU/Linux 12` */
  readonly system: string | null;
  readonly kernel: string | null;
  readonly architecture: string | null;
  /** Those that have an address. */
  readonly interfaces: readonly MachineInterface[];
}

export interface MachineInterface {
  readonly name: string;
  /** Lower case, with colons. */
  readonly mac: string | null;
  readonly speedMbit: number | null;
  readonly duplex: Duplex | null;
  /** systeminformation says false where it does not know: only true is known. */
  readonly virtual: true | null;
  /** As above. */
  readonly dhcp: true | null;
}

export interface ToldFacts {
  readonly system: Pick<Systeminformation.SystemData, 'manufacturer' | 'model'>;
  readonly os: Pick<Systeminformation.OsData, 'distro' | 'release' | 'kernel' | 'arch'>;
  readonly interfaces: readonly Pick<
    Systeminformation.NetworkInterfacesData,
    'iface' | 'mac' | 'virtual' | 'type' | 'dhcp' | 'speed' | 'duplex'
  >[];
}

export function machineFactsOf({ system, os, interfaces }: ToldFacts): MachineFacts {
  return {
    manufacturer: told(system.manufacturer),
    model: told(system.model),
    system: told([told(os.distro), told(os.release)].filter((each) => each !== null).join(' ')),
    kernel: told(os.kernel),
    architecture: told(os.arch),
    interfaces: interfaces.map((each) => ({
      name: each.iface,
      mac: /^00(:00)+$/.test(each.mac) ? null : told(each.mac.toLowerCase()),
      speedMbit: each.speed !== null && each.speed > 0 ? each.speed : null,
      duplex: each.duplex === 'full' || each.duplex === 'half' ? each.duplex : null,
      virtual: each.virtual || each.type === 'virtual' ? true : null,
      dhcp: each.dhcp ? true : null,
    })),
  };
}

/** Firmware that was never filled in says so in many ways. */
function told(text: string): string | null {
  const trimmed = text.trim();
  return /^(|-|unknown|none|not specified|to be filled by o\.?e\.?m\.?|system (manufacturer|product name)|default string)$/i.test(
    trimmed,
  )
    ? null
    : trimmed;
}
