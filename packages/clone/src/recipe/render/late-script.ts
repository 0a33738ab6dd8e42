// The shell lines that bring about at the end of an installation what its installer has no words for.
// They run as root in the installed system (chroot).
import type { Account, Script, SystemSettings } from '../settings.ts';

/** One word of a shell: in single quotes unless it is plain. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Lines for accounts; the first `made` of them were made by the installer itself. */
export function accountLines(accounts: readonly Account[], made: number): readonly string[] {
  return accounts.flatMap((account, index) => {
    const { name, fullName, password, locked, uid, gid, groups, home, shell } = account;
    const user = shellWord(name);
    const option = (flag: string, value: string | undefined): string =>
      value === undefined ? '' : ` ${flag} ${shellWord(value)}`;
    const create = `useradd -m${option('-c', fullName)}${option('-u', uid)}${option('-g', gid)}${option('-d', home)}${option('-s', shell)} ${user}`;
    return [
      ...(index < made ? [] : [create]),
      ...(index < made || password === undefined
        ? []
        : [
            `printf '%s\\n' ${shellWord(`${name}:${password.text}`)} | chpasswd${password.crypted ? ' -e' : ''}`,
          ]),
      ...groups.map((group) => `groupadd -f ${shellWord(group)}; usermod -aG ${shellWord(group)} ${user}`),
      ...(locked ? [`passwd -l ${user}`] : []),
    ];
  });
}

/** Lines for groups, keys, services and the firewall (ufw, where it is installed). */
export function systemLines(settings: SystemSettings): readonly string[] {
  const { groups, sshKeys, services, firewall } = settings;
  return [
    ...groups.map(
      ({ name, gid }) => `groupadd -f${gid === undefined ? '' : ` -g ${shellWord(gid)}`} ${shellWord(name)}`,
    ),
    ...sshKeys.map(({ user, key }) => {
      const home = `"$(getent passwd ${shellWord(user)} | cut -d: -f6)"`;
      return (
        `install -d -m 700 -o ${shellWord(user)} ${home}/.ssh && printf '%s\\n' ${shellWord(key)} >> ${home}/.ssh/authorized_keys` +
        ` && chmod 600 ${home}/.ssh/authorized_keys && chown ${shellWord(user)} ${home}/.ssh/authorized_keys`
      );
    }),
    ...services.enabled.map((service) => `systemctl enable ${shellWord(service)}`),
    ...services.disabled.map((service) => `systemctl disable ${shellWord(service)}`),
    ...(firewall === undefined ? [] : firewallLines(firewall)),
  ];
}

function firewallLines({ on, services, ports }: NonNullable<SystemSettings['firewall']>): readonly string[] {
  if (!on) return ['if command -v ufw >/dev/null; then ufw --force disable; fi'];
  const allowed = [...services, ...ports.map((port) => port.replace(':', '/'))];
  return [
    ...allowed.map((each) => `if command -v ufw >/dev/null; then ufw allow ${shellWord(each)}; fi`),
    'if command -v ufw >/dev/null; then ufw --force enable; fi',
  ];
}

/** One line that writes a script to a file and runs it; base64 keeps every byte through any quoting of the installer. */
export function scriptLine(script: Script, root: string, number: number): string {
  const path = `/tmp/${script.when}-${number}`;
  const encoded = Buffer.from(script.text).toString('base64');
  const place = script.chroot ? `${root}${path}` : path;
  const run = `${script.chroot && root !== '' ? `chroot ${root} ` : ''}${script.interpreter} ${path}`;
  const logged =
    script.log === undefined
      ? run
      : `${run} > ${shellWord(script.chroot ? `${root}${script.log}` : script.log)} 2>&1`;
  return `printf %s ${encoded} | base64 -d > ${place} && ${logged}${script.stopOnError ? '' : ' || true'}`;
}
