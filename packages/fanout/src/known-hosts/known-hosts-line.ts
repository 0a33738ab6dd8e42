// One line of a known_hosts file, as sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT", describes it.
import { randomBytes } from 'node:crypto';
import { formatHashedName, type HashedName, parseHashedName } from './hashed-names.ts';
import { keyTypeOf } from './host-key.ts';

export interface KnownHostsLine {
  readonly marker: 'none' | 'cert-authority' | 'revoked';
  readonly hosts: HostField;
  readonly keyType: string;
  readonly key: Buffer;
  readonly comment: string;
}

export type HostField =
  /** Names, addresses and patterns in lower case, as they stood between commas. */
  | { readonly kind: 'patterns'; readonly patterns: readonly string[] }
  | { readonly kind: 'hashed'; readonly name: HashedName };

export type ParsedKnownHostsLine =
  | { readonly kind: 'entry'; readonly line: KnownHostsLine }
  | { readonly kind: 'blank' }
  | { readonly kind: 'bad'; readonly reason: string };

/** Never throws: OpenSSH passes over a bad line, and so must a reader with thousands of good ones. */
export function parseKnownHostsLine(text: string): ParsedKnownHostsLine {
  const words = text.trim().split(/[ \t]+/);
  if (words[0] === '' || text.trimStart().startsWith('#')) return { kind: 'blank' };

  const marker = words[0]?.startsWith('@') === true ? words.shift() : undefined;
  if (marker !== undefined && marker !== '@cert-authority' && marker !== '@revoked') {
    return bad(`unknown marker '${marker}'`);
  }
  const [hostField, keyType, encoded, ...comment] = words;
  if (hostField === undefined || keyType === undefined || encoded === undefined)
    return bad('host names, key type and key expected');
  if (/^\d+$/.test(keyType)) return bad('a key of SSH protocol 1');

  const hosts = parseHosts(hostField);
  if (hosts === undefined) return bad('malformed hashed host name');
  const key = Buffer.from(encoded, 'base64');
  const inside = keyTypeOf(key);
  if (inside === undefined) return bad('malformed key');
  if (inside !== keyType) return bad(`key type '${keyType}' holds a key of type '${inside}'`);
  const kind = marker === '@revoked' ? 'revoked' : marker === '@cert-authority' ? 'cert-authority' : 'none';
  return { kind: 'entry', line: { marker: kind, hosts, keyType, key, comment: comment.join(' ') } };
}

/** What a host is called in known_hosts: the port is named unless it is 22. */
export function knownHostName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/**
 * A line for one host and key; with `hash` a line of its own for each name, as OpenSSH writes it.
 * @returns lines with their line feeds
 */
export function formatKnownHostLine(
  names: readonly string[],
  key: Buffer,
  options: { readonly hash?: boolean } = {},
): string {
  const type = keyTypeOf(key);
  if (type === undefined) throw new TypeError('not a host key');
  const suffix = `${type} ${key.toString('base64')}\n`;
  if (options.hash !== true) return `${names.join(',')} ${suffix}`;
  return names.map((name) => `${formatHashedName(name, randomBytes(20))} ${suffix}`).join('');
}

function parseHosts(field: string): HostField | undefined {
  if (!field.startsWith('|')) return { kind: 'patterns', patterns: field.toLowerCase().split(',') };
  const name = parseHashedName(field);
  return name === undefined ? undefined : { kind: 'hashed', name };
}

function bad(reason: string): ParsedKnownHostsLine {
  return { kind: 'bad', reason };
}
