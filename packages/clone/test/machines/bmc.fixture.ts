// A BMC for a machine of the lab: openipmi's ipmi_sim, whose chassis is the QEMU process. What ipmitool says to it is done.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Machine, MachinesLab } from '@heorot/lab';

export interface Bmc extends AsyncDisposable {
  readonly address: string;
  /** What was asked of the chassis, in order: `boot pxe`, `power 1`. */
  readonly calls: readonly string[];
}

export const bmcUser = 'ipmiusr';
export const bmcPassword = 'test';

export async function startBmc(lab: MachinesLab, machine: Machine): Promise<Bmc> {
  const folder = join(machine.files.folder, 'bmc');
  mkdirSync(folder);
  const [network] = lab.head.address.split(/\.\d+$/);
  const address = `${network}.${200 + machine.plan.index}`;
  execFileSync('ip', ['addr', 'add', `${address}/32`, 'dev', lab.head.interface]);
  const file = (name: string): string => join(folder, name);
  for (const name of ['wishes', 'handled']) writeFileSync(file(name), '');
  writeFileSync(file('power'), '0');
  writeFileSync(file('chassis'), chassisScript(folder), { mode: 0o755 });
  writeFileSync(file('lan.conf'), lanConfiguration(address, file('chassis')));
  writeFileSync(
    file('sim.emu'),
    'mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr\nmc_enable 0x20\n',
  );
  const simulator = spawn('ipmi_sim', ['-n', '-c', file('lan.conf'), '-f', file('sim.emu'), '-s', folder], {
    stdio: 'ignore',
  });
  const calls: string[] = [];
  const stopping = new AbortController();
  const working = work(machine, file, calls, stopping.signal);
  return {
    address,
    calls,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await working;
      if (simulator.exitCode !== null) return;
      const ended = once(simulator, 'exit');
      simulator.kill('SIGKILL');
      await ended;
    },
  };
}

/** Does what was wished, in order, and keeps the light of the power button right: a machine may switch itself off. */
async function work(
  machine: Machine,
  file: (name: string) => string,
  calls: string[],
  signal: AbortSignal,
): Promise<void> {
  let next: 'network' | 'disk' = 'disk';
  while (!signal.aborted) {
    const wishes = readFileSync(file('wishes'), 'utf8').split('\n').slice(0, -1);
    for (const wish of wishes.slice(calls.length)) {
      calls.push(wish);
      if (wish.startsWith('boot ')) next = wish === 'boot pxe' ? 'network' : 'disk';
      if (wish === 'power 0' || wish.startsWith('reset ')) await machine.powerOff();
      if (wish === 'power 1' || wish.startsWith('reset ')) {
        await machine.powerOn(next);
        next = 'disk';
      }
      writeFileSync(file('power'), machine.power === 'on' ? '1' : '0');
      appendFileSync(file('handled'), `${wish}\n`);
    }
    writeFileSync(file('power'), machine.power === 'on' ? '1' : '0');
    await sleep(50, undefined, { signal }).catch(() => {});
  }
}

/** ipmi_lan(5): asked `get|set|check power|boot|reset [value]`; a wish is over when it was handled. */
function chassisScript(folder: string): string {
  return `#!/bin/sh
cd '${folder}' || exit 1
shift
do=$1; shift
while [ $# -gt 0 ]; do
  case $do in
    get) echo "$1:$(cat "$1" 2>/dev/null || echo 0)"; shift ;;
    set)
      echo "$1 $2" >>wishes
      for _ in $(seq 100); do [ "$(wc -l <handled)" -lt "$(wc -l <wishes)" ] || break; sleep 0.1; done
      shift 2
      ;;
    check) exit 0 ;;
  esac
done
`;
}

function lanConfiguration(address: string, chassis: string): string {
  const kinds = ['callback', 'user', 'operator', 'admin'];
  return [
    'name "bmc"',
    'set_working_mc 0x20',
    '  startlan 1',
    `    addr ${address} 623`,
    '    priv_limit admin',
    ...kinds.map((kind) => `    allowed_auths_${kind} none md2 md5 straight`),
    '    guid a123456789abcdefa123456789abcdef',
    '  endlan',
    `  chassis_control "${chassis} 0x20"`,
    `  user 1 true "" "${bmcPassword}" user 10 none md2 md5 straight`,
    `  user 2 true "${bmcUser}" "${bmcPassword}" admin 10 none md2 md5 straight`,
    '',
  ].join('\n');
}
