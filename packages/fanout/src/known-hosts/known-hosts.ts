// Everything that is known about host keys: parsed once, indexed, asked for every node of a run.
import { readFile } from 'node:fs/promises';
import { HeorotError } from '@heorot/inventory';
import { isPlainPattern, patternList } from '../ssh-config/pattern-list.ts';
import { HashedNames } from './hashed-names.ts';
import { fingerprint, keyTypeOf } from './host-key.ts';
import { type KnownHostsLine, knownHostName, parseKnownHostsLine } from './known-hosts-line.ts';

/** What a host is looked up by. */
export interface HostIdentity {
  readonly host: string;
  readonly port: number;
  /** HostKeyAlias of ssh_config(5): looked up instead, and without the port. */
  readonly alias?: string | undefined;
}

/** What the files say about a key that a host showed. */
export type HostKeyVerdict =
  | { readonly kind: 'known'; readonly where: string }
  | { readonly kind: 'unknown' }
  /** The host is known by another key, of this or of another type. */
  | {
      readonly kind: 'changed';
      readonly where: string;
      readonly keyType: string;
      readonly fingerprint: string;
    }
  | { readonly kind: 'revoked'; readonly where: string }
  /** Only a certificate of this authority would do, and the host showed a plain key. */
  | { readonly kind: 'certificate-only'; readonly where: string };

/** A known_hosts file that was read. */
export interface KnownHostsFile {
  readonly path: string;
  readonly text: string;
}

interface Entry extends KnownHostsLine {
  /** `file:line` */
  readonly where: string;
}

/**
 * Reads the files in order; one that does not exist is as good as empty.
 * @throws HeorotError `known-hosts-unreadable`: what cannot be read might hold a revocation
 */
export async function readKnownHosts(paths: readonly string[]): Promise<KnownHosts> {
  const files = await Promise.all(paths.map(readKnownHostsFile));
  return new KnownHosts(files.filter((file) => file !== undefined));
}

async function readKnownHostsFile(path: string): Promise<KnownHostsFile | undefined> {
  try {
    return { path, text: await readFile(path, 'utf8') };
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined;
    throw new HeorotError('known-hosts-unreadable', `known hosts '${path}' cannot be read`, {
      hint: `ls -l ${path}`,
      cause: error,
    });
  }
}

/**
 * An index of known_hosts files with the semantics of OpenSSH.
 *
 * @example new KnownHosts([{ path, text }]).check({ host: 'n1', port: 22 }, key)
 */
export class KnownHosts {
  /** Lines that were passed over, `file:line: why`. */
  readonly problems: readonly string[];
  readonly #plain = new Map<string, Entry[]>();
  readonly #patterns: { readonly entry: Entry; readonly matches: (name: string) => boolean }[] = [];
  readonly #hashed: readonly Entry[];
  readonly #hashedNames: HashedNames;
  readonly #hasAuthorities: boolean;
  readonly #hasHardwareKeys: boolean;
  readonly #found = new Map<string, readonly Entry[]>();

  constructor(files: readonly KnownHostsFile[]) {
    const { entries, problems } = parseFiles(files);
    this.problems = problems;
    const hashed = entries.flatMap((entry) =>
      entry.hosts.kind === 'hashed' ? [{ entry, name: entry.hosts.name }] : [],
    );
    this.#hashed = hashed.map(({ entry }) => entry);
    this.#hashedNames = new HashedNames(hashed.map(({ name }) => name));
    this.#hasAuthorities = entries.some(({ marker }) => marker === 'cert-authority');
    this.#hasHardwareKeys = entries.some(isHardwareKey);
    for (const entry of entries) this.#index(entry);
  }

