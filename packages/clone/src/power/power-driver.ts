// The power button of a machine, from afar. Which driver a node has: choose-driver.ts.
import type { BmcRecord } from '@heorot/inventory';

/** A machine with what its driver needs. */
export interface PoweredNode {
  readonly name: string;
  readonly mac: string | undefined;
  readonly bmc: BmcRecord | undefined;
}

export type PowerState = 'on' | 'off' | 'unknown';

export interface PowerDriver {
  readonly name: 'ipmi' | 'redfish' | 'command';
  state(node: PoweredNode, signal: AbortSignal): Promise<PowerState>;
  on(node: PoweredNode, signal: AbortSignal): Promise<void>;
  off(node: PoweredNode, signal: AbortSignal): Promise<void>;
  /** Off and on again, whatever it does now; on when it is off. */
  cycle(node: PoweredNode, signal: AbortSignal): Promise<void>;
  /** The next boot alone is from the network, or from the disk; then the order that was set in the firmware holds again. */
  nextBoot(node: PoweredNode, from: 'network' | 'disk', signal: AbortSignal): Promise<void>;
}

/** Starts a machine from the network, whether it is on or off. */
export async function startFromNetwork(
  driver: PowerDriver,
  node: PoweredNode,
  signal: AbortSignal,
): Promise<void> {
  await driver.nextBoot(node, 'network', signal);
  await ((await driver.state(node, signal)) === 'off' ? driver.on(node, signal) : driver.cycle(node, signal));
}
