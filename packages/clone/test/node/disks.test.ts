// The last look at a disk before it is written, by the node's own shell on made-up machines: whatever is not exactly the disk of the plan
// is refused. The disks are files, and none may be changed by looking.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseMachineReport } from '../../src/protocol/claim.ts';

interface FakeDisk {
  readonly serial?: string;
  readonly sectors?: number;
  readonly content?: string;
  readonly readOnly?: boolean;
  /** What holds the disk, or its first partition. */
  readonly holder?: string;
  readonly partitionHolder?: string;
  /** Where the serial stands: as virtio, NVMe or SCSI say it. */
  readonly as?: 'virtio' | 'nvme' | 'scsi';
}

const library = join(import.meta.dirname, '../../node/lib/heorot');
const SECTORS = 64;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-disks-'));
  for (const path of ['sys/block', 'sys/class/block', 'dev'])
    mkdirSync(join(folder, path), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, content: string | Buffer): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), content);
}

function addDisk(name: string, disk: FakeDisk): void {
  const {
    serial,
    sectors = SECTORS,
    content = '',
    readOnly = false,
    holder,
    partitionHolder,
    as = 'virtio',
  } = disk;
  write(`sys/block/${name}/size`, `${sectors}\n`);
  write(`sys/block/${name}/ro`, readOnly ? '1\n' : '0\n');
  write(`dev/${name}`, content.padEnd(sectors * 512, '\0'));
  if (serial !== undefined && as === 'virtio') write(`sys/block/${name}/serial`, `${serial}\n`);
  if (serial !== undefined && as === 'nvme')
    write(`sys/block/${name}/device/serial`, `${serial.padEnd(20)}\n`);
  if (serial !== undefined && as === 'scsi')
    write(
      `sys/block/${name}/device/vpd_pg80`,
      Buffer.concat([Buffer.from([0, 0x80, 0, 20]), Buffer.from(serial.padStart(20))]),
    );
  if (holder !== undefined) write(`sys/class/block/${name}/holders/${holder}`, '');
  if (partitionHolder !== undefined) {
    write(`sys/block/${name}/${name}1/partition`, '1\n');
    write(`sys/class/block/${name}1/holders/${partitionHolder}`, '');
  }
}

function shell(script: string): { readonly status: number | null; readonly stdout: string } {
  const text = `run=${folder}; sys=${folder}/sys; dev=${folder}/dev; . ${library}/words.sh; . ${library}/disks.sh; ${script}`;
  const { status, stdout } = spawnSync('busybox', ['sh', '-c', text]);
  return { status, stdout: stdout.toString() };
}

function tableOf(name: string): string {
  return createHash('sha256')
    .update(readFileSync(join(folder, 'dev', name)))
    .digest('hex');
}

function contents(): string {
  return readdirSync(join(folder, 'dev')).sort().map(tableOf).join();
}

const found = 0;
const missing = 11;
const ambiguous = 12;
const changed = 13;
const busy = 14;

const wanted: FakeDisk = { serial: 'S-1', content: 'table' };
const size = SECTORS * 512;

