// The verb `serve`: from flags to settings, then the service until it is interrupted.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join, resolve } from 'node:path';
import { type CommandContext, ExitCode, type FlagValues, openCommandInventory, writeAll } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import { stateFolder, withLock } from '@heorot/state';
import type { ServeFlags } from '../commands/serve.ts';
import { chooseDriver } from '../power/choose-driver.ts';
import type { BmcTrust } from '../power/redfish.ts';
import { type Head, openHead } from './open-head.ts';
import { type ServeSettings, serve } from './serve.ts';
import { systemdUnit } from './systemd-unit.ts';

export async function serveCommand(flags: FlagValues<ServeFlags>, context: CommandContext): Promise<number> {
  if (flags['print-unit']) {
    await writeAll(context.stdout, systemdUnit(flags));
    return ExitCode.ok;
  }
  const say = (text: string): void => void context.stderr.write(`${text}\n`);
  using head = await openHead(stateFolder(context.env, 'clone'));
  const settings = settingsOf(flags, head, await bmcTrust(flags, context));
  await withLock(join(head.folder.path, 'serve.lock'), () =>
    serve(head, settings, {
      openInventory: () => openCommandInventory(flags, context),
      say,
      signal: context.drain,
      onListening: (url) => say(`serving ${url}; the key of this head is ${head.folder.publicKey}`),
    }),
  );
  return ExitCode.ok;
}

async function bmcTrust(flags: FlagValues<ServeFlags>, { cwd }: CommandContext): Promise<BmcTrust> {
  if (flags['redfish-any-certificate']) return { kind: 'any' };
  const file = flags['redfish-ca'];
  if (file === undefined) return { kind: 'checked' };
  const authorities = await readFile(resolve(cwd, file), 'utf8').catch((cause: unknown) => {
    throw new HeorotError('usage', `cannot read ${file}`, { cause });
  });
  return { kind: 'checked', authorities };
}

function settingsOf(flags: FlagValues<ServeFlags>, head: Head, trust: BmcTrust): ServeSettings {
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(flags.listen) ?? [];
  if (host === '' || Number(port) > 65_535)
    throw new HeorotError('usage', `--listen: '${flags.listen}' is not ADDRESS:PORT`, {
      hint: '--listen 10.77.0.1:8080',
    });
  const card = flags.interface === undefined ? undefined : cardOf(flags.interface);
  if (flags.dhcp !== 'off' && card === undefined)
    throw new HeorotError('usage', '--dhcp needs --interface: the card on the network of the nodes');
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const reached = bare === '0.0.0.0' || bare === '::' ? (card?.address ?? '127.0.0.1') : bare;
  return {
    listen: { host: bare, port: Number(port) },
    url:
      flags.url?.replace(/\/$/, '') ??
      (Number(port) === 0 ? undefined : `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`),
    kernelArguments: flags['kernel-arguments'],
    interface: flags.interface,
    dhcp:
      flags.dhcp === 'off' || card === undefined || flags.interface === undefined
        ? undefined
        : {
            mode: flags.dhcp,
            interface: flags.interface,
            subnet: card.network,
            netmask: card.netmask,
            broadcast: card.broadcast,
            router: flags.router,
            headAddress: card.address,
            tftpFolder:
              flags.tftp ??
              (existsSync(join(head.folder.bootenv, 'undionly.kpxe')) ? head.folder.bootenv : undefined),
            enrolRange: rangeOf(flags['enrol-range']),
          },
    driverOf: chooseDriver({
      choice: flags.power,
      command: flags['power-command'],
      bmcTrust: trust,
    }),
    consoleCommand: flags['console-command'],
    sshConfigFile: flags['ssh-config'],
  };
}

function rangeOf(text: string | undefined): readonly [string, string] | undefined {
  if (text === undefined) return undefined;
  const [, first, last] = /^([\d.]+)-([\d.]+)$/.exec(text) ?? [];
  if (first === undefined || last === undefined)
    throw new HeorotError('usage', `--enrol-range: '${text}' is not FIRST-LAST`, {
      hint: '10.77.0.200-10.77.0.240',
    });
  return [first, last];
}

interface Card {
  readonly address: string;
  readonly netmask: string;
  readonly network: string;
  readonly broadcast: string;
}

function cardOf(name: string): Card {
  const found = networkInterfaces()[name]?.find(({ family }) => family === 'IPv4');
  if (found === undefined)
    throw new HeorotError('usage', `the card '${name}' has no IPv4 address`, {
      hint: `there are: ${Object.keys(networkInterfaces()).join(', ')}`,
    });
  const address = octets(found.address);
  const mask = octets(found.netmask);
  const join4 = (each: (octet: number, at: number) => number): string => address.map(each).join('.');
  return {
    address: found.address,
    netmask: found.netmask,
    network: join4((octet, at) => octet & (mask[at] ?? 0)),
    broadcast: join4((octet, at) => octet | (255 & ~(mask[at] ?? 0))),
  };
}

function octets(address: string): readonly number[] {
  return address.split('.').map(Number);
}