  /** What OpenSSH's `check_host_key` would find; decides nothing. */
  check(host: HostIdentity, key: Buffer): HostKeyVerdict {
    const entries = this.#lookUp(nameOf(host));
    const verdict = judge(entries, key);
    const settled = verdict.kind !== 'unknown' && verdict.kind !== 'certificate-only';
    if (settled || host.port === 22 || host.alias !== undefined) return verdict;
    // As OpenSSH: a key recorded for the name without the port will do, but its absence or change there says nothing.
    const portless = judge(this.#lookUp(host.host.toLowerCase()), key);
    return portless.kind === 'known' || portless.kind === 'revoked' ? portless : verdict;
  }

  /**
   * Key types recorded for the host, in the order of the files: the only ones to offer. Empty for an unknown host.
   * The name without the port has no say here: another server of that machine may have keys of other types.
   */
  keyTypesFor(host: HostIdentity): readonly string[] {
    return keyTypes(this.#lookUp(nameOf(host)));
  }

  /** All lines that count for the host, in the form of OpenSSH for a host named `name`, and where each stands. */
  linesFor(host: HostIdentity, name: string): readonly { readonly line: string; readonly where: string }[] {
    const names = new Set([nameOf(host), ...(host.alias === undefined ? [host.host.toLowerCase()] : [])]);
    return [...names]
      .flatMap((each) => this.#lookUp(each))
      .map(({ marker, keyType, key, where }) => ({
        line: `${marker === 'none' ? '' : `@${marker} `}${name} ${keyType} ${key.toString('base64')}`,
        where,
      }));
  }

  /** `file:line` of a certificate authority for a host of which no plain key is known; else undefined. */
  certificateAuthorityOnly(host: HostIdentity): string | undefined {
    // Few files have any: hashed names need not be searched for a host that no authority covers.
    if (!this.#hasAuthorities) return undefined;
    const names = host.alias === undefined ? [nameOf(host), host.host.toLowerCase()] : [nameOf(host)];
    if (names.some((name) => keyTypes(this.#lookUp(name)).length > 0)) return undefined;
    return this.#lookUp(nameOf(host)).find((entry) => entry.marker === 'cert-authority')?.where;
  }

  /** `file:line` of a FIDO key (`sk-...`) for a host of which no other is known: ssh2 cannot verify one. */
  hardwareKeyOnly(host: HostIdentity): string | undefined {
    if (!this.#hasHardwareKeys) return undefined;
    const names = host.alias === undefined ? [nameOf(host), host.host.toLowerCase()] : [nameOf(host)];
    const known = names.flatMap((name) => this.#lookUp(name)).filter(({ marker }) => marker === 'none');
    return known.every(isHardwareKey) ? known[0]?.where : undefined;
  }

  /** Makes a key known for the rest of this process; writing it down is appendKnownHosts' part. */
  add(host: HostIdentity, key: Buffer, where: string): void {
    const name = nameOf(host);
    const keyType = keyTypeOf(key);
    if (keyType === undefined) throw new TypeError('not a host key');
    this.#index({
      marker: 'none',
      hosts: { kind: 'patterns', patterns: [name] },
      keyType,
      key,
      comment: '',
      where,
    });
    this.#found.delete(name);
  }

  #index(entry: Entry): void {
    if (entry.hosts.kind === 'hashed') return;
    const { patterns } = entry.hosts;
    if (!patterns.every(isPlainPattern)) {
      this.#patterns.push({ entry, matches: patternList(patterns) });
      return;
    }
    for (const name of new Set(patterns)) {
      const entries = this.#plain.get(name);
      if (entries === undefined) this.#plain.set(name, [entry]);
      else entries.push(entry);
    }
  }

  /** Every line for the name: a later @revoked must not be missed for an earlier match. */
  #lookUp(name: string): readonly Entry[] {
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    const found = [
      ...(this.#plain.get(name) ?? []),
      ...this.#patterns.filter(({ matches }) => matches(name)).map(({ entry }) => entry),
      ...this.#hashedNames.find(name).flatMap((index) => this.#hashed[index] ?? []),
    ];
    this.#found.set(name, found);
    return found;
  }
}

/** The name that is looked up and recorded for a host. */
export function nameOf(host: HostIdentity): string {
  return host.alias === undefined ? knownHostName(host.host, host.port) : host.alias.toLowerCase();
}

function judge(entries: readonly Entry[], key: Buffer): HostKeyVerdict {
  const same = (entry: Entry) => entry.key.equals(key);
  const revoked = entries.find((entry) => entry.marker === 'revoked' && same(entry));
  if (revoked !== undefined) return { kind: 'revoked', where: revoked.where };

  const plain = entries.filter((entry) => entry.marker === 'none');
  const known = plain.find(same);
  if (known !== undefined) return { kind: 'known', where: known.where };

  const type = keyTypeOf(key);
  const other = plain.find((entry) => entry.keyType === type) ?? plain[0];
  if (other !== undefined) {
    return {
      kind: 'changed',
      where: other.where,
      keyType: other.keyType,
      fingerprint: fingerprint(other.key),
    };
  }
  const authority = entries.find((entry) => entry.marker === 'cert-authority');
  return authority === undefined ? { kind: 'unknown' } : { kind: 'certificate-only', where: authority.where };
}

function isHardwareKey({ keyType }: Entry): boolean {
  return keyType.startsWith('sk-');
}

function keyTypes(entries: readonly Entry[]): readonly string[] {
  return [...new Set(entries.filter((entry) => entry.marker === 'none').map((entry) => entry.keyType))];
}

function parseFiles(files: readonly KnownHostsFile[]): { entries: Entry[]; problems: string[] } {
  const entries: Entry[] = [];
  const problems: string[] = [];
  for (const { path, text } of files) {
    for (const [index, line] of text.split('\n').entries()) {
      const parsed = parseKnownHostsLine(line);
      if (parsed.kind === 'entry') entries.push({ ...parsed.line, where: `${path}:${index + 1}` });
      if (parsed.kind === 'bad') problems.push(`${path}:${index + 1}: ${parsed.reason}`);
    }
  }
  return { entries, problems };
}
