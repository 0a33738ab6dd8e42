import { expect, it } from 'vitest';
import { aclText } from './acl-text.ts';
import { attributesOf } from './pax-records.ts';

const none = 0xff_ff_ff_ff;
/** As getfattr shows it of a file with `setfacl -m u:1:r,g:4000000000:rwx`. */
const kernelForm = Buffer.alloc(4 + 6 * 8);
kernelForm.writeUInt32LE(2, 0);
for (const [at, [tag, permissions, id]] of (
  [
    [0x01, 6, none],
    [0x02, 4, 1],
    [0x04, 4, none],
    [0x08, 7, 4_000_000_000],
    [0x10, 7, none],
    [0x20, 0, none],
  ] as const
).entries()) {
  kernelForm.writeUInt16LE(tag, 4 + at * 8);
  kernelForm.writeUInt16LE(permissions, 6 + at * 8);
  kernelForm.writeUInt32LE(id, 8 + at * 8);
}
const byNumber = 'user::rw-\nuser:1:r--\ngroup::r--\ngroup:4000000000:rwx\nmask::rwx\nother::---\n';

it('names users and groups by number', () => {
  expect(aclText(kernelForm)).toBe(byNumber);
});

it.each([Buffer.alloc(0), Buffer.from('user::rw-\n'), kernelForm.subarray(0, 9)])(
  'makes nothing of what is no ACL',
  (bytes) => {
    expect(aclText(bytes)).toBeUndefined();
  },
);

it('is taken in the place of names in an archive, where the archive has both', () => {
  const text = 'user::rw-\nuser:daemon:r--\ngroup::r--\nmask::r--\nother::r--\n';
  const only = new Map([['SCHILY.acl.access', text]]);
  const both = new Map([...only, ['SCHILY.xattr.system.posix_acl_access', kernelForm.toString('latin1')]]);
  const value = (words: string) => [{ name: 'acl.access', value: Buffer.from(words).toString('base64') }];
  expect(attributesOf(both)).toEqual(value(byNumber));
  expect(attributesOf(only)).toEqual(value(text));
});
