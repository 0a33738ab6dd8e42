// Records of pax headers, and how extended attributes travel in them: as GNU tar writes them (its xheader.c).
// Values are bytes: texts here are latin1, one char a byte.
import type { Attributes } from '../file-entry.ts';
import { pathBytes, pathText } from '../path-text.ts';
import { aclText } from './acl-text.ts';

export type PaxRecords = ReadonlyMap<string, string>;

/** @throws Error for what is no pax header */
export function readPax(bytes: Buffer): PaxRecords {
  const records = new Map<string, string>();
  const text = bytes.toString('latin1');
  for (let at = 0; at < text.length; ) {
    const length = /^\d{1,10} /.exec(text.slice(at, at + 12))?.[0];
    const size = Number(length);
    const record = text.slice(at, at + size);
    const equals = record.indexOf('=');
    if (length === undefined || equals < 0 || !record.endsWith('\n'))
      throw new Error('a pax header of the archive is damaged');
    records.set(record.slice(length.length, equals), record.slice(equals + 1, -1));
    at += size;
  }
  return records;
}

export function writePax(records: PaxRecords): Buffer {
  return Buffer.from([...records].map(([key, value]) => recordOf(key, value)).join(''), 'latin1');
}

function recordOf(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  // The length counts its own digits.
  let length = rest.length;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return `${length}${rest}`;
}

const xattr = 'SCHILY.xattr.';
/** ACLs travel as text; where the kernel's own form is there as well, it is that with numbers in the place of names. */
const special: Readonly<Record<string, string>> = {
  'SCHILY.acl.access': 'acl.access',
  'SCHILY.acl.default': 'acl.default',
  'RHT.security.selinux': 'security.selinux',
};

/** The extended attributes among records, ordered by name. */
export function attributesOf(records: PaxRecords): Attributes {
  return [...records]
    .flatMap(([key, value]) => {
      const name =
        special[key] ??
        (key.startsWith(xattr)
          ? pathName(key.slice(xattr.length).replaceAll('%3D', '=').replaceAll('%25', '%'))
          : undefined);
      if (name === undefined || name.startsWith('system.posix_acl_')) return [];
      const kernelForm = records.get(`${xattr}system.posix_${name.replace('.', '_')}`);
      const numbers = kernelForm === undefined ? undefined : aclText(Buffer.from(kernelForm, 'latin1'));
      return [{ name, value: Buffer.from(numbers ?? value, 'latin1').toString('base64') }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function recordsOf(attributes: Attributes): PaxRecords {
  const keys = new Map(Object.entries(special).map(([key, name]) => [name, key]));
  return new Map(
    attributes.map(({ name, value }) => [
      keys.get(name) ?? xattr + keyword(Buffer.from(pathBytes(name)).toString('latin1')),
      Buffer.from(value, 'base64').toString('latin1'),
    ]),
  );
}

/** A keyword ends at `=`: GNU tar's xattr_encode_keyword. */
function keyword(name: string): string {
  return name.replaceAll('%', '%25').replaceAll('=', '%3D');
}

/** Names stand in a list of `name=value` parted by commas. */
function pathName(name: string): string {
  return pathText(Buffer.from(name, 'latin1')).replaceAll('=', '\\x3d').replaceAll(',', '\\x2c');
}