describe('find_disk', () => {
  it.each<[string, Readonly<Record<string, FakeDisk>>, number]>([
    ['the only disk', { vda: wanted }, found],
    ['the disk under another name than before', { vdb: { serial: 'S-2' }, vdc: wanted }, found],
    ['an NVMe disk', { nvme0n1: { ...wanted, as: 'nvme' } }, found],
    ['a SATA disk', { sda: { ...wanted, as: 'scsi' } }, found],
    ['no disk at all', {}, missing],
    ['another serial', { vda: { ...wanted, serial: 'S-2' } }, missing],
    ['a serial that only begins so', { vda: { ...wanted, serial: 'S-11' } }, missing],
    ['a serial that only ends so', { vda: { ...wanted, serial: 'XS-1' } }, missing],
    ['a serial in other letters', { vda: { ...wanted, serial: 's-1' } }, missing],
    ['a disk without a serial', { vda: { content: 'table' } }, missing],
    ['the serial with a larger disk', { vda: { ...wanted, sectors: SECTORS + 1 } }, missing],
    ['the serial with a smaller disk', { vda: { ...wanted, sectors: SECTORS - 1 } }, missing],
    ['a read-only disk', { vda: { ...wanted, readOnly: true } }, missing],
    ['an empty slot', { vda: { ...wanted, sectors: 0 } }, missing],
    ['the serial on a loop device', { loop0: wanted }, missing],
    ['the serial on a RAM disk', { ram0: wanted }, missing],
    ['the serial on a compressed RAM disk', { zram0: wanted }, missing],
    ['the serial on an optical drive', { sr0: wanted }, missing],
    ['the serial on a floppy', { fd0: wanted }, missing],
    ['the serial on an array', { md0: wanted }, missing],
    ['the serial on a mapped device', { 'dm-0': wanted }, missing],
    ['the serial on a network block device', { nbd0: wanted }, missing],
    ['two disks with the serial', { vda: wanted, vdb: wanted }, ambiguous],
    ['two with the serial, one of them busy', { vda: wanted, vdb: { ...wanted, holder: 'md0' } }, ambiguous],
    [
      'two with the serial, one of them changed',
      { vda: { ...wanted, content: 'x' }, vdb: wanted },
      ambiguous,
    ],
    ['one under two paths', { sda: { ...wanted, as: 'scsi' }, sdb: { ...wanted, as: 'scsi' } }, ambiguous],
    ['another table', { vda: { ...wanted, content: 'other' } }, changed],
    ['a blank disk where there was a table', { vda: { ...wanted, content: '' } }, changed],
    ['one more byte in the table', { vda: { ...wanted, content: 'table2' } }, changed],
    [
      'a change at the end of the disk',
      { vda: { ...wanted, content: `${'table'.padEnd(size - 1, '\0')}x` } },
      changed,
    ],
    ['a member of an array', { vda: { ...wanted, holder: 'md127' } }, busy],
    ['a member of a volume group', { vda: { ...wanted, holder: 'dm-3' } }, busy],
    ['a path of a multipath set', { sda: { ...wanted, as: 'scsi', holder: 'dm-0' } }, busy],
    ['a partition in an array', { vda: { ...wanted, partitionHolder: 'md0' } }, busy],
    ['a partition in a volume group', { vda: { ...wanted, partitionHolder: 'dm-1' } }, busy],
    ['a serial with a blank in its place', { vda: { ...wanted, serial: 'S 1' } }, missing],
    ['a pattern that would match the serial', { vda: { ...wanted, serial: 'S-.' } }, missing],
    ['the serial on a flash disk of the board', { mtdblock0: wanted }, missing],
    ['two with the serial, of which one is smaller', { vda: wanted, vdb: { ...wanted, sectors: 32 } }, found],
    [
      'two with the serial, on different buses',
      { vda: wanted, nvme0n1: { ...wanted, as: 'nvme' } },
      ambiguous,
    ],
    ['a SATA serial that only begins so', { sda: { serial: 'S-12', content: 'table', as: 'scsi' } }, missing],
    ['an NVMe disk with another table', { nvme0n1: { ...wanted, content: 'x', as: 'nvme' } }, changed],
    ['a disk that caches another', { vda: { ...wanted, holder: 'bcache0' } }, busy],
    ['a busy disk with another table', { vda: { ...wanted, content: 'x', holder: 'md0' } }, busy],
    ['an NVMe disk in use', { nvme0n1: { ...wanted, as: 'nvme', holder: 'md0' } }, busy],
  ])('%s', (_what, disks, status) => {
    for (const [name, disk] of Object.entries(disks)) addDisk(name, disk);
    const before = contents();
    const table = createHash('sha256').update('table'.padEnd(size, '\0')).digest('hex');
    const answer = shell(`find_disk S-1 ${size} ${table} ''`);
    expect(answer.status).toBe(status);
    expect(answer.stdout === '').toBe(status !== found);
    expect(contents()).toBe(before);
  });

  it('takes a disk that this boot has begun to write, whatever its table is by now', () => {
    addDisk('vda', { serial: 'S-1', content: 'half written' });
    expect(shell(`find_disk S-1 ${size} ${'0'.repeat(64)} known`)).toEqual({ status: 0, stdout: 'vda\n' });
  });

  it('takes a serial with blanks in it', () => {
    addDisk('sda', { serial: 'WD 12 34', as: 'scsi' });
    expect(shell(`find_disk 'WD 12 34' ${size} ${tableOf('sda')} ''`).stdout).toBe('sda\n');
  });
});

describe('the lines of the claim', () => {
  it('tell serial, size, table and links of each disk', () => {
    addDisk('vda', { serial: 'S 1' });
    addDisk('sr0', { serial: 'CD' });
    const head = 'heorot-claim 1\nfirmware bios\nmemory 1\n';
    expect(parseMachineReport(head + shell('disk_lines').stdout).disks).toEqual([
      {
        name: 'vda',
        serial: 'S 1',
        wwn: undefined,
        sizeBytes: size,
        table: tableOf('vda'),
        links: ['disk/by-id/virtio-S_1'],
        contents: '',
        busy: undefined,
      },
    ]);
  });

  it('take the first and the last MiB of a large disk, and nothing between', () => {
    const mib = 1024 * 1024;
    addDisk('vda', { serial: 'L', sectors: (3 * mib) / 512 + 1 });
    const whole = readFileSync(join(folder, 'dev/vda'));
    whole.write('between', mib + 10);
    whole.write('end', whole.length - 5);
    writeFileSync(join(folder, 'dev/vda'), whole);
    const table = createHash('sha256')
      .update(whole.subarray(0, mib))
      .update(whole.subarray(2 * mib))
      .digest('hex');
    expect(shell('disk_table vda').stdout.trim()).toBe(table);
  });
});
