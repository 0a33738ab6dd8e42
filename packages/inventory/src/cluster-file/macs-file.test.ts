import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseMac } from './mac-address.ts';
import { parseMacs, recordMac, recordMacs } from './macs-file.ts';
import { openInventory } from './open-inventory.ts';
import { scratchFolder } from './scratch-folder.test.fixture.ts';

const me = process.getuid?.();

describe('parseMac', () => {
  it.each(['52:54:00:AB:cd:01', '52-54-00-ab-cd-01', '5254.00ab.cd01', '525400ABCD01'])(
    'reads %j',
    (text) => {
      expect(parseMac(text)).toBe('52:54:00:ab:cd:01');
    },
  );
  it.each(['', '52:54:00:ab:cd', '52:54-00:ab:cd:01', '52:54:00:ab:cd:0g', '52:54:00:ab:cd:01:02'])(
    'refuses %j',
    (text) => {
      expect(parseMac(text)).toBeUndefined();
    },
  );
});

describe('the macs file', () => {
  it('has node,mac a line; comments, blank lines and a heading are passed over; the last line wins', () => {
    const text =
      'node,mac\n# learnt\n\nn1,52:54:00:00:00:01\nn2, 52-54-00-00-00-02 # new board\nn1,52:54:00:00:00:03\n';
    expect(parseMacs(text, 'macs.csv')).toEqual(
      new Map([
        ['n1', '52:54:00:00:00:03'],
        ['n2', '52:54:00:00:00:02'],
      ]),
    );
  });

  it.each([
    ['n1\n', 'macs.csv:1: expected node,mac'],
    ['n1,52:54:00:00:00:01\nn2,x\n', 'macs.csv:2: expected node,mac'],
    ['n1,52:54:00:00:00:01,x\n', 'macs.csv:1: expected node,mac'],
  ])('refuses %j with its line', (text, message) => {
    expect(() => parseMacs(text, 'macs.csv')).toThrow(message);
  });

  it('learns a MAC once, and refuses one that another node has', async () => {
    await using folder = await scratchFolder({ 'cluster.yaml': 'macs: macs.csv\nnodes:\n  n[1-2]:\n' });
    const open = async () => await openInventory({ env: {}, cwd: folder.path });
    await recordMac(await open(), 'n1', '52-54-00-00-00-01', me);
    await recordMac(await open(), 'n1', '52:54:00:00:00:01', me);
    expect(await readFile(`${folder.path}/macs.csv`, 'utf8')).toBe('n1,52:54:00:00:00:01\n');
    expect((await open()).node('n1').mac).toBe('52:54:00:00:00:01');
    await expect(recordMac(await open(), 'n2', '52:54:00:00:00:01', me)).rejects.toMatchObject({
      code: 'mac-taken',
    });
    await expect(recordMac(await open(), 'n2', 'x', me)).rejects.toMatchObject({ code: 'mac-invalid' });
  });

  it('learns those of many nodes at once, or none of them', async () => {
    await using folder = await scratchFolder({
      'cluster.yaml': 'macs: macs.csv\nnodes:\n  n[1-3]:\n',
      'macs.csv': 'n1,52:54:00:00:00:01\n',
    });
    const inventory = await openInventory({ env: {}, cwd: folder.path });
    const twice = new Map([
      ['n2', '52:54:00:00:00:02'],
      ['n3', '52:54:00:00:00:02'],
    ]);
    await expect(recordMacs(inventory, twice, me)).rejects.toMatchObject({ code: 'mac-taken' });
    await recordMacs(
      inventory,
      new Map([
        ['n1', '52:54:00:00:00:09'],
        ['n2', '52:54:00:00:00:02'],
      ]),
      me,
    );
    expect(await readFile(`${folder.path}/macs.csv`, 'utf8')).toBe(
      'n1,52:54:00:00:00:01\nn1,52:54:00:00:00:09\nn2,52:54:00:00:00:02\n',
    );
  });

  it('has to be named in the cluster file', async () => {
    await using folder = await scratchFolder({ 'cluster.yaml': '' });
    const inventory = await openInventory({ env: {}, cwd: folder.path });
    await expect(recordMac(inventory, 'n1', '52:54:00:00:00:01', me)).rejects.toMatchObject({
      code: 'macs-nowhere',
    });
  });
});
