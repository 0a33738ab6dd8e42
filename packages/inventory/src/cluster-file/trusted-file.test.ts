import { describe, expect, it } from 'vitest';
import { scratchFolder } from './scratch-folder.test.fixture.ts';
import { readTrustedFile } from './trusted-file.ts';

const me = process.getuid?.();

describe('readTrustedFile', () => {
  it('reads a file of the user that only the user can write', async () => {
    await using folder = await scratchFolder({ 'cluster.yaml': 'nodes:\n' });
    expect(await readTrustedFile(`${folder.path}/cluster.yaml`, me)).toBe('nodes:\n');
  });

  it.each([
    [0o664, '0664'],
    [0o646, '0646'],
    [0o666, '0666'],
  ])('refuses mode %o, and gives the chmod that cures it', async (mode, shown) => {
    await using folder = await scratchFolder();
    const path = await folder.write('cluster.yaml', '', mode);
    await expect(readTrustedFile(path, me)).rejects.toMatchObject({
      code: 'file-not-trusted',
      message: `${path}: refused, others can write it (mode ${shown})`,
      hint: `chmod go-w ${path}`,
    });
  });

  it('quotes an odd path in the command it gives', async () => {
    await using folder = await scratchFolder();
    const path = await folder.write("it's here.yaml", '', 0o666);
    await expect(readTrustedFile(path, me)).rejects.toMatchObject({
      hint: `chmod go-w '${path.replace("'", "'\\''")}'`,
    });
  });

  it('refuses a file of another user, unless that is root', async () => {
    await using folder = await scratchFolder({ 'cluster.yaml': '' });
    const path = `${folder.path}/cluster.yaml`;
    const isRoot = me === 0;
    const asStranger = readTrustedFile(path, 4_000_000);
    // Root's files are trusted by everybody, so a run of the tests by root sees them read.
    if (isRoot) expect(await asStranger).toBe('');
    else await expect(asStranger).rejects.toMatchObject({ code: 'file-not-trusted' });
    await expect(readTrustedFile('/dev/null', me)).rejects.toMatchObject({ code: 'file-unreadable' });
  });

  it('says that a file is missing', async () => {
    await using folder = await scratchFolder();
    await expect(readTrustedFile(`${folder.path}/none`, me)).rejects.toMatchObject({ code: 'file-missing' });
  });
});
