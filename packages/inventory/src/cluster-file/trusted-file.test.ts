import { chown } from 'node:fs/promises';
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
    // Root's own files are trusted by everybody: a run of the tests by root has to give it away first.
    if (me === 0) await chown(path, 1234, 1234);
    await expect(readTrustedFile(path, 4_000_000)).rejects.toMatchObject({
      code: 'file-not-trusted',
      message: expect.stringMatching(/belongs to another user/),
    });
    expect(await readTrustedFile('/etc/passwd', 4_000_000)).toContain('root');
  });

  it('reads nothing but regular files', async () => {
    await expect(readTrustedFile('/dev/null', me)).rejects.toMatchObject({ code: 'file-unreadable' });
  });

  it('says that a file is missing', async () => {
    await using folder = await scratchFolder();
    await expect(readTrustedFile(`${folder.path}/none`, me)).rejects.toMatchObject({ code: 'file-missing' });
  });
});
