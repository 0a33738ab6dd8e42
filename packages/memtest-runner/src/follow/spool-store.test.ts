import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunHeader } from '../model/run-result.ts';
import { SpoolStore } from './spool-store.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spool-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const header = (id: string, name: string | null = null): RunHeader => ({
  id,
  name,
  level: 'quick',
  cluster: null,
  startedAt: `2026-11-22T07:31:4${id.at(-1)}.000Z`,
  endedAt: null,
  nodeSet: 'n1',
  plan: [],
  programs: [],
});
const reach = { clusterFile: null, user: null, sshConfig: null, transport: null };
const node = { node: 'n1', folder: '/spool/n1', state: { kind: 'running' } } as const;
const piece = (offset: number, text: string) => ({
  node: 'n1',
  file: 'a.out',
  offset,
  bytes: Buffer.from(text),
});

describe('the store of spools', () => {
  it('keeps bytes and how far they go together; what comes twice is kept once', async () => {
    const path = join(folder, 'runs.db');
    {
      using store = await SpoolStore.open(path);
      store.createRun({ header: header('r1'), reach }, [node]);
      store.keep('r1', [piece(0, 'hello '), piece(6, 'world')]);
      store.keep('r1', [piece(6, 'world')]);
    }
    using again = await SpoolStore.open(path);
    expect(again.offsets('r1', 'n1')).toEqual(new Map([['a.out', 11]]));
    expect(again.files('r1', 'n1').get('a.out')?.toString()).toBe('hello world');
  });

  it('keeps nothing of a batch of which one piece cannot be kept', async () => {
    using store = await SpoolStore.open(join(folder, 'runs.db'));
    store.createRun({ header: header('r1'), reach }, [node]);
    const stranger = { node: 'n9', file: 'a.out', offset: 0, bytes: Buffer.from('x') };
    expect(() => store.keep('r1', [piece(0, 'hello'), stranger])).toThrow('FOREIGN KEY');
    expect(store.offsets('r1', 'n1')).toEqual(new Map());
  });

  it('finds a run by its id, the beginning of one, its name, and the newest without any', async () => {
    using store = await SpoolStore.open(join(folder, 'runs.db'));
    store.createRun({ header: header('r1', 'night'), reach }, [node]);
    store.createRun({ header: header('r2'), reach }, []);
    const found = (wanted?: string) => store.find(wanted)?.header.id;
    expect([found(), found('r1'), found('r'), found('night'), found('x')]).toEqual([
      'r2',
      'r1',
      'r2',
      'r1',
      undefined,
    ]);
    store.endRun('r1', '2026-11-22T08:00:00.000Z');
    expect(store.find('night')?.header.endedAt).toBe('2026-11-22T08:00:00.000Z');
  });

  it('remembers what became of a node', async () => {
    using store = await SpoolStore.open(join(folder, 'runs.db'));
    store.createRun({ header: header('r1'), reach }, [node]);
    store.setState('r1', 'n1', { kind: 'vanished', bootId: 'b2' });
    expect(store.nodes('r1')).toEqual([{ ...node, state: { kind: 'vanished', bootId: 'b2' } }]);
  });

  it('knows the speed that a node had last', async () => {
    using store = await SpoolStore.open(join(folder, 'runs.db'));
    store.setSpeed('n1', 10e9);
    store.setSpeed('n1', 12e9);
    expect(store.speeds()).toEqual(new Map([['n1', 12e9]]));
  });

  it('forgets runs that began before a moment, with their bytes, and keeps the others', async () => {
    using store = await SpoolStore.open(join(folder, 'runs.db'));
    for (const id of ['r1', 'r2']) {
      store.createRun({ header: header(id), reach }, [node]);
      store.keep(id, [piece(0, 'hello')]);
    }
    store.prune(new Date('2026-11-22T07:31:42Z'));
    expect(store.runs().map((run) => run.header.id)).toEqual(['r2']);
    expect([store.files('r1', 'n1').size, store.files('r2', 'n1').size]).toEqual([0, 1]);
  });

  it('is not made by looking for it', () => {
    expect(SpoolStore.read(join(folder, 'runs.db'))).toBe(undefined);
  });
});
