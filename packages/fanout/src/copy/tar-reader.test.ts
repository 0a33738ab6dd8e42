// Archives of the tar programs of this machine, cut anywhere, come out as they went in.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tarEnd, tarHeader, tarPadding } from './tar-header.ts';
import { TarReader } from './tar-reader.ts';

let folder: string;
const long = 'n'.repeat(150);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heorot-tar-'));
  mkdirSync(join(folder, 'd', long), { recursive: true });
  writeFileSync(join(folder, 'd', long, 'file'), 'x'.repeat(513));
  writeFileSync(join(folder, 'd', 'empty'), '');
  symlinkSync(`to/${long}`, join(folder, 'd', 'link'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const programs = [
  ['tar', '--format=gnu'],
  ['tar', '--format=posix'],
  ['busybox', 'tar'],
].filter(([program]) => existsSync(`/usr/bin/${program}`));

describe('TarReader', () => {
  it.each(programs)('reads what %s %s writes, wherever it is cut', (program, option) => {
    const archive = execFileSync(program ?? '', [option ?? '', '-cf', '-', 'd'], { cwd: folder });
    expect(read(archive, [archive.length]).toSorted()).toEqual(
      [
        '0 d/empty = 0',
        `0 d/${long}/file = 513`,
        `2 d/link -> to/${long}`,
        '5 d/',
        `5 d/${long}/`,
      ].toSorted(),
    );
    fc.assert(
      fc.property(fc.array(fc.nat(archive.length), { maxLength: 12 }), (cuts) => {
        expect(read(archive, cuts)).toEqual(read(archive, [archive.length]));
      }),
      { numRuns: 50 },
    );
  });

  it('refuses what is no archive', () => {
    expect(() => read(Buffer.alloc(1024, 'noise'), [])).toThrow('no archive');
  });
});

describe('tarHeader', () => {
  it('writes what the reader and tar read', () => {
    const content = Buffer.from('content');
    const core = { mode: 0o4750, modifiedAt: 1_000_000_000 };
    const parts = [
      tarHeader({ name: `t/${long}`, kind: 'file', size: content.length, ...core }),
      content,
      tarPadding(content.length),
      tarHeader({ name: 't/l', kind: 'link', size: 0, target: long, ...core }),
    ];
    const archive = Buffer.concat([...parts, tarEnd(Buffer.concat(parts).length)]);
    expect(archive.length % 10_240).toBe(0);
    expect(read(archive, [])).toEqual([`0 t/${long} = 7`, `2 t/l -> ${long}`]);
    const listed = execFileSync('tar', ['-tvf', '-'], { input: archive, env: { TZ: 'UTC' } }).toString();
    expect(listed).toContain('-rwsr-x--- 0/0               7 2001-09-09 01:46');
  });
});

function read(archive: Buffer, cuts: readonly number[]): string[] {
  const members: string[] = [];
  let size = 0;
  const reader = new TarReader({
    begin({ type, name, target }) {
      size = 0;
      members.push(type === '2' ? `2 ${name} -> ${target}` : `${type} ${name}`);
    },
    content: (piece) => {
      size += piece.length;
    },
    end: () => {
      if (members.at(-1)?.startsWith('0 ') === true) members.push(`${members.pop() ?? ''} = ${size}`);
    },
  });
  const ends = [0, ...cuts, archive.length].toSorted((a, b) => a - b);
  for (const [index, end] of ends.entries()) reader.write(archive.subarray(ends[index - 1] ?? 0, end));
  return members;
}
