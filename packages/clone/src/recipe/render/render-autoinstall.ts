// A recipe for Ubuntu's installer (subiquity autoinstall, version 1), as a cloud-config with one key.
import type { Finding } from '../finding.ts';
import type { Recipe } from '../recipe.ts';
import { type Interface, type Script, type SystemSettings, systemSettings } from '../settings.ts';
import { curtinStorage } from './curtin-storage.ts';
import { accountLines, scriptLine, shellWord, systemLines } from './late-script.ts';
import { common, notRendered, packagesNotRendered, type Rendered, silent } from './rendered.ts';
import { type Yaml, yamlBlock } from './yaml-block.ts';

const known = new Set([...silent, ...common]);

/** Renders the document. `name` is the host name where the recipe has none. */
export function renderAutoinstall(recipe: Recipe, name: string | undefined): Rendered {
  const settings = systemSettings(recipe);
  const storage = curtinStorage(recipe);
  const document: Yaml = {
    autoinstall: {
      version: 1,
      locale: settings.locale,
      keyboard: settings.keyboard === undefined ? undefined : keyboardOf(settings.keyboard.layout),
      timezone: settings.timezone,
      network: settings.interfaces.length === 0 ? undefined : netplan(settings.interfaces),
      storage: storage.storage,
      packages: settings.packages
        .filter(({ kind, excluded }) => kind === 'package' && !excluded)
        .map((each) => each.name),
      'user-data': userData(settings, name),
      'early-commands': scripts(settings, 'pre', ''),
      'late-commands': [...lateLines(settings, recipe), ...scripts(settings, 'post', '/target')],
      shutdown: settings.ending === 'poweroff' ? 'poweroff' : 'reboot',
    },
  };
  const findings: readonly Finding[] = [
    ...notRendered(recipe, known, 'autoinstall'),
    ...storage.findings,
    ...packagesNotRendered(recipe, 'Ubuntu'),
  ];
  return { text: `#cloud-config\n${yamlBlock(document)}`, findings };
}

function keyboardOf(layout: string): Yaml {
  const match = /^([\w-]+)(?: \((.+)\))?$/.exec(layout);
  return { layout: match?.[1] ?? layout, variant: match?.[2] };
}

/** Addresses as netplan version 2 has them. */
function netplan(interfaces: readonly Interface[]): Yaml {
  const ethernets = Object.fromEntries(
    interfaces.map((each, index): readonly [string, Yaml] => [
      each.device === undefined || each.device === 'link' ? `any${index}` : each.device,
      {
        match: each.device === undefined || each.device === 'link' ? { name: 'e*' } : undefined,
        dhcp4: each.protocol === 'dhcp',
        addresses:
          each.protocol === 'static' && each.address !== undefined
            ? [`${each.address}/${prefixLength(each.netmask ?? '255.255.255.0')}`]
            : undefined,
        routes: each.gateway === undefined ? undefined : [{ to: 'default', via: each.gateway }],
        nameservers: each.nameservers.length === 0 ? undefined : { addresses: each.nameservers },
        mtu: each.mtu === undefined ? undefined : Number(each.mtu),
        optional: !each.onBoot,
      },
    ]),
  );
  return { version: 2, ethernets };
}

/** 24 for 255.255.255.0; a number of bits is taken as it is. */
function prefixLength(netmask: string): number {
  if (!netmask.includes('.')) return Number(netmask);
  return netmask
    .split('.')
    .reduce((bits, part) => bits + Number(part).toString(2).replaceAll('0', '').length, 0);
}

function userData(settings: SystemSettings, name: string | undefined): Yaml {
  const { root, accounts, sshKeys, ntpServers, ntpOff } = settings;
  const rootPassword = root?.locked === true ? undefined : root?.password;
  return {
    hostname: settings.hostname ?? name,
    disable_root: rootPassword === undefined && !sshKeys.some(({ user }) => user === 'root'),
    users: accounts.map((account) => ({
      name: account.name,
      gecos: account.fullName,
      uid: account.uid === undefined ? undefined : Number(account.uid),
      homedir: account.home,
      shell: account.shell ?? '/bin/bash',
      lock_passwd: account.locked || account.password === undefined,
      passwd: account.password?.crypted === true ? account.password.text : undefined,
      plain_text_passwd: account.password?.crypted === false ? account.password.text : undefined,
    })),
    chpasswd:
      rootPassword === undefined
        ? undefined
        : {
            expire: false,
            users: [
              { name: 'root', password: rootPassword.text, type: rootPassword.crypted ? 'hash' : 'text' },
            ],
          },
    ntp: ntpOff
      ? { enabled: false }
      : ntpServers.length === 0
        ? undefined
        : { enabled: true, servers: ntpServers },
  };
}

function lateLines(settings: SystemSettings, { commands }: Recipe): readonly string[] {
  const inTarget = (line: string): string => `curtin in-target -- sh -c ${shellWord(line)}`;
  const kernel =
    settings.kernelArguments === ''
      ? []
      : [
          `printf 'GRUB_CMDLINE_LINUX="%s"\\n' ${shellWord(settings.kernelArguments)} > /etc/default/grub.d/50-recipe.cfg && update-grub`,
        ];
  const utc =
    commands.some(({ name }) => name === 'timezone') && !settings.utc
      ? ['timedatectl set-local-rtc 1 || true']
      : [];
  // Users come from cloud-init at the first boot, so what needs them waits for it too.
  const withUsers = [...systemLines(settings), ...accountLines(settings.accounts, settings.accounts.length)];
  const firstBoot = withUsers.length === 0 ? [] : [firstBootScript(withUsers)];
  return [...kernel, ...utc, ...firstBoot].map(inTarget);
}

function firstBootScript(lines: readonly string[]): string {
  const encoded = Buffer.from(`#!/bin/sh\n${lines.join('\n')}\n`).toString('base64');
  const path = '/var/lib/cloud/scripts/per-instance/50-recipe';
  return `mkdir -p /var/lib/cloud/scripts/per-instance && printf %s ${encoded} | base64 -d > ${path} && chmod 755 ${path}`;
}

function scripts(settings: SystemSettings, when: Script['when'], root: string): readonly string[] {
  return settings.scripts
    .filter((script) => script.when === when)
    .map((script, index) => scriptLine(script, root, index + 1));
}
