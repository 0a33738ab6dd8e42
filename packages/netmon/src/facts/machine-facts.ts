// What hardly ever changes of this machine: its make, its system, its network cards. Unknown is null, never 'unknown' or ''.
import type { Systeminformation } from 'systeminformation';
import type { NetworkCard } from './network-card.ts';

export interface MachineFacts {
  readonly manufacturer: string | null;
  readonly model: string | null;
  /** `Debian GNU/Linux 12` */
  readonly system: string | null;
  readonly kernel: string | null;
  readonly architecture: string | null;
  readonly cards: readonly NetworkCard[];
}

export interface ToldFacts {
  readonly system: Pick<Systeminformation.SystemData, 'manufacturer' | 'model'>;
  readonly os: Pick<Systeminformation.OsData, 'distro' | 'release' | 'kernel' | 'arch'>;
  readonly cards: readonly NetworkCard[];
}

export function machineFactsOf({ system, os, cards }: ToldFacts): MachineFacts {
  return {
    manufacturer: told(system.manufacturer),
    model: told(system.model),
    system: told([told(os.distro), told(os.release)].filter((each) => each !== null).join(' ')),
    kernel: told(os.kernel),
    architecture: told(os.arch),
    cards,
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
