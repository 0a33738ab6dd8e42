// What a recipe asks of the system that files alone cannot say: one shell script, run in the target.
import { quoteForSh } from '@heorot/fanout';
import type { SystemSettings } from '../recipe/settings.ts';

/** Accounts, services and the like; `undefined` when there is nothing to do. Passwords are not here. */
export function settingsScript(settings: SystemSettings): string | undefined {
  const q = quoteForSh;
  const lines = [
    ...settings.groups.map(
      ({ name, gid }) =>
        `getent group ${q(name)} >/dev/null || groupadd ${gid === undefined ? '' : `-g ${q(gid)} `}${q(name)}`,
    ),
    ...settings.accounts.map(({ name, uid, gid, groups, home, shell, fullName }) =>
      [
        `getent passwd ${q(name)} >/dev/null || useradd -m`,
        uid === undefined ? '' : `-u ${q(uid)}`,
        gid === undefined ? '' : `-g ${q(gid)}`,
        groups.length === 0 ? '' : `-G ${q(groups.join(','))}`,
        home === undefined ? '' : `-d ${q(home)}`,
        shell === undefined ? '' : `-s ${q(shell)}`,
        fullName === undefined ? '' : `-c ${q(fullName)}`,
        q(name),
      ]
        .filter((word) => word !== '')
        .join(' '),
    ),
    ...(settings.timezone === undefined
      ? []
      : [
          `ln -sf ${q(`/usr/share/zoneinfo/${settings.timezone}`)} /etc/localtime`,
          `printf '%s\\n' ${q(settings.timezone)} > /etc/timezone`,
        ]),
    ...(settings.locale === undefined
      ? []
      : [`printf 'LANG=%s\\n' ${q(settings.locale)} > /etc/locale.conf`]),
    ...settings.services.enabled.map((service) => `systemctl enable ${q(service)}`),
    ...settings.services.disabled.map((service) => `systemctl disable ${q(service)}`),
    ...(settings.selinux === undefined
      ? []
      : [
          `if [ -f /etc/selinux/config ]; then sed -i 's/^SELINUX=.*/SELINUX=${settings.selinux}/' /etc/selinux/config; touch /.autorelabel; fi`,
        ]),
    ...firewallLines(settings),
  ];
  return lines.length === 0 ? undefined : `#!/bin/sh\nset -e\n${lines.join('\n')}\n`;
}

/** Passwords: for the sealed part alone. */
export function passwordScript({ root, accounts }: SystemSettings): string | undefined {
  const all = [
    ...(root === undefined ? [] : [{ name: 'root', ...root }]),
    ...accounts.map(({ name, password, locked }) => ({ name, password, locked })),
  ];
  const lines = all.flatMap(({ name, password, locked }) => [
    ...(password === undefined
      ? []
      : [
          `printf '%s\\n' ${quoteForSh(`${name}:${password.text}`)} | chpasswd${password.crypted ? ' -e' : ''}`,
        ]),
    ...(locked ? [`passwd -l ${quoteForSh(name)}`] : []),
  ]);
  return lines.length === 0 ? undefined : `#!/bin/sh\nset -e\n${lines.join('\n')}\n`;
}

function firewallLines({ firewall }: SystemSettings): readonly string[] {
  if (firewall === undefined) return [];
  const open = [
    ...firewall.services.map((service) => `--service=${service}`),
    ...firewall.ports.map((port) => `--port=${port.replace(':', '/')}`),
  ];
  return [
    `if command -v firewall-offline-cmd >/dev/null; then firewall-offline-cmd --${firewall.on ? 'enabled' : 'disabled'} ${open.map(quoteForSh).join(' ')}; fi`,
  ];
}
