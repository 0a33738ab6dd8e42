import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { BoundedWriter } from './bounded-writer.ts';

describe('a writer to a slow reader', () => {
  it('leaves out what may be left out, counts it, and keeps the rest', () => {
    const stuck = new Writable({ write: () => undefined });
    const writer = new BoundedWriter(stuck, 100);
    for (let at = 0; at < 20; at++) writer.offer('0123456789');
    writer.insist('event');
    expect(writer.skipped).toBe(9);
    expect(stuck.writableLength).toBe(115);
  });
});
