// The machines lab without anything to boot: power, faults, and that nothing stays. Needs root, qemu-system-x86, ipxe-qemu, ovmf.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openInventory } from '@heorot/inventory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Machine, type MachinesLab, startMachinesLab } from '../src/index.ts';
import { qmp } from '../src/machines/qmp.ts';

let lab: MachinesLab;
let folder: string;
let machine: Machine;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-machines-'));
  lab = await startMachinesLab({
    folder,
    accelerator: 'tcg',
    machines: [
      { memoryMib: 128, processors: 1 },
      { firmware: 'uefi', memoryMib: 128, processors: 1 },
    ],
  });
  const [first] = lab.nodes;
  if (first === undefined) throw new Error('no machine');
  machine = first;
});

afterAll(async () => {
  await lab[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const statusOf = (of: Machine): Promise<unknown> => qmp(of.files.monitor, 'query-status');

describe('a machine of the lab', () => {
  it('is off until its button is pressed, and has a blank disk that takes no room', async () => {
    expect(machine.power).toBe('off');
    expect((await stat(machine.files.disk('DISK-n1'))).size).toBeLessThan(1e6);
  });

  it.each([0, 1])(
    'number %i runs when it is switched on, whatever its firmware, and not after the plug is pulled',
    async (at) => {
      const each = lab.nodes[at] ?? machine;
      await each.powerOn();
      expect(await statusOf(each)).toMatchObject({ running: true });
      await lab.fault(each.name, { kind: 'kill' });
      expect(each.power).toBe('off');
      await expect(statusOf(each)).rejects.toThrow('does not answer');
    },
  );

  it('is frozen, thawed and reset', async () => {
    await lab.fault('n1', { kind: 'reboot' });
    await lab.fault('n1', { kind: 'freeze' });
    expect(await statusOf(machine)).toMatchObject({ status: 'paused' });
    await lab.fault('n1', { kind: 'thaw' });
    await lab.fault('n1', { kind: 'reboot' });
    expect(await statusOf(machine)).toMatchObject({ status: 'running' });
  });

  it('cannot be slowed down, and says which lab can', async () => {
    await expect(lab.fault('n1', { kind: 'slow', delayMs: 1 })).rejects.toMatchObject({
      code: 'lab-fault-unsupported',
      hint: 'a namespaces lab can',
    });
  });
});

describe('a machines lab', () => {
  it('has a cluster file with the card of each machine', async () => {
    const inventory = await openInventory({ clusterFile: lab.clusterFile, env: {}, cwd: folder });
    const found = inventory.node('n2');
    expect(found).toMatchObject({ mac: lab.nodes[1]?.mac, address: lab.nodes[1]?.address });
    expect(await readFile(lab.knownHosts, 'utf8')).toBe('');
  });

  it('leaves no namespace, interface or process behind', async () => {
    const other = await mkdtemp(join(tmpdir(), 'heorot-machines-'));
    const second = await startMachinesLab({
      folder: other,
      accelerator: 'tcg',
      machines: [{ memoryMib: 128 }],
    });
    await second.nodes[0]?.powerOn();
    await second[Symbol.asyncDispose]();
    expect(execFileSync('ip', ['-brief', 'link']).toString()).not.toContain(second.head.interface);
    expect(execFileSync('ip', ['netns', 'list']).toString()).not.toContain(
      second.head.interface.replace('heorot', 'heorot-'),
    );
    expect(second.nodes[0]?.power).toBe('off');
    await rm(other, { recursive: true });
  });
});
