import { describe, expect, it } from 'vitest';
import { locateClusterFile } from './locate-cluster-file.ts';
import { scratchFolder } from './scratch-folder.test.fixture.ts';

describe('locateClusterFile', () => {
  const everywhere = {
    'asked.yaml': '',
    'env.yaml': '',
    'work/cluster.yaml': '',
    'config/heorot/cluster.yaml': '',
    'home/.config/heorot/cluster.yaml': '',
    'etc/heorot/cluster.yaml': '',
  };

  it.each([
    [{ clusterFile: '../asked.yaml', HEOROT_CLUSTER: '../env.yaml' }, 'asked.yaml'],
    [{ HEOROT_CLUSTER: '../env.yaml' }, 'env.yaml'],
    [{ HEOROT_CLUSTER: '' }, 'work/cluster.yaml'],
    [{}, 'work/cluster.yaml'],
    [{ cwd: 'elsewhere', config: 'config' }, 'config/heorot/cluster.yaml'],
    [{ cwd: 'elsewhere' }, 'home/.config/heorot/cluster.yaml'],
    [{ cwd: 'elsewhere', home: 'nobody' }, 'etc/heorot/cluster.yaml'],
    [{ cwd: 'elsewhere', home: 'nobody', etc: 'nothing' }, undefined],
  ])('with %o takes %j', async (given: Record<string, string>, found) => {
    await using folder = await scratchFolder(everywhere);
    const { clusterFile, HEOROT_CLUSTER, cwd = 'work', config, home = 'home', etc = 'etc' } = given;
    const located = await locateClusterFile({
      clusterFile,
      cwd: `${folder.path}/${cwd}`,
      systemFolder: `${folder.path}/${etc}`,
      env: {
        HOME: `${folder.path}/${home}`,
        HEOROT_CLUSTER,
        XDG_CONFIG_HOME: config && `${folder.path}/${config}`,
      },
    });
    expect(located).toBe(found && `${folder.path}/${found}`);
  });

  it('says who asked for a file that is not there', async () => {
    await using folder = await scratchFolder();
    const places = { cwd: folder.path, env: { HEOROT_CLUSTER: 'none.yaml' } };
    await expect(locateClusterFile(places)).rejects.toMatchObject({
      code: 'file-missing',
      message: `${folder.path}/none.yaml: no such cluster file`,
      hint: 'it was asked for by $HEOROT_CLUSTER',
    });
  });
});
