import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type NodeFacts, readFacts, setNodeFacts, writeFacts } from './facts.ts';
import { openInventory } from './open-inventory.ts';
import { scratchFolder } from './scratch-folder.test.fixture.ts';

const me = process.getuid?.();
const n1: NodeFacts = {
  recordedAt: '2026-11-22T04:00:00Z',
  labels: { cores: '64' },
  details: { nics: ['eth0'] },
};
const n2: NodeFacts = { recordedAt: '2026-11-22T04:00:01Z', labels: { cores: '32', site: 'b' } };

describe('facts', () => {
  it('come back as they were written, one node a line', async () => {
    await using folder = await scratchFolder();
    const path = `${folder.path}/facts.json`;
    await writeFacts(
      path,
      new Map([
        ['n2', n2],
        ['n1', n1],
      ]),
    );
    expect(await readFacts(path, me)).toEqual(
      new Map([
        ['n1', n1],
        ['n2', n2],
      ]),
    );
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(5);
    expect(await readdir(folder.path)).toEqual(['facts.json']);
  });

  it('are none while there is no file', async () => {
    await using folder = await scratchFolder();
    expect(await readFacts(`${folder.path}/facts.json`, me)).toEqual(new Map());
  });

  it('of some nodes are added to those of the others, and become labels below the ones people wrote', async () => {
    await using folder = await scratchFolder({
      'cluster.yaml':
        'facts: facts.json\ndefaults: {labels: {site: a}}\nnodes:\n  n1: {labels: {cores: many}}\n  n2:\n',
    });
    const open = async () => await openInventory({ env: {}, cwd: folder.path });
    await setNodeFacts(await open(), new Map([['n1', n1]]), me);
    await setNodeFacts(await open(), new Map([['n2', n2]]), me);
    const inventory = await open();
    expect(inventory.node('n1').labels).toEqual({ site: 'a', cores: 'many' });
    expect(inventory.node('n2').labels).toEqual({ site: 'b', cores: '32' });
  });

  it('need a place: the error says which line to add', async () => {
    await using folder = await scratchFolder({ 'cluster.yaml': '' });
    const inventory = await openInventory({ env: {}, cwd: folder.path });
    await expect(setNodeFacts(inventory, new Map(), me)).rejects.toMatchObject({
      code: 'facts-nowhere',
      hint: `add \`facts: facts.json\` to ${folder.path}/cluster.yaml`,
    });
  });

  it.each(['{', '{"n1": 3}', '{"n1": {"labels": {}}}'])('refuses %j, naming the file', async (text) => {
    await using folder = await scratchFolder({ 'facts.json': text });
    await expect(readFacts(`${folder.path}/facts.json`, me)).rejects.toMatchObject({ code: 'facts-invalid' });
  });
});
