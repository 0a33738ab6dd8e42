import { access } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { scratchFolder } from '../../cluster-file/scratch-folder.test.fixture.ts';
import { type Upcalls, upcallSource } from './upcall.ts';

const env = { PATH: process.env.PATH };

async function sourceOf(upcalls: Upcalls, files: Readonly<Record<string, string>> = {}) {
  const folder = await scratchFolder(files);
  return {
    source: upcallSource({ name: 'site', upcalls, folder: folder.path, env }),
    [Symbol.asyncDispose]: folder[Symbol.asyncDispose],
    folder,
  };
}

describe('a source of commands', () => {
  it.each([
    ['echo $GROUP', 'r1'],
    ['echo ${GROUP}x', 'r1x'],
    ["echo '$GROUP'", 'r1'],
    ['sh -c "printenv GROUP SOURCE"', 'r1 site'],
    ["sed -n 's/^$GROUP: *//p' $CFGDIR/groups", 'n[1-2] n4'],
    ['awk -F: \'$1 == "$GROUP" {print $2}\' groups', 'n[1-2] n4'],
    ['echo $SOURCE; echo $OTHER', 'site'],
  ])('gives %j the group', async (map, words) => {
    await using made = await sourceOf({ map }, { groups: 'r1: n[1-2] n4\nr11: x\n' });
    expect((await made.source.members('r1'))?.join(' ')).toBe(words);
  });

  it.each([
    '$(touch ran)',
    '`touch ran`',
    'a;touch ran',
    'a|touch ran',
    "a'touch ran'",
    'a\ntouch ran',
    '-n',
    '',
    'a b',
    '../x',
    'a*',
    'a&b',
  ])('runs nothing for the group %j', async (group) => {
    await using made = await sourceOf({ map: 'touch asked; echo $GROUP' });
    await expect(made.source.members(group)).rejects.toMatchObject({ code: 'group-name-invalid' });
    await expect(access(`${made.folder.path}/ran`)).rejects.toThrow('ENOENT');
    await expect(access(`${made.folder.path}/asked`)).rejects.toThrow('ENOENT');
  });

  it('never puts a folder with odd characters into the text, only into the environment', async () => {
    await using folder = await scratchFolder({ 'a;touch ran/groups': 'n1' });
    const place = `${folder.path}/a;touch ran`;
    const source = upcallSource({
      name: 'site',
      upcalls: { map: 'cat "$CFGDIR/groups"' },
      folder: place,
      env,
    });
    expect(await source.members('r1')).toEqual(['n1']);
    await expect(access(`${place}/ran`)).rejects.toThrow('ENOENT');
  });

  it('tells an unknown group from an empty one where it can list its groups', async () => {
    await using made = await sourceOf({ map: 'true', list: 'echo empty' });
    expect(await made.source.members('empty')).toEqual([]);
    expect(await made.source.members('none')).toBeUndefined();
  });

  it('takes all nodes from `all`, else from every group', async () => {
    await using one = await sourceOf({ map: 'false', all: 'echo n1 n2' });
    expect(await one.source.all()).toEqual(['n1', 'n2']);
    await using other = await sourceOf({ map: 'echo n$GROUP', list: 'echo 1; echo 2' });
    expect(await other.source.all()).toEqual(['n1', 'n2']);
    await using none = await sourceOf({ map: 'true' });
    await expect(none.source.all()).rejects.toMatchObject({
      code: 'source-failed',
      hint: expect.stringMatching(/`all` or a `list`/),
    });
  });

  it('asks `reverse` for the groups of a node, and never for what is no host name', async () => {
    await using made = await sourceOf({ map: 'true', reverse: 'echo of-$NODE' });
    expect(await made.source.groupsOf?.('n1')).toEqual(['of-n1']);
    await expect(made.source.groupsOf?.('-x')).rejects.toMatchObject({ code: 'group-name-invalid' });
  });

  it('says how a command failed, and asks again next time', async () => {
    await using made = await sourceOf({
      map: '[ -e ok ] && echo n1 && exit; printf "\\n\\033[31mno server\\nmore\\n" >&2; exit 7',
    });
    await expect(made.source.members('a')).rejects.toMatchObject({
      code: 'source-failed',
      message: "group source 'site' failed: exit status 7: ?[31mno server",
    });
    await made.folder.write('ok', '');
    expect(await made.source.members('a')).toEqual(['n1']);
  });

  it('keeps an answer for its time', async () => {
    await using folder = await scratchFolder();
    let time = 0;
    const upcalls = { map: 'echo x >> count; wc -l < count' };
    const source = upcallSource({
      name: 'site',
      upcalls,
      folder: folder.path,
      env,
      cacheMs: 1000,
      now: () => time,
    });
    expect([await source.members('a'), await source.members('a')]).toEqual([['1'], ['1']]);
    time = 1001;
    expect(await source.members('a')).toEqual(['2']);
  });

  it('ends a command that hangs, with all it started', async () => {
    await using folder = await scratchFolder();
    const upcalls = { map: 'sleep 60 | sleep 60' };
    const source = upcallSource({ name: 'site', upcalls, folder: folder.path, env, timeoutMs: 200 });
    await expect(source.members('a')).rejects.toThrow("group source 'site' failed: no answer within 0.2 s");
  });
});
