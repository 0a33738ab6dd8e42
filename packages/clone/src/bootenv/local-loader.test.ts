import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { anyFileSystem, loaderFor } from './local-loader.ts';

const loader = Buffer.from(`MZ\0set wanted=${anyFileSystem}\nsearch --fs-uuid $wanted\0`);

it('names the file system in the loader, and changes nothing else', () => {
  const uuid = randomUUID();
  expect(loaderFor(loader, uuid).toString()).toBe(loader.toString().replace(anyFileSystem, uuid));
  expect(loader.toString()).toContain(anyFileSystem);
});

it.each(['', 'abc', '$(reboot)'.padEnd(36, '-')])('takes no %o for a UUID', (text) => {
  expect(loaderFor(loader, text)).toBe(loader);
});
