import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from './with-lock.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-lock-'));
  path = join(folder, 'deploy.lock');
});
afterEach(() => rm(folder, { recursive: true }));

describe('withLock', () => {
  it('lets nobody else in while the action runs', async () => {
    await withLock(path, async () => {
      await expect(withLock(path, () => 1)).rejects.toMatchObject({ code: 'lock-held' });
    });
  });

  it('is free again after the action, even a failed one', async () => {
    await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withLock(path, () => 'mine')).toBe('mine');
  });

  it('runs waiters one after the other', async () => {
    let inside = 0;
    let most = 0;
    const visit = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    await Promise.all([1, 2, 3].map(() => withLock(path, visit, { waitMs: 10_000 })));
    expect(most).toBe(1);
  });

  it('stops waiting when told to', async () => {
    const stop = new AbortController();
    await withLock(path, async () => {
      const waiting = withLock(path, () => 1, { waitMs: 60_000, signal: stop.signal });
      stop.abort();
      await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    });
  });
});
