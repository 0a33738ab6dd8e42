import { describe, expect, it } from 'vitest';
import { plainSurface } from '../testing/plain-surface.ts';
import { type LiveOptions, liveRenderer } from './live-renderer.ts';

/** What has been written after each of these pieces of n1, none of which ends a line. */
async function writtenAfter(
  pieces: readonly string[],
  options: Partial<LiveOptions>,
  surface = plainSurface(),
): Promise<readonly string[]> {
  const renderer = liveRenderer(surface, { streams: 'both', prefix: false, width: 0, ...options });
  const after: string[] = [];
  for (const piece of pieces) {
    await renderer.event({ kind: 'stdout', node: 'n1', data: Buffer.from(piece) });
    await surface.stdout.flush();
    after.push(surface.written.stdout().toString());
  }
  return after;
}

describe('an unfinished line', () => {
  it('passes at once where it is of the only node and has no name before it', async () => {
    expect(await writtenAfter(['Proceed? ', '[y'], { alone: true })).toEqual(['Proceed? ', 'Proceed? [y']);
  });

  it('waits where another node could write in the middle of it', async () => {
    expect(await writtenAfter(['Proceed? ', '[y]\n'], { alone: false })).toEqual(['', 'Proceed? [y]\n']);
  });

  it('waits on a terminal, which gets whole lines made harmless', async () => {
    const harmless = (lines: Uint8Array) =>
      Buffer.from(Buffer.from(lines).toString().replaceAll('\u001b', '^'));
    const terminal = plainSurface({ harmless });
    expect(await writtenAfter(['a\u001b', '[2J\n'], { alone: true }, terminal)).toEqual(['', 'a^[2J\n']);
  });

  it('is given up at the limit of what is held, which is that of all nodes together', async () => {
    const pieces = ['1234', '5678', '90'];
    expect(await writtenAfter(pieces, { pendingLimit: 6 })).toEqual(['', '12345678', '12345678']);
    expect(await writtenAfter(pieces, { pendingLimit: 6, prefix: true })).toEqual([
      '',
      'n1: 12345678\n',
      'n1: 12345678\n',
    ]);
  });
});
