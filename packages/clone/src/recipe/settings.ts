// What a recipe asks of the system it makes, as plain data: the common ground of the renderers and of a deployment.
// Disks are not here: see storage/.
import { type PackageLine, parsePackageLine } from './check-package-line.ts';
import type { Place } from './finding.ts';
import type { Recipe, RecipeCommand, RecipeSection } from './recipe.ts';
import { booleanOf, listOf } from './value-problem.ts';

interface Password {
  readonly text: string;
  /** A crypt(3) hash, not the password itself. */
  readonly crypted: boolean;
}

export interface Account {
  readonly name: string;
  readonly fullName: string | undefined;
  readonly password: Password | undefined;
  readonly locked: boolean;
  readonly uid: string | undefined;
  readonly gid: string | undefined;
  readonly groups: readonly string[];
  readonly home: string | undefined;
  readonly shell: string | undefined;
}

export interface Interface {
  /** `undefined` for the device the machine boots from. */
  readonly device: string | undefined;
  readonly protocol: 'dhcp' | 'static' | 'none';
  readonly address: string | undefined;
  readonly netmask: string | undefined;
  readonly gateway: string | undefined;
  readonly nameservers: readonly string[];
  readonly ipv6: string | undefined;
  readonly ipv6Gateway: string | undefined;
  readonly mtu: string | undefined;
  readonly onBoot: boolean;
  readonly place: Place;
}

export interface Script {
  readonly when: 'pre' | 'pre-install' | 'post' | 'onerror' | 'traceback';
  readonly interpreter: string;
  readonly chroot: boolean;
  readonly stopOnError: boolean;
  readonly log: string | undefined;
  readonly text: string;
  readonly place: Place;
}

export interface SystemSettings {
  readonly hostname: string | undefined;
  readonly locale: string | undefined;
  readonly keyboard: { readonly layout: string; readonly place: Place } | undefined;
  readonly timezone: string | undefined;
  readonly utc: boolean;
  readonly ntpServers: readonly string[];
  readonly ntpOff: boolean;
  readonly root: { readonly password: Password | undefined; readonly locked: boolean } | undefined;
  readonly accounts: readonly Account[];
  readonly groups: readonly { readonly name: string; readonly gid: string | undefined }[];
  readonly sshKeys: readonly { readonly user: string; readonly key: string }[];
  readonly interfaces: readonly Interface[];
  readonly services: { readonly enabled: readonly string[]; readonly disabled: readonly string[] };
  readonly selinux: 'enforcing' | 'permissive' | 'disabled' | undefined;
  readonly firewall:
    | { readonly on: boolean; readonly services: readonly string[]; readonly ports: readonly string[] }
    | undefined;
  readonly kernelArguments: string;
  readonly packages: readonly PackageLine[];
  readonly scripts: readonly Script[];
  readonly ending: 'reboot' | 'poweroff' | 'halt';
}

/** Reads the settings out of a recipe. Where a command comes twice, the last one counts, as for the installer. */
export function systemSettings({ commands, sections }: Recipe): SystemSettings {
  const all = (name: string): readonly RecipeCommand[] => commands.filter((command) => command.name === name);
  const last = (name: string): RecipeCommand | undefined => all(name).at(-1);
  const timesources = all('timesource');
  const timezone = last('timezone');
  const keyboard = last('keyboard');
  const ending = commands.findLast(({ name }) => /^(reboot|poweroff|shutdown|halt)$/.test(name))?.name;
  const selinux = last('selinux')?.arguments.options;
  const firewall = last('firewall');
  const root = last('rootpw');
  return {
    hostname: all('network')
      .map((command) => text(command, '--hostname'))
      .findLast((name) => name !== undefined && name !== ''),
    locale: last('lang')?.arguments.operands[0]?.text,
    keyboard: keyboard === undefined ? undefined : { layout: layoutOf(keyboard), place: keyboard.place },
    timezone: timezone?.arguments.operands[0]?.text,
    utc: has(timezone, '--utc') || has(timezone, '--isUtc'),
    ntpServers: [
      ...list(timezone, '--ntpservers'),
      ...timesources.flatMap((source) => text(source, '--ntp-server') ?? text(source, '--ntp-pool') ?? []),
    ],
    ntpOff: has(timezone, '--nontp') || timesources.some((source) => has(source, '--ntp-disable')),
    root:
      root === undefined
        ? undefined
        : { password: passwordOf(root, root.arguments.operands[0]?.text), locked: has(root, '--lock') },
    accounts: all('user').map(accountOf),
    groups: all('group').map((group) => ({ name: text(group, '--name') ?? '', gid: text(group, '--gid') })),
    sshKeys: all('sshkey').map((key) => ({
      user: text(key, '--username') ?? '',
      key: key.arguments.operands[0]?.text ?? '',
    })),
    interfaces: all('network').filter(configuresDevice).map(interfaceOf),
    services: {
      enabled: list(last('services'), '--enabled'),
      disabled: list(last('services'), '--disabled'),
    },
    selinux: (['enforcing', 'permissive', 'disabled'] as const).find(
      (mode) => selinux?.has(`--${mode}`) === true,
    ),
    firewall: firewall === undefined ? undefined : firewallOf(firewall),
    kernelArguments: all('bootloader')
      .flatMap((command) => text(command, '--append') ?? [])
      .join(' '),
    packages: sections
      .filter(({ name }) => name === '%packages')
      .flatMap(({ body }) => body.flatMap((line) => parsePackageLine(line.text) ?? [])),
    scripts: sections.flatMap(scriptOf),
    ending: ending === undefined || ending === 'halt' ? 'halt' : ending === 'reboot' ? 'reboot' : 'poweroff',
  };
}

