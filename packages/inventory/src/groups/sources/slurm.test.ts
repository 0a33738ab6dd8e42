import { describe, expect, it } from 'vitest';
import { scratchFolder } from '../../cluster-file/scratch-folder.test.fixture.ts';
import { parseSinfo, slurmSource } from './slurm.ts';

const SINFO = `debug|idle|n[001-004]
debug|down*|n005
batch|mixed|n[010-019]
batch|allocated|n[020-029]
batch|down*|n005
batch|idle~|cloud[1-2]
empty|n/a|
`;

async function slurm(programs: Readonly<Record<string, string>>) {
  const folder = await scratchFolder(
    Object.fromEntries(Object.entries(programs).map(([name, text]) => [`bin/${name}`, `#!/bin/sh\n${text}`])),
  );
  const surroundings = {
    env: { PATH: `${folder.path}/bin:/usr/bin:/bin` },
    cwd: folder.path,
    home: folder.path,
    systemFolder: '/etc',
    userId: 0,
  };
  return { source: slurmSource('slurm', surroundings), [Symbol.asyncDispose]: folder[Symbol.asyncDispose] };
}

describe('parseSinfo', () => {
  it('reads partitions and states; signs of flags are cut off, a node of two partitions counts once', () => {
    const { partitions, states } = parseSinfo(SINFO);
    expect(Object.fromEntries(partitions)).toEqual({
      debug: ['n[001-004]', 'n005'],
      batch: ['n[010-019]', 'n[020-029]', 'n005', 'cloud[1-2]'],
      empty: [],
    });
    expect(Object.fromEntries(states)).toEqual({
      idle: ['n[001-004]', 'cloud[1-2]'],
      down: ['n005'],
      mixed: ['n[010-019]'],
      allocated: ['n[020-029]'],
    });
  });
});

describe('the Slurm source', () => {
  it('asks sinfo once for partitions and states', async () => {
    await using made = await slurm({
      sinfo: `[ "$*" = '--noheader --format=%R|%T|%N' ] || exit 9\ncat <<'.'\n${SINFO}.\n`,
    });
    const { source } = made;
    expect(await source.members('debug')).toEqual(['n[001-004]', 'n005']);
    expect(await source.members('state:idle')).toEqual(['n[001-004]', 'cloud[1-2]']);
    expect(await source.members('state:drained')).toEqual([]);
    expect(await source.members('state:nonsense')).toBeUndefined();
    expect(await source.members('nosuch')).toBeUndefined();
    expect(await source.groupNames()).toEqual([
      'debug',
      'batch',
      'empty',
      'state:idle',
      'state:down',
      'state:mixed',
      'state:allocated',
    ]);
    expect(await source.all()).toContain('n[010-019]');
  });

  it('asks squeue for the nodes of a job and of a user', async () => {
    await using made = await slurm({
      squeue: `case "$*" in
  *--jobs=77*) echo 'n[001-003]';;
  *--user=alice*) echo n001; echo '(null)'; echo 'n[007-008]';;
  *--jobs=78*) echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1;;
  *--jobs=79*) echo 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)' >&2; exit 1;;
esac
`,
    });
    expect(await made.source.members('job:77')).toEqual(['n[001-003]']);
    expect(await made.source.members('user:alice')).toEqual(['n001', 'n[007-008]']);
    expect(await made.source.members('user:bob')).toEqual([]);
    expect(await made.source.members('job:78')).toBeUndefined();
    await expect(made.source.members('job:79')).rejects.toThrow(
      "group source 'slurm' failed: exit status 1: slurm_load_jobs error: Unable to contact slurm controller",
    );
    await expect(made.source.members('job:1;id')).rejects.toMatchObject({ code: 'group-name-invalid' });
    await expect(made.source.members('user:-x')).rejects.toMatchObject({ code: 'group-name-invalid' });
  });

  it('says that Slurm is not here', async () => {
    await using folder = await scratchFolder();
    const surroundings = {
      env: { PATH: folder.path },
      cwd: folder.path,
      home: folder.path,
      systemFolder: '/etc',
      userId: 0,
    };
    await expect(slurmSource('slurm', surroundings).all()).rejects.toMatchObject({
      code: 'source-failed',
      message: "group source 'slurm' failed: sinfo: not found",
    });
  });
});
