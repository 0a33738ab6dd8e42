// A BMC: openipmi's simulator on an address of loopback, at the port that all BMCs have.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SimulatedBmc extends Disposable {
  readonly address: string;
  readonly user: string;
  readonly passwordFile: string;
  /** Arguments of ipmitool that reach it. */
  readonly access: readonly string[];
  /** Writes an entry of a memory sensor into its event log: 0 is a corrected error, 1 an uncorrected one (IPMI 2.0, table 42-3). */
  logMemoryError(offset: 0 | 1): void;
}

const password = 'test';

/** @param console host:port of a telnet server that is the serial line of the machine; the BMC forwards it over the LAN */
export async function startBmc(folder: string, address: string, console?: string): Promise<SimulatedBmc> {
  mkdirSync(folder, { recursive: true });
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  writeFileSync(join(folder, 'chassis'), '#!/bin/sh\nexit 0\n');
  chmodSync(join(folder, 'chassis'), 0o755);
  const levels = ['callback', 'user', 'operator', 'admin'].map(
    (level) => `    allowed_auths_${level} none md2 md5 straight`,
  );
  const lan = [
    'name "n1"',
    'set_working_mc 0x20',
    '  startlan 1',
    `    addr ${address} 623`,
    '    priv_limit admin',
    ...levels,
    '    guid a123456789abcdefa123456789abcdef',
    '  endlan',
    `  chassis_control "${folder}/chassis 0x20"`,
    ...(console === undefined ? [] : [`  sol "telnet:${console}" 115200`]),
    '  user 1 true "" "test" user 10 none md2 md5 straight',
    `  user 2 true "ipmiusr" "${password}" admin 10 none md2 md5 straight`,
  ];
  writeFileSync(join(folder, 'lan.conf'), `${lan.join('\n')}\n`);
  const emulated = [
    'mc_setbmc 0x20',
    'mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr',
    'sel_enable 0x20 1000 0x0a',
    'mc_enable 0x20',
  ];
  writeFileSync(join(folder, 'bmc.emu'), `${emulated.join('\n')}\n`);
  const files = ['-c', join(folder, 'lan.conf'), '-f', join(folder, 'bmc.emu'), '-s', folder];
  const simulator: ChildProcess = spawn('ipmi_sim', ['-n', ...files], { stdio: 'ignore' });
  const access = ['-I', 'lanplus', '-C', '3', '-H', address, '-U', 'ipmiusr', '-E'];
  const ask = (...args: readonly string[]) =>
    execFileSync('ipmitool', [...access, ...args], {
      env: { ...process.env, IPMI_PASSWORD: password },
      stdio: 'ignore',
    });
  await untilAnswers(() => ask('mc', 'info'));
  return {
    address,
    user: 'ipmiusr',
    passwordFile,
    access,
    logMemoryError(offset) {
      const entry = join(folder, 'entry');
      // Event message format, memory sensor, its number, sensor-specific and asserted, the offset.
      writeFileSync(entry, `0x04 0x0c 0x87 0x6f 0x0${offset} 0xff 0x03 # rehearsal\n`);
      ask('sel', 'add', entry);
    },
    [Symbol.dispose]: () => void simulator.kill('SIGKILL'),
  };
}

async function untilAnswers(ask: () => void): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return ask();
    } catch (error) {
      if (attempt === 50) throw error;
      await sleep(200);
    }
  }
}
