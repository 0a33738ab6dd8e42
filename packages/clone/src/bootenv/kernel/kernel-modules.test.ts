import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { elfWithSections } from '../testing/elf-file.ts';
import { kernelModules } from './kernel-modules.ts';

let folder: string;

/** Name and path of each module to what it says of itself. */
const kernel: Readonly<Record<string, string>> = {
  'fs/ext4/ext4.ko': 'alias=fs-ext4\0depends=jbd2,mbcache\0softdep=pre: crc32c-intel post: other\0',
  'fs/jbd2/jbd2.ko': 'depends=crc16\0',
  'fs/mbcache.ko': 'depends=\0',
  'lib/crc16.ko': 'depends=\0',
  'arch/x86/crc32c-intel.ko': 'alias=crypto-crc32c\0depends=\0',
  'drivers/net/unused.ko': 'depends=\0',
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-modules-'));
  const root = join(folder, 'lib/modules/6.1.0-1-test');
  for (const [path, info] of Object.entries(kernel)) {
    mkdirSync(dirname(join(root, 'kernel', path)), { recursive: true });
    writeFileSync(join(root, 'kernel', path), elfWithSections({ '.modinfo': Buffer.from(info) }));
  }
  writeFileSync(join(root, 'modules.builtin'), 'kernel/drivers/tty/serial-core.ko\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('kernelModules', () => {
  it('takes a module with all it depends on, soft dependencies among them, and nothing else', async () => {
    const { release, modules } = await kernelModules(folder, ['ext4', 'serial_core']);
    expect(release).toBe('6.1.0-1-test');
    expect(modules.map(({ path }) => path)).toEqual([
      'kernel/lib/crc16.ko',
      'kernel/arch/x86/crc32c-intel.ko',
      'kernel/fs/ext4/ext4.ko',
      'kernel/fs/jbd2/jbd2.ko',
      'kernel/fs/mbcache.ko',
    ]);
  });

  it('writes the lists of modprobe: what depends on others stands before them', async () => {
    const { dependencyList, aliasList } = await kernelModules(folder, ['ext4']);
    const line = dependencyList.split('\n').find((each) => each.startsWith('kernel/fs/ext4/'));
    expect(line?.split(' ').indexOf('kernel/fs/jbd2/jbd2.ko')).toBeLessThan(
      line?.split(' ').indexOf('kernel/lib/crc16.ko') ?? 0,
    );
    expect(aliasList).toBe('alias crypto-crc32c crc32c_intel\nalias fs-ext4 ext4\n');
  });

  it('says which module there is not', async () => {
    await expect(kernelModules(folder, ['zfs'])).rejects.toThrow('has no module zfs');
  });

  it('says that a folder holds no kernel', async () => {
    await expect(kernelModules(join(folder, 'lib'), [])).rejects.toThrow('no modules of one kernel');
  });
});
