// What sshd's configuration lets in. Only what matters is judged: AllowTcpForwarding and the like are a site's own choice.
import { quoteForSh } from '@heorot/fanout';
import { type NodeAnswer, rowsOf } from '../ask/parse-answer.ts';
import type { Finding, Severity } from '../finding.ts';

interface Rule {
  readonly keyword: string;
  /** sshd_config(5), where sshd was not asked itself. */
  readonly unset: string;
  readonly isBad: (value: string, settings: ReadonlyMap<string, string>) => boolean;
  readonly id: string;
  readonly severity: Severity;
  readonly what: string;
  readonly why: string;
  readonly line: string;
}

const takesPasswords = (settings: ReadonlyMap<string, string>) =>
  settings.get('passwordauthentication') !== 'no' || settings.get('kbdinteractiveauthentication') === 'yes';

const rules: readonly Rule[] = [
  {
    keyword: 'permitrootlogin',
    unset: 'prohibit-password',
    isBad: (value, settings) => value === 'yes' && takesPasswords(settings),
    id: 'sshd-root-password',
    severity: 'high',
    what: 'root may log in with a password',
    why: 'every scanner of the internet tries root first, and one good guess is the whole node',
    line: 'PermitRootLogin prohibit-password',
  },
  {
    keyword: 'passwordauthentication',
    unset: 'yes',
    isBad: (value) => value === 'yes',
    id: 'sshd-passwords',
    severity: 'medium',
    what: 'sshd takes passwords',
    why: 'passwords are guessed, reused and phished; keys are not',
    line: 'PasswordAuthentication no',
  },
  {
    keyword: 'permitemptypasswords',
    unset: 'no',
    isBad: (value) => value === 'yes',
    id: 'sshd-empty-passwords',
    severity: 'high',
    what: 'sshd lets accounts in that have no password',
    why: 'knowing the name of such an account is enough',
    line: 'PermitEmptyPasswords no',
  },
  {
    keyword: 'x11forwarding',
    unset: 'no',
    isBad: (value) => value === 'yes',
    id: 'sshd-x11',
    severity: 'low',
    what: 'sshd forwards X11',
    why: 'root of the node can read the screen and type on the desktop of who forwards it',
    line: 'X11Forwarding no',
  },
  {
    keyword: 'hostbasedauthentication',
    unset: 'no',
    isBad: (value) => value === 'yes',
    id: 'sshd-hostbased',
    severity: 'medium',
    what: 'sshd believes other hosts who their users are',
    why: 'root on one node becomes any user on all of them',
    line: 'HostbasedAuthentication no',
  },
  {
    keyword: 'ignorerhosts',
    unset: 'yes',
    isBad: (value, settings) => value === 'no' && settings.get('hostbasedauthentication') === 'yes',
    id: 'sshd-rhosts',
    severity: 'medium',
    what: 'sshd heeds .rhosts and .shosts of users',
    why: 'each user decides who comes in without a key',
    line: 'IgnoreRhosts yes',
  },
  {
    keyword: 'strictmodes',
    unset: 'yes',
    isBad: (value) => value === 'no',
    id: 'sshd-strict-modes',
    severity: 'medium',
    what: 'sshd does not look who can write authorized_keys',
    why: 'a home that others can write is a login for them',
    line: 'StrictModes yes',
  },
];

/** Broken, or near it; names of sshd_config(5). */
const oldAlgorithms: Readonly<Record<string, { readonly option: string; readonly old: RegExp }>> = {
  ciphers: {
    option: 'Ciphers',
    old: /^(3des-cbc|aes\d+-cbc|arcfour.*|blowfish-cbc|cast128-cbc|rijndael-cbc.*)$/,
  },
  macs: { option: 'MACs', old: /^(hmac-md5|hmac-sha1-96|hmac-ripemd160|umac-32).*$/ },
  kexalgorithms: {
    option: 'KexAlgorithms',
    old: /^(diffie-hellman-group1-sha1|diffie-hellman-group14-sha1|diffie-hellman-group-exchange-sha1|rsa1024-sha1)$/,
  },
};

export function judgeSshd(answer: NodeAnswer): readonly Finding[] {
  const asked = rowsOf(answer, 'sshdsource').length > 0;
  return [...(asked ? settingFindings(answer) : []), ...rhostsFindings(answer)];
}

function settingFindings(answer: NodeAnswer): readonly Finding[] {
  const settings = settingsOf(answer);
  const bad = rules.filter(({ keyword, isBad }) => isBad(settings.get(keyword) ?? '', settings));
  const old = Object.entries(oldAlgorithms).flatMap(([keyword, { option, old: pattern }]) => {
    const value = settings.get(keyword) ?? '';
    const names = value.replace(/^[+^]/, '').split(',');
    const found = value.startsWith('-') ? [] : names.filter((name) => pattern.test(name));
    return found.length === 0 ? [] : [oldAlgorithm(keyword, option, found)];
  });
  return [...bad.map(findingOf), ...old];
}

/** The first value of a keyword wins (sshd_config(5)); `Keyword=value` is the same. */
function settingsOf(answer: NodeAnswer): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const row of rowsOf(answer, 'sshd')) {
    const [, keyword = '', value = ''] =
      /^([^\s=]+)[\s=]+"?([^"#]*?)"?\s*(?:#.*)?$/.exec(row.join(' ')) ?? [];
    const name = keyword.toLowerCase();
    if (!settings.has(name))
      settings.set(name, name.endsWith('s') && name in oldAlgorithms ? value : value.toLowerCase());
  }
  for (const { keyword, unset } of rules) if (!settings.has(keyword)) settings.set(keyword, unset);
  return settings;
}

function findingOf({ id, severity, what, why, line }: Rule): Finding {
  return { check: 'sshd', id, severity, what, why, fix: [`/etc/ssh/sshd_config: ${line}`, reload] };
}

const reload = 'sshd -t && systemctl reload ssh || systemctl reload sshd';

function oldAlgorithm(keyword: string, option: string, found: readonly string[]): Finding {
  return {
    check: 'sshd',
    id: `sshd-old-${keyword}`,
    severity: 'medium',
    what: `sshd offers old ${option}: ${found.join(', ')}`,
    why: 'a listener on the way may break them, now or later from a recording',
    fix: [`/etc/ssh/sshd_config: ${option} -${found.join(',')}`, reload],
  };
}

function rhostsFindings(answer: NodeAnswer): readonly Finding[] {
  return rowsOf(answer, 'file')
    .filter(([kind]) => kind === 'rhosts')
    .map(([, , , , ...path]): Finding => {
      const file = path.join('\t');
      return {
        check: 'sshd',
        id: 'sshd-rhosts-file',
        severity: 'medium',
        what: `${file} lets hosts in without a key`,
        why: 'rsh, rlogin and host-based ssh believe what it says, and nobody remembers that it is there',
        fix: [`rm ${quoteForSh(file)}`],
      };
    });
}
