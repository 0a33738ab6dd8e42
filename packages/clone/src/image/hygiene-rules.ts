// What must not be in an image because it belongs to one machine: identity, secrets, traces. As data, to be listed and changed.
import type { FileEntry } from './file-entry.ts';

/** One rule. */
export interface HygieneRule {
  /** A glob from the root: `*` within one name, `**` over any depth. */
  readonly pattern: string;
  /** `absent`: left out at capture. `empty`: kept with no bytes in it. `kept`: as it is, whatever later rules say. */
  readonly must: 'absent' | 'empty' | 'kept';
  readonly why: string;
}

const identity = 'it is the identity of one machine';
const secret = 'it is a secret of one machine';
const trace = 'it is a trace of one machine';
const network = 'its addresses are those of one machine; the network is written at deployment';

/** The rules that hold unless a site changes them. */
export const defaultRules: readonly HygieneRule[] = [
  { pattern: 'etc/ssh/ssh_host_*', must: 'absent', why: identity },
  { pattern: 'etc/machine-id', must: 'empty', why: identity },
  { pattern: 'var/lib/dbus/machine-id', must: 'absent', why: identity },
  { pattern: 'etc/hostid', must: 'absent', why: identity },
  { pattern: 'etc/udev/rules.d/70-persistent-net.rules', must: 'absent', why: identity },
  { pattern: 'etc/systemd/network/*.network', must: 'absent', why: network },
  { pattern: 'etc/netplan/*.yaml', must: 'absent', why: network },
  { pattern: 'etc/NetworkManager/system-connections/*', must: 'absent', why: network },
  { pattern: 'etc/network/interfaces.d/*', must: 'absent', why: network },
  { pattern: 'etc/sysconfig/network-scripts/ifcfg-*', must: 'absent', why: network },
  {
    pattern: 'var/lib/systemd/random-seed',
    must: 'absent',
    why: 'nodes with one seed draw the same random numbers',
  },
  { pattern: 'var/lib/random-seed', must: 'absent', why: 'nodes with one seed draw the same random numbers' },
  {
    pattern: 'boot/efi/loader/random-seed',
    must: 'absent',
    why: 'nodes with one seed draw the same random numbers',
  },
  { pattern: 'var/lib/systemd/credential.secret', must: 'absent', why: secret },
  { pattern: 'etc/munge/munge.key', must: 'absent', why: 'it is handed over sealed, node by node' },
  { pattern: 'etc/krb5.keytab', must: 'absent', why: secret },
  { pattern: 'root/.ssh/authorized_keys', must: 'absent', why: 'keys are written at deployment' },
  { pattern: 'home/*/.ssh/authorized_keys', must: 'absent', why: 'keys are written at deployment' },
  { pattern: 'root/.ssh/id_*', must: 'absent', why: secret },
  { pattern: 'home/*/.ssh/id_*', must: 'absent', why: secret },
  { pattern: 'root/.*_history', must: 'absent', why: trace },
  { pattern: 'home/*/.*_history', must: 'absent', why: trace },
  { pattern: 'var/lib/dhcp/*.lease*', must: 'absent', why: 'a lease belongs to one machine' },
  { pattern: 'var/lib/dhclient/*.lease*', must: 'absent', why: 'a lease belongs to one machine' },
  { pattern: 'var/lib/NetworkManager/*.lease', must: 'absent', why: 'a lease belongs to one machine' },
  { pattern: 'var/lib/NetworkManager/secret_key', must: 'absent', why: secret },
  { pattern: 'var/lib/systemd/network/*', must: 'absent', why: 'a lease belongs to one machine' },
  { pattern: 'var/log/journal/**', must: 'absent', why: trace },
  { pattern: 'var/log/**/*.log', must: 'absent', why: trace },
  { pattern: 'var/log/{wtmp,btmp,lastlog,syslog,messages,secure}', must: 'empty', why: trace },
  { pattern: 'var/lib/cloud/instances/**', must: 'absent', why: identity },
  { pattern: 'var/cache/debconf/passwords.dat*', must: 'absent', why: secret },
  { pattern: 'var/cache/apt/archives/*.deb', must: 'absent', why: 'packages can be fetched again' },
  { pattern: '{swapfile,swap.img}', must: 'absent', why: 'swap is made at deployment' },
  { pattern: 'tmp/**', must: 'absent', why: trace },
  { pattern: 'var/tmp/**', must: 'absent', why: trace },
];

/** What checking a tree needs to know of each entry; a listing of a tar has it. */
export type TreeEntry = Pick<FileEntry, 'path' | 'type'> & { readonly size?: number };

/** An entry that breaks a rule. */
export interface HygieneFinding {
  readonly path: string;
  readonly rule: HygieneRule;
}

/** Every entry that must not be in an image as it is. Directories are left alone: they hold what is judged by itself. */
export function checkTree(
  entries: Iterable<TreeEntry>,
  rules: readonly HygieneRule[] = defaultRules,
): readonly HygieneFinding[] {
  const compiled = rules.map((rule) => ({ rule, expression: expressionOf(rule.pattern) }));
  const findings: HygieneFinding[] = [];
  for (const { path, type, size } of entries) {
    if (type === 'directory') continue;
    const clean = path.replace(/^(\.?\/)+/, '');
    const rule = compiled.find(({ expression }) => expression.test(clean))?.rule;
    if (rule === undefined || rule.must === 'kept') continue;
    if (rule.must === 'absent' || (type === 'file' && (size ?? 0) > 0)) findings.push({ path, rule });
  }
  return findings;
}

export type Fate = HygieneRule['must'];

/** Whether an entry is left out (`absent`), emptied, or taken as it is; for many paths. The first rule that fits counts. */
export function fateBy(rules: readonly HygieneRule[]): (path: string) => Fate {
  const compiled = rules.map(({ pattern, must }) => ({ must, expression: expressionOf(pattern) }));
  return (path) => {
    const clean = path.replace(/^(\.?\/)+/, '');
    return compiled.find(({ expression }) => expression.test(clean))?.must ?? 'kept';
  };
}

/** As {@link fateBy}, for one path. */
export function fateOf(path: string, rules: readonly HygieneRule[] = defaultRules): Fate {
  return fateBy(rules)(path);
}

/** The rules of a site: its own globs before ours. */
export function rulesWith(include: readonly string[], exclude: readonly string[]): readonly HygieneRule[] {
  const glob = (pattern: string): string => pattern.replace(/^(\.?\/)+/, '').replace(/\/$/, '');
  return [
    ...include.map((pattern) => ({ pattern: glob(pattern), must: 'kept', why: 'it is wanted' }) as const),
    ...exclude.flatMap((pattern) => [
      { pattern: glob(pattern), must: 'absent', why: 'it was left out' } as const,
    ]),
    ...defaultRules,
  ];
}

/** Accounts of an /etc/shadow that a password opens, root among them: an image keeps them locked. */
export function accountsWithPassword(shadow: string): readonly string[] {
  return shadow.split('\n').flatMap((line) => {
    const [name = '', password = ''] = line.split(':');
    const locked = name === '' || name.startsWith('#') || /^[!*]/.test(password);
    return locked ? [] : [name];
  });
}

function expressionOf(glob: string): RegExp {
  const source = glob
    .replace(/[.+^$()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*\*|\*|\?|\{([^}]*)\}/g, (found, choices: string | undefined) => {
      if (choices !== undefined) return `(?:${choices.split(',').join('|')})`;
      if (found === '**/') return '(?:.*/)?';
      if (found === '**') return '.*';
      return found === '*' ? '[^/]*' : '[^/]';
    });
  return new RegExp(`^${source}$`);
}
