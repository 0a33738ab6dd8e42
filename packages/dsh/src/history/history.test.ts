import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome } from '@heorot/fanout';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { summaryOf } from '../testing/summary-of.ts';
import { readHistory } from './history-reader.ts';
import { type HistoryLimits, recordRun } from './history-writer.ts';
import { OutputRecorder, type RecorderLimits } from './output-recorder.ts';
import type { Recipe } from './run-record.ts';

const ok: Outcome = { kind: 'ok' };
const exit1: Outcome = { kind: 'exit', code: 1 };
const refused: Outcome = { kind: 'unreachable', reason: 'connection refused' };
const recipe: Recipe = { kind: 'run', commands: [], operands: ['uname', '-r'], connection: {} };

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heorot-history-'));
  path = join(folder, 'dsh.db');
});
afterEach(() => rm(folder, { recursive: true }));

interface Extra {
  readonly says?: string;
  readonly recorder?: RecorderLimits;
  readonly limits?: HistoryLimits;
  readonly retryOf?: number;
}

function record(
  ends: Record<string, Outcome>,
  { says, recorder, limits, retryOf }: Extra = {},
): Promise<number> {
  const outputs = new OutputRecorder(recorder);
  for (const node of Object.keys(ends)) {
    if (says !== undefined) outputs.event({ kind: 'stdout', node, data: Buffer.from(says) });
    outputs.event({ kind: 'exit', node, outcome: { kind: 'ok' }, elapsedMs: 1 });
  }
  const summary = summaryOf(Object.entries(ends).map(([node, outcome]) => ({ node, outcome })));
  return recordRun(
    path,
    { recipe, user: 'ada', nodes: Object.keys(ends).join(), summary, outputs, retryOf },
    limits,
  );
}

describe('the history', () => {
  it('gives back a run as it was', async () => {
    const id = await record({ n1: ok, n2: exit1 }, { says: 'hello\n' });
    using history = readHistory(path);
    const run = history.run(id);
    expect(run).toMatchObject({ user: 'ada', recipe, nodes: 'n1,n2', total: 2, good: 1, retryOf: undefined });
    expect(run.results.map(({ node, outcome }) => ({ node, outcome }))).toEqual([
      { node: 'n1', outcome: ok },
      { node: 'n2', outcome: exit1 },
    ]);
    expect(Buffer.from(run.results[1]?.stdout.bytes ?? []).toString()).toBe('hello\n');
    expect(run.results[1]?.stderr).toEqual({ bytes: new Uint8Array(0), size: 0 });
  });

  it('is empty, and stays absent, before the first run', async () => {
    using history = readHistory(path);
    expect(history.list(10)).toEqual([]);
    expect(() => history.run(1)).toThrow('no run 1 in the history');
    expect(await readdir(folder)).toEqual([]);
  });

  it('leaves no file behind by being read', async () => {
    await record({ n1: ok });
    readHistory(path)[Symbol.dispose]();
    expect(await readdir(folder)).toEqual(['dsh.db']);
  });

  it('says how much was cut', async () => {
    const id = await record(
      { n1: ok, n2: ok },
      { says: '0123456789', recorder: { nodeBytes: 4, runBytes: 6 } },
    );
    using history = readHistory(path);
    const [first, second] = history.run(id).results;
    expect(Buffer.from(first?.stdout.bytes ?? []).toString()).toBe('0123');
    expect(first?.stdout.size).toBe(10);
    expect(second?.stdout).toMatchObject({ size: 10 });
    expect(second?.stdout.bytes).toHaveLength(2);
  });

  it('forgets the oldest runs, and outputs that nothing refers to', async () => {
    const limits = { runs: 2, results: 100 };
    await record({ n1: ok }, { says: 'old', limits });
    for (const says of ['new', 'newer']) await record({ n1: ok }, { says, limits });
    using history = readHistory(path);
    expect(history.list(10).map(({ id }) => id)).toEqual([3, 2]);
  });

  it('keeps fewer runs where runs are large, but always the newest', async () => {
    for (let run = 0; run < 3; run++)
      await record({ n1: ok, n2: ok, n3: ok }, { limits: { runs: 100, results: 2 } });
    using history = readHistory(path);
    expect(history.list(10).map(({ id }) => id)).toEqual([3]);
  });

  it('finds the run to retry: the newest that failed, until a retry put it right', async () => {
    await record({ n1: exit1 });
    const second = await record({ n1: ok, n2: exit1 });
    await record({ n1: ok });
    const lastFailed = (): number | undefined => {
      using history = readHistory(path);
      return history.lastFailed()?.id;
    };
    expect(lastFailed()).toBe(second);
    const third = await record({ n2: exit1 }, { retryOf: second });
    expect(lastFailed()).toBe(third);
    await record({ n2: ok }, { retryOf: third });
    expect(lastFailed()).toBeUndefined();
  });

  it('knows how nodes ended when they were last tried', async () => {
    await record({ n1: refused, n2: refused, n3: ok });
    await record({ n2: exit1 });
    using history = readHistory(path);
    const kinds = [...history.lastTried(0)].map(([node, { outcome }]) => [node, outcome.kind]);
    expect(Object.fromEntries(kinds)).toEqual({ n1: 'unreachable', n2: 'exit', n3: 'ok' });
    expect([...history.lastTried(Date.UTC(2030, 0, 1)).keys()]).toEqual([]);
  });
});
