// Power by IPMI 2.0 over LAN, through ipmitool(1). The password goes by the environment, never in the command line.
import { HeorotError, readBmcPassword } from '@heorot/inventory';
import type { PowerDriver, PoweredNode } from './power-driver.ts';
import { runPowerCommand } from './run-power-command.ts';

export interface IpmiSettings {
  /** Of the BMC: 623 but for simulators. */
  readonly port?: number;
  /** Without it ipmitool asks the BMC which it has; a BMC that does not answer that costs ten seconds a command. */
  readonly cipherSuite?: number;
}

/** Through ipmitool(1), which must be installed. Its methods throw HeorotError `power-failed`. */
export function ipmiDriver(settings: IpmiSettings = {}): PowerDriver {
  const run = (node: PoweredNode, args: readonly string[], signal: AbortSignal): Promise<string> =>
    ipmitool(node, settings, args, signal);
  return {
    name: 'ipmi',
    state: async (node, signal) => {
      const said = await run(node, ['chassis', 'power', 'status'], signal);
      const state = /Power is (on|off)/i.exec(said)?.[1]?.toLowerCase();
      return state === 'on' || state === 'off' ? state : 'unknown';
    },
    on: async (node, signal) => void (await run(node, ['chassis', 'power', 'on'], signal)),
    off: async (node, signal) => void (await run(node, ['chassis', 'power', 'off'], signal)),
    // `cycle` is refused by many BMCs while the machine is off; startFromNetwork asks first.
    cycle: async (node, signal) => void (await run(node, ['chassis', 'power', 'cycle'], signal)),
    nextBoot: async (node, from, signal) =>
      void (await run(node, ['chassis', 'bootdev', from === 'network' ? 'pxe' : 'disk'], signal)),
  };
}

async function ipmitool(
  node: PoweredNode,
  { port = 623, cipherSuite }: IpmiSettings,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const { bmc } = node;
  if (bmc === undefined) throw new HeorotError('power-failed', `${node.name} has no bmc in the cluster file`);
  const password = await readBmcPassword(node.name, bmc);
  return runPowerCommand(
    {
      node: node.name,
      program: 'ipmitool',
      args: [
        '-I',
        'lanplus',
        '-N',
        '3',
        '-R',
        '2',
        '-H',
        bmc.address,
        '-p',
        String(port),
        ...(cipherSuite === undefined ? [] : ['-C', String(cipherSuite)]),
        ...(bmc.user === undefined ? [] : ['-U', bmc.user]),
        ...(password === undefined ? [] : ['-E']),
        ...args,
      ],
      ...(password === undefined ? {} : { env: { IPMI_PASSWORD: password } }),
    },
    signal,
  );
}
