// What a node says of itself when it has started: its token, the key it made, and its disks.
import { createHash } from 'node:crypto';
import { HeorotError, parseMac } from '@heorot/inventory';
import type { Disk } from '../storage/disk.ts';
import { derOf, publicKeyOf } from './signed-document.ts';
import { readLines } from './words.ts';

/** A disk with the digest of its first and last MiB, by which a change is noticed. */
export interface ClaimedDisk extends Disk {
  /** sha256, hex. */
  readonly table: string;
}

/** The hardware of a machine as it reports it. */
export interface MachineReport {
  readonly firmware: 'bios' | 'uefi';
  readonly memoryBytes: number;
  readonly systemSerial: string;
  readonly systemUuid: string;
  readonly product: string;
  readonly disks: readonly ClaimedDisk[];
}

export interface Claim extends MachineReport {
  readonly token: string;
  readonly mac: string;
  readonly nonce: string;
  /** Base64 of the DER form of an X25519 public key. */
  readonly key: string;
}

/** @throws HeorotError `claim-invalid` */
export function parseClaim(text: string): Claim {
  const lines = linesOf(text);
  const mac = parseMac(field(lines, 'mac', /./));
  if (mac === undefined) throw invalid('mac is none');
  const key = field(lines, 'key', /^[A-Za-z0-9+/]{40,100}={0,2}$/);
  if (keyKind(key) !== 'x25519') throw invalid('key is no X25519 key');
  return {
    token: field(lines, 'token', /^[0-9a-f]{32}$/),
    mac,
    nonce: field(lines, 'nonce', /^[0-9a-f]{32}$/),
    key,
    ...reportOf(lines),
  };
}

/** The hardware alone, of the text of a claim. @throws HeorotError `claim-invalid` */
export function parseMachineReport(text: string): MachineReport {
  return reportOf(linesOf(text));
}

type Lines = readonly (readonly string[])[];

function linesOf(text: string): Lines {
  const [heading, ...lines] = readLines(text);
  if (heading?.[0] !== 'heorot-claim' || heading[1] !== '1')
    throw invalid("the first line is not 'heorot-claim 1'");
  return lines;
}

function reportOf(lines: Lines): MachineReport {
  const optional = (name: string): string =>
    lines.find(([first]) => first === name)?.[1]?.slice(0, 200) ?? '';
  return {
    firmware: field(lines, 'firmware', /^(bios|uefi)$/) === 'uefi' ? 'uefi' : 'bios',
    memoryBytes: Number(field(lines, 'memory', /^\d{1,15}$/)),
    systemSerial: optional('system-serial'),
    systemUuid: optional('system-uuid'),
    product: optional('product'),
    disks: lines.filter(([first]) => first === 'disk').map((words) => diskOf(words, lines)),
  };
}

function field(lines: Lines, name: string, shape: RegExp): string {
  const found = lines.filter(([first]) => first === name);
  const value = found[0]?.[1];
  if (found.length !== 1 || value === undefined || !shape.test(value))
    throw invalid(`${name} is missing, comes twice or is malformed`);
  return value;
}

/** What a node shows on its console: the beginning of the sha256 of its key. */
export function claimFingerprint(key: string): string {
  return createHash('sha256')
    .update(derOf(publicKeyOf(key)))
    .digest('hex')
    .slice(0, 32);
}

function diskOf(words: readonly string[], lines: Lines): ClaimedDisk {
  const [, name = '', serial = '', wwn = '', size = '', table = '', busy = '', contents = ''] = words;
  if (!/^[\w!.-]{1,64}$/.test(name)) throw invalid('a disk without a name');
  if (!/^\d{1,16}$/.test(size)) throw invalid(`the size of disk ${name} is no number`);
  if (!/^[0-9a-f]{64}$/.test(table)) throw invalid(`the table of disk ${name} is no sha256`);
  return {
    name,
    links: lines.flatMap(([kind, disk, link]) =>
      kind === 'link' && disk === name && link !== undefined ? [link] : [],
    ),
    serial: serial === '' ? undefined : serial,
    wwn: wwn === '' ? undefined : wwn,
    sizeBytes: Number(size),
    contents,
    busy: busy === '' ? undefined : busy,
    table,
  };
}

function keyKind(base64: string): string | undefined {
  try {
    return publicKeyOf(base64).asymmetricKeyType;
  } catch {
    return undefined;
  }
}

function invalid(what: string): HeorotError {
  return new HeorotError('claim-invalid', `a claim is malformed: ${what}`);
}