/** The value of an option as text; `undefined` when it is not given. */
export function text(command: RecipeCommand | undefined, option: string): string | undefined {
  const value = command?.arguments.options.get(option);
  return typeof value === 'string' ? value : undefined;
}

/** Whether an option is given. */
export function has(command: RecipeCommand | undefined, option: string): boolean {
  return command?.arguments.options.has(option) === true;
}

function list(command: RecipeCommand | undefined, option: string): readonly string[] {
  const values = command?.arguments.all.get(option) ?? [];
  return values.flatMap((value) => (value === true ? [] : listOf(value)));
}

function layoutOf(keyboard: RecipeCommand): string {
  const [first] = list(keyboard, '--xlayouts');
  return first ?? text(keyboard, '--vckeymap') ?? keyboard.arguments.operands[0]?.text ?? '';
}

function passwordOf(command: RecipeCommand, password: string | undefined): Password | undefined {
  return password === undefined || password === ''
    ? undefined
    : { text: password, crypted: has(command, '--iscrypted') };
}

function accountOf(user: RecipeCommand): Account {
  return {
    name: text(user, '--name') ?? '',
    fullName: text(user, '--gecos'),
    password: passwordOf(user, text(user, '--password')),
    locked: has(user, '--lock'),
    uid: text(user, '--uid'),
    gid: text(user, '--gid'),
    groups: list(user, '--groups').map((group) => group.replace(/\s*\(\d+\)$/, '')),
    home: text(user, '--homedir'),
    shell: text(user, '--shell'),
  };
}

/** `network --hostname=x` alone names the machine and configures no device. */
function configuresDevice({ arguments: { options } }: RecipeCommand): boolean {
  return [...options.keys()].some((option) => option !== '--hostname');
}

function interfaceOf(network: RecipeCommand): Interface {
  const protocol = text(network, '--bootproto') ?? 'dhcp';
  return {
    device: text(network, '--device'),
    protocol: has(network, '--noipv4')
      ? 'none'
      : protocol === 'static' || has(network, '--ip')
        ? 'static'
        : 'dhcp',
    address: text(network, '--ip'),
    netmask: text(network, '--netmask'),
    gateway: text(network, '--gateway'),
    nameservers: list(network, '--nameserver'),
    ipv6: text(network, '--ipv6'),
    ipv6Gateway: text(network, '--ipv6gateway'),
    mtu: text(network, '--mtu'),
    onBoot: booleanOf(text(network, '--onboot') ?? 'yes') !== false,
    place: network.place,
  };
}

function firewallOf(firewall: RecipeCommand): NonNullable<SystemSettings['firewall']> {
  const named = ['ftp', 'http', 'smtp', 'ssh'].filter((service) => has(firewall, `--${service}`));
  const off = [...firewall.arguments.options.keys()].findLast((option) => /^--(en|dis)able$/.test(option));
  return {
    on: off !== '--disable',
    services: [...list(firewall, '--service'), ...named],
    ports: list(firewall, '--port').map((port) => (port.includes(':') ? port : `${port}:tcp`)),
  };
}

function scriptOf({ name, arguments: { options }, body, place }: RecipeSection): readonly Script[] {
  const when = (['pre', 'pre-install', 'post', 'onerror', 'traceback'] as const).find(
    (each) => name === `%${each}`,
  );
  if (when === undefined) return [];
  const interpreter = options.get('--interpreter');
  const log = options.get('--log');
  return [
    {
      when,
      interpreter: typeof interpreter === 'string' ? interpreter : '/bin/sh',
      chroot: when === 'post' && !options.has('--nochroot'),
      stopOnError: options.has('--erroronfail'),
      log: typeof log === 'string' ? log : undefined,
      text: body.map((line) => line.text).join(''),
      place,
    },
  ];
}
