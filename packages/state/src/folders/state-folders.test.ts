import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheFolder, makePrivateFolder, stateFolder } from './state-folders.ts';

describe('state and cache folders', () => {
  it.each([
    ['the XDG variable', { XDG_STATE_HOME: '/s', HOME: '/home/u' }, '/s/heorot/dsh'],
    ['the default of the specification', { HOME: '/home/u' }, '/home/u/.local/state/heorot/dsh'],
    [
      'the default when the variable is relative',
      { XDG_STATE_HOME: 's', HOME: '/home/u' },
      '/home/u/.local/state/heorot/dsh',
    ],
    ["a service's own folder", { STATE_DIRECTORY: '/var/lib/heorot', HOME: '/root' }, '/var/lib/heorot/dsh'],
  ])('state follows %s', (_, env, expected) => {
    expect(stateFolder(env, 'dsh')).toBe(expected);
  });

  it('is shared by all tools when no tool is named', () => {
    expect(stateFolder({ XDG_STATE_HOME: '/s' })).toBe('/s/heorot');
    expect(cacheFolder({ HOME: '/home/u' })).toBe('/home/u/.cache/heorot');
  });

  it('is an error without a home', () => {
    expect(() => stateFolder({})).toThrow('neither XDG_STATE_HOME nor HOME names a folder');
  });
});

describe('making a private folder', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'heorot-state-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('makes it and its parents for the owner alone', async () => {
    await makePrivateFolder(join(folder, 'a/b'));
    expect((await stat(join(folder, 'a'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, 'a/b'))).mode & 0o777).toBe(0o700);
  });

  it('says what stands in the way', async () => {
    await expect(makePrivateFolder('/dev/null/x')).rejects.toMatchObject({
      code: 'state-folder',
      message: 'cannot create the folder /dev/null/x: ENOTDIR: not a directory',
    });
  });
});
