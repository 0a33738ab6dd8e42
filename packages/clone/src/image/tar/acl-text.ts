// ACLs by number. GNU tar writes them as text with the names of the machine that it runs on, which mean nothing, or somebody else,
// where the archive is unpacked; beside it the kernel's own form has the numbers (linux/posix_acl_xattr.h).

const words: Readonly<Record<number, string>> = {
  0x01: 'user',
  0x02: 'user',
  0x04: 'group',
  0x08: 'group',
  0x10: 'mask',
  0x20: 'other',
};
const named = new Set([0x02, 0x08]);

/** @param bytes of `system.posix_acl_access` or `_default`. @returns as acl(5) has it; `undefined` for what is no ACL of version 2 */
export function aclText(bytes: Buffer): string | undefined {
  if (bytes.length < 4 || (bytes.length - 4) % 8 !== 0 || bytes.readUInt32LE(0) !== 2) return undefined;
  const lines: string[] = [];
  for (let at = 4; at < bytes.length; at += 8) {
    const tag = bytes.readUInt16LE(at);
    const word = words[tag];
    if (word === undefined) return undefined;
    const permissions = bytes.readUInt16LE(at + 2);
    const letters = ['r', 'w', 'x'].map((letter, bit) => (permissions & (4 >> bit) ? letter : '-')).join('');
    lines.push(`${word}:${named.has(tag) ? bytes.readUInt32LE(at + 4) : ''}:${letters}\n`);
  }
  return lines.join('');
}
