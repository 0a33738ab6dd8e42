// What ssh config says about one host, typed: values expanded, defaults not yet filled in where others may have a word.
import { join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import { type Algorithms, algorithmOptions, selectAlgorithms } from './algorithms.ts';
import { type Evaluated, evaluate } from './evaluate.ts';
import type { LocalMachine } from './local-machine.ts';
import { unsupportedOptions } from './option-table.ts';
import type { Directive, SshConfig } from './ssh-config-file.ts';
import { connectionTokens, expandPath, expandTokens } from './tokens.ts';

export interface HostConfig {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** As asked for, in order; undefined: the default keys. */
  readonly identityFiles: readonly string[] | undefined;
  readonly identitiesOnly: boolean;
  readonly agentSocket: string | undefined;
  readonly forwardAgent: boolean;
  /** Asked for by name; OpenSSH 10.1 warns unless told not to. */
  readonly warnWeakCrypto: boolean;
  readonly proxyJump: string | undefined;
  /** A ProxyCommand leads there, or may: a condition was left to OpenSSH. */
  readonly proxyCommand: boolean;
  readonly knownHostsFiles: readonly string[];
  readonly hashKnownHosts: boolean;
  readonly hostKeyAlias: string | undefined;
  readonly strictHostKeyChecking: 'yes' | 'accept-new';
  readonly connectTimeoutMs: number | undefined;
  /** Undefined where nothing is said of it; 0 = none. */
  readonly keepAliveIntervalMs: number | undefined;
  readonly keepAliveCountMax: number;
  readonly algorithms: Algorithms;
  /** Reasons why only OpenSSH's ssh can do what is asked. */
  readonly needsOpenssh: readonly string[];
  readonly warnings: readonly string[];
}

/** What the command line or the inventory says already; `-l`, `-p`, `-i`, `-J` of ssh. */
export interface Said {
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  readonly identity?: readonly string[] | undefined;
  readonly gateway?: string | undefined;
}

/** @throws HeorotError `ssh-config-invalid` */
export function hostConfig(config: SshConfig, host: string, said: Said, machine: LocalMachine): HostConfig {
  const evaluated = evaluate(config, { host, user: said.user }, machine);
  const { options, lists } = evaluated;
  const word = (keyword: string) => options.get(keyword)?.words[0];

  const hostName = expandTokens(word('hostname') ?? '%h', { h: host }).toLowerCase();
  const user = said.user ?? word('user') ?? machine.user;
  const port = said.port ?? number(options.get('port'), 1, 65_535) ?? 22;
  const alias = word('hostkeyalias')?.toLowerCase();
  const configuredJump = word('proxyjump');
  const jump =
    said.gateway ??
    (configuredJump && expandTokens(configuredJump, { h: hostName, n: host, p: String(port), r: user }));
  const tokens = connectionTokens(
    { original: host, host: hostName, port, user, alias, jump: jump ?? '' },
    machine,
  );
  const path = (text: string) => expandPath(text, tokens, machine);

  // What the inventory says is a path already; only ssh config has tokens.
  const written = (lists.get('identityfile') ?? []).flatMap(({ words }) => words[0] ?? []);
  const asked = [...(said.identity ?? []), ...written.filter((file) => file !== 'none').map(path)];
  const { strict, warnings } = strictness(options.get('stricthostkeychecking'));
  const { algorithms, missing } = chosenAlgorithms(options);
  const unsupported = unsupportedOptions(evaluated, machine);
  return {
    host: hostName,
    port,
    user,
    identityFiles: asked.length === 0 && written.length === 0 ? undefined : [...new Set(asked)],
    // A key that the inventory names is meant: an agent full of others would use up the server's patience.
    identitiesOnly: said.identity !== undefined || word('identitiesonly')?.toLowerCase() === 'yes',
    agentSocket: agentSocket(word('identityagent'), path, machine),
    forwardAgent: word('forwardagent')?.toLowerCase() === 'yes',
    warnWeakCrypto: word('warnweakcrypto')?.toLowerCase() === 'yes',
    proxyJump: jump,
    proxyCommand:
      evaluated.undecided.length > 0 ||
      (said.gateway === undefined && (word('proxycommand') ?? 'none').toLowerCase() !== 'none'),
    knownHostsFiles: knownHostsFiles(options, path, machine),
    hashKnownHosts: word('hashknownhosts')?.toLowerCase() === 'yes',
    hostKeyAlias: alias,
    strictHostKeyChecking: strict,
    // To ssh, 0 is no limit of its own.
    connectTimeoutMs: timeMs(options.get('connecttimeout')) || undefined,
    keepAliveIntervalMs: timeMs(options.get('serveraliveinterval')),
    keepAliveCountMax: number(options.get('serveralivecountmax'), 0, 1_000_000) ?? 3,
    algorithms,
    needsOpenssh: [...evaluated.undecided, ...missing, ...unsupported.needsOpenssh],
    warnings: [...warnings, ...unsupported.warnings],
  };
}

function strictness(directive: Directive | undefined): { strict: 'yes' | 'accept-new'; warnings: string[] } {
  const value = directive?.words[0]?.toLowerCase();
  if (value === 'accept-new') return { strict: 'accept-new', warnings: [] };
  if (value !== 'no' && value !== 'off') return { strict: 'yes', warnings: [] };
  const warning = `StrictHostKeyChecking ${value} (${directive?.where}) is taken for accept-new: a changed key is never accepted`;
  return { strict: 'accept-new', warnings: [warning] };
}

function knownHostsFiles(
  options: Evaluated['options'],
  path: (text: string) => string,
  machine: LocalMachine,
): string[] {
  const user = options.get('userknownhostsfile')?.words ?? ['~/.ssh/known_hosts', '~/.ssh/known_hosts2'];
  const system =
    options.get('globalknownhostsfile')?.words ??
    ['ssh_known_hosts', 'ssh_known_hosts2'].map((name) => join(machine.systemFolder, name));
  return [
    ...user.filter((file) => file !== 'none').map(path),
    ...system.filter((file) => file !== 'none').map(path),
  ];
}

function agentSocket(
  value: string | undefined,
  path: (text: string) => string,
  machine: LocalMachine,
): string | undefined {
  if (value === 'none') return undefined;
  if (value === undefined || value === 'SSH_AUTH_SOCK')
    return machine.environment['SSH_AUTH_SOCK'] || undefined;
  if (/^\$[A-Za-z_]\w*$/.test(value)) return machine.environment[value.slice(1)] || undefined;
  return path(value);
}

function chosenAlgorithms(options: Evaluated['options']): { algorithms: Algorithms; missing: string[] } {
  let algorithms: Algorithms = {};
  const missing: string[] = [];
  for (const [keyword, kind] of Object.entries(algorithmOptions)) {
    const directive = options.get(keyword);
    if (directive === undefined) continue;
    const list = selectAlgorithms(kind, directive.words.join(','));
    if (list.length === 0) missing.push(`${keyword} ${directive.words.join(',')} (${directive.where})`);
    else algorithms = { ...algorithms, [kind]: list };
  }
  return { algorithms, missing };
}

/** The time formats of sshd_config(5): `90`, `1m30s`, `1h`. */
function timeMs(directive: Directive | undefined): number | undefined {
  const text = directive?.words[0];
  if (directive === undefined || text === undefined || text.toLowerCase() === 'none') return undefined;
  if (!/^(\d+[smhdw]?)+$/i.test(text))
    throw new HeorotError('ssh-config-invalid', `${directive.where}: '${text}' is not a time`);
  const seconds = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;
  let total = 0;
  for (const [, count, unit] of text.toLowerCase().matchAll(/(\d+)([smhdw]?)/g)) {
    total +=
      Number(count) * (unit === 'm' || unit === 'h' || unit === 'd' || unit === 'w' ? seconds[unit] : 1);
  }
  return total * 1000;
}

function number(directive: Directive | undefined, least: number, most: number): number | undefined {
  const text = directive?.words[0];
  if (directive === undefined || text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new HeorotError(
      'ssh-config-invalid',
      `${directive.where}: '${text}' is not a number from ${least} to ${most}`,
    );
  }
  return value;
}
