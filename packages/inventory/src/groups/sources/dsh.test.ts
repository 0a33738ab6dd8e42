import { describe, expect, it } from 'vitest';
import { scratchFolder } from '../../cluster-file/scratch-folder.test.fixture.ts';
import { dshFolders, dshSource } from './dsh.ts';

async function open(files: Readonly<Record<string, string>>) {
  const folder = await scratchFolder(files);
  const surroundings = {
    env: {},
    cwd: '/',
    home: `${folder.path}/home`,
    systemFolder: `${folder.path}/etc`,
    userId: process.getuid?.(),
  };
  return {
    source: dshSource('dsh', dshFolders(surroundings), surroundings),
    [Symbol.asyncDispose]: folder[Symbol.asyncDispose],
  };
}

describe("dsh's group files", () => {
  it("are read from the user's folder first, then from the system's", async () => {
    await using opened = await open({
      'home/.dsh/group/compute': '# mine\n  n1\nroot@n2 # the odd one\n\nn[3-4]\n',
      'etc/dsh/group/compute': 'other\n',
      'etc/dsh/group/io': 'io1\nio1\n',
      'etc/dsh/group/io~': 'backup\n',
      'etc/dsh/group/.hidden': 'hidden\n',
      'etc/dsh/machines.list': 'n1\nio1\n',
    });
    expect(await opened.source.members('compute')).toEqual(['n1', 'n2', 'n[3-4]']);
    expect(await opened.source.groupNames()).toEqual(['compute', 'io']);
    expect(await opened.source.members('none')).toBeUndefined();
    expect(await opened.source.all()).toEqual(['n1', 'io1']);
    expect(opened.source.settingsOf?.('n2')).toEqual({ user: 'root' });
    expect(opened.source.settingsOf?.('n1')).toBeUndefined();
  });

  it('are all nodes together where there is no machines.list', async () => {
    await using opened = await open({ 'etc/dsh/group/a': 'n1\n', 'etc/dsh/group/b': 'n2\n' });
    expect((await opened.source.all()).toSorted()).toEqual(['n1', 'n2']);
  });

  it.each([
    ['-oProxyCommand=x\n', /group\/a:1: '-oProxyCommand=x' is not a host/],
    ['n1\nroot@-oX\n', /group\/a:2: '-oX' is not a host/],
    ['-l@n1\n', /group\/a:1: '-l' is not a user name/],
    ['n1 n2\n', /group\/a:1: 'n1 n2' is not a host/],
  ])('refuse %j with file and line', async (text, message) => {
    await using opened = await open({ 'etc/dsh/group/a': text });
    await expect(opened.source.all()).rejects.toThrow(message);
  });
});
