import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, assert, integer, property } from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followScript } from '../node/follow-script.ts';
import { type Frame, FrameReader } from './frames.ts';

/** What a reader makes of a stream that comes in pieces of these lengths, pieces of files put together. */
function read(stream: Buffer, lengths: readonly number[]) {
  const reader = new FrameReader();
  const frames: Frame[] = [];
  let at = 0;
  for (const length of [...lengths, stream.length]) {
    frames.push(...reader.push(stream.subarray(at, at + length)));
    at += length;
  }
  const files = new Map<string, Buffer>();
  for (const frame of frames) {
    if (frame.kind !== 'bytes') continue;
    const before = files.get(frame.file) ?? Buffer.alloc(0);
    expect(frame.offset).toBe(before.length);
    files.set(frame.file, Buffer.concat([before, frame.bytes]));
  }
  return { files, others: frames.filter(({ kind }) => kind !== 'bytes') };
}

const stream = Buffer.concat([
  Buffer.from('Welcome to n1\n@ not ours 3\n\nheorot-follow 1\n@ a.out 0 5\n'),
  Buffer.from('@ x\n\0'),
  Buffer.from('= 12.5 1700000000 boot-1 march\n@ a.out 5 2\n\xff\n', 'latin1'),
  Buffer.from('nonsense\n! ended complete\n'),
]);

describe('frames', () => {
  it('are the same however the stream is cut; what a login shell prints before is no part of it', () => {
    assert(
      property(array(integer({ min: 1, max: 20 })), (lengths) => {
        const { files, others } = read(stream, lengths);
        expect(files.get('a.out')).toEqual(Buffer.from('@ x\n\0\xff\n', 'latin1'));
        expect(others).toEqual([
          { kind: 'alive', uptime: 12.5, wallClock: 1700000000, bootId: 'boot-1', phase: 'march' },
          { kind: 'end', word: 'ended', outcome: 'complete' },
        ]);
      }),
    );
  });
});

describe('the script that sends them', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'follow-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const look = (...offsets: string[]) =>
    read(execFileSync('sh', ['-c', followScript, 'sh', folder, '0', ...offsets]), []);

  it('sends what is new behind an offset, byte for byte, and how the run ended', () => {
    writeFileSync(join(folder, 'events.ndjson'), 'one\n');
    writeFileSync(join(folder, '2.memtester.0.out'), Buffer.from([0, 10, 255, 8, 13]));
    expect(look('events.ndjson=4').files).toEqual(
      new Map([['2.memtester.0.out', Buffer.from([0, 10, 255, 8, 13])]]),
    );
    appendFileSync(join(folder, 'events.ndjson'), 'two\n');
    writeFileSync(join(folder, 'rc'), 'complete\n');
    const reader = new FrameReader();
    const frames = reader.push(
      execFileSync('sh', ['-c', followScript, 'sh', folder, '0', 'events.ndjson=4', '2.memtester.0.out=5']),
    );
    expect(frames).toEqual([
      { kind: 'bytes', file: 'events.ndjson', offset: 4, bytes: Buffer.from('two\n') },
      expect.objectContaining({ kind: 'alive' }),
      { kind: 'end', word: 'ended', outcome: 'complete' },
    ]);
  });

  it('says that nobody works when there is no supervisor, and when there is no such run', () => {
    expect(look().others.at(-1)).toEqual({ kind: 'end', word: 'vanished', outcome: '' });
    rmSync(folder, { recursive: true });
    expect(look().others).toEqual([{ kind: 'end', word: 'no-run', outcome: '' }]);
  });
});
