// Which driver powers a node: what the person said, else IPMI where the inventory knows a BMC, else nobody but a hand.

import { ipmiDriver } from './ipmi.ts';
import { commandDriver } from './power-command.ts';
import type { PowerDriver, PoweredNode } from './power-driver.ts';
import { type BmcTrust, redfishDriver } from './redfish.ts';

export type PowerChoice = 'auto' | 'ipmi' | 'redfish' | 'none';

export interface PowerSettings {
  readonly choice: PowerChoice;
  /** Wins over the choice. */
  readonly command: string | undefined;
  /** For redfish. */
  readonly bmcTrust?: BmcTrust;
}

/** `undefined`: the machine is powered by hand. */
export type DriverOf = (node: PoweredNode) => PowerDriver | undefined;

export function chooseDriver({ choice, command, bmcTrust }: PowerSettings): DriverOf {
  if (command !== undefined) {
    const driver = commandDriver(command);
    return () => driver;
  }
  const ipmi = ipmiDriver();
  const redfish = redfishDriver(bmcTrust === undefined ? {} : { trust: bmcTrust });
  return ({ bmc }) => {
    if (choice === 'none' || bmc === undefined) return undefined;
    return choice === 'redfish' ? redfish : ipmi;
  };
}
