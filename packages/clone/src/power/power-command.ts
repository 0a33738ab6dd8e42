// Power by any program: a switched socket, a hypervisor, a person with a bell. Called without a shell as
//   PROGRAM ARGUMENTS... with %action replaced by state|on|off|cycle|network|disk, %node, %mac and %bmc by what they say.
import { HeorotError } from '@heorot/inventory';
import type { PowerDriver, PoweredNode } from './power-driver.ts';
import { runPowerCommand } from './run-power-command.ts';

type Action = 'state' | 'on' | 'off' | 'cycle' | 'network' | 'disk';

/** @param template words parted by blanks; the program should print `on` or `off` for `state` */
export function commandDriver(template: string): PowerDriver {
  const [program, ...words] = template.split(/\s+/).filter((word) => word !== '');
  if (program === undefined)
    throw new HeorotError('usage', 'an empty power command', {
      hint: "--power-command 'vmctl %action %node'",
    });
  const call = (node: PoweredNode, action: Action, signal: AbortSignal): Promise<string> =>
    runPowerCommand(
      { node: node.name, program, args: words.map((word) => fill(word, node, action)) },
      signal,
    );
  return {
    name: 'command',
    state: async (node, signal) => {
      const said = (await call(node, 'state', signal)).trim().toLowerCase();
      return said === 'on' || said === 'off' ? said : 'unknown';
    },
    on: async (node, signal) => void (await call(node, 'on', signal)),
    off: async (node, signal) => void (await call(node, 'off', signal)),
    cycle: async (node, signal) => void (await call(node, 'cycle', signal)),
    nextBoot: async (node, from, signal) => void (await call(node, from, signal)),
  };
}

function fill(word: string, { name, mac = '', bmc }: PoweredNode, action: Action): string {
  const values: Readonly<Record<string, string>> = { action, node: name, mac, bmc: bmc?.address ?? '' };
  return word.replace(/%(action|node|mac|bmc)\b/g, (_, key: string) => values[key] ?? '');
}
