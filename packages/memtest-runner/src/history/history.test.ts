import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { judgeRun } from '../judge/judge-run.ts';
import type { RunResult } from '../model/run-result.ts';
import { runMemtest } from '../testing/run-memtest.ts';
import { sampleParts } from '../testing/sample-run.ts';
import { dimmHistory } from './dimm-history.ts';
import { earlierSpeeds } from './earlier-speeds.ts';
import { openHistory } from './open-history.ts';
import { findRun, listRuns, readRun } from './read-runs.ts';
import { saveRun } from './save-run.ts';
import { machineOf, spreadsUpTo, summariesOf, trendOf } from './trend.ts';

let env: { XDG_STATE_HOME: string; HOME: string };
let database: DatabaseSync;
beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heorot-history-'));
  env = { XDG_STATE_HOME: folder, HOME: folder };
  database = await openHistory(env);
});
afterEach(() => {
  database.close();
  rmSync(env.HOME, { recursive: true });
});

const runOf = (day: number, nodes = 6): RunResult => judgeRun(sampleParts({ nodes, day, faults: day > 0 }));

describe('the history', () => {
  it('gives back what was saved', () => {
    const run = runOf(1, 20);
    saveRun(database, run);
    expect(readRun(database, findRun(database, undefined))).toEqual(run);
  });

  it('replaces what was known of a run so far', () => {
    const run = runOf(0);
    saveRun(database, { ...run, endedAt: null, nodes: run.nodes.slice(0, 2) });
    saveRun(database, run);
    expect(listRuns(database, 10)).toMatchObject([
      { id: run.id, nodeCount: 6, endedAt: Date.parse(run.endedAt ?? '') },
    ]);
    expect(database.prepare('SELECT count(*) AS n FROM dimm').get()?.['n']).toBe(48);
  });

  it('finds a run by id, by its beginning, by name, or the newest', () => {
    for (const day of [0, 1, 2]) saveRun(database, runOf(day));
    const found = (wanted?: string) => findRun(database, wanted).id.slice(-4);
    expect([found(), found('delivery'), found(runOf(1).id)]).toEqual(['s002', 's002', 's001']);
    expect(() => found('2026')).toThrow('more than one run begins with 2026');
    expect(() => found('delivry')).toThrow('no run delivry in the history');
  });

  it('knows a machine by its serial number, whatever name it carries', () => {
    const first = runOf(0);
    saveRun(database, first);
    const renamed = runOf(1);
    saveRun(database, {
      ...renamed,
      nodes: renamed.nodes.map((node, at) => (at === 0 ? { ...node, node: 'spare9' } : node)),
    });
    const machine = machineOf(database, 'spare9');
    expect(machine).toEqual(machineOf(database, 'n1'));
    const trend = trendOf(database, machine?.number ?? 0, 0).get('triad, plain, 64 threads');
    expect(trend?.map(({ run }) => run)).toEqual([first.id, renamed.id]);
  });

  it('keeps machines without a serial number apart by cluster and name', () => {
    const run = runOf(0, 1);
    const nodes = run.nodes.map((node) => ({ ...node, facts: { ...node.facts, serial: null } }));
    saveRun(database, { ...run, nodes });
    saveRun(database, { ...run, id: 'other', cluster: 'elsewhere', nodes });
    expect(
      database
        .prepare('SELECT key FROM machine ORDER BY key')
        .all()
        .map((row) => row['key']),
    ).toEqual(['name elsewhere n1', 'name hrothgar n1']);
  });

  it('follows a DIMM from slot to slot', () => {
    const before = runOf(0, 2);
    const after = runOf(1, 2);
    saveRun(database, before);
    const dimm = before.nodes[0]?.facts.dimms?.[2];
    saveRun(database, {
      ...after,
      nodes: after.nodes.map((node, at) => ({
        ...node,
        facts: { ...node.facts, dimms: at === 1 && dimm !== undefined ? [{ ...dimm, slot: 'DIMM_H1' }] : [] },
      })),
    });
    expect(dimmHistory(database, dimm?.serial ?? '', 0)).toMatchObject([
      { node: 'n1', slot: 'DIMM_C1', corrected: 0 },
      { node: 'n2', slot: 'DIMM_H1', corrected: null },
    ]);
  });

  it('tells the judge what a machine did in earlier runs, without the one that is judged', () => {
    const runs = [0, 1, 2].map((day) => runOf(day, 1));
    for (const run of runs) saveRun(database, run);
    const [node] = sampleParts({ nodes: 1 }).nodes;
    const earlier = earlierSpeeds(database, 'hrothgar', runs[2]?.id ?? '');
    expect(node === undefined ? [] : earlier(node, 'triad, plain, 64 threads')).toHaveLength(2);
    expect(node === undefined ? [] : earlier(node, 'triad, plain, 32 threads')).toEqual([]);
  });

  it('sums up earlier runs of the same machines', () => {
    saveRun(database, runOf(0, 5));
    saveRun(database, runOf(1, 3));
    const spreads = spreadsUpTo(database, findRun(database, undefined).number).get('highest temperature');
    expect(spreads).toMatchObject([
      { machines: 3, lowest: 68, median: 69, highest: 70 },
      { machines: 3, lowest: 68, median: 69, highest: 70 },
    ]);
  });
});

describe('memtest-runner history', () => {
  const type = (...argv: readonly string[]) => runMemtest(['history', ...argv], env);

  it('lists the runs, the newest last', async () => {
    for (const day of [1, 0]) saveRun(database, runOf(day));
    const { stdout } = await type();
    expect(stdout.split('\n').map((line) => line.slice(0, 20))).toEqual([
      'RUN                 ',
      '20261102-080000-s000',
      '20261102-080000-s001',
      '',
    ]);
    expect(JSON.parse((await type('--json')).stdout).runs).toHaveLength(2);
  });

  it('draws the measurements of a node', async () => {
    for (const day of [0, 1, 2]) saveRun(database, runOf(day));
    const { stdout, code } = await type('-w', 'n1', '--plot', '--measurement', 'plain');
    expect(code).toBe(0);
    expect(stdout).toMatch(/n1 serial SN10000\ntriad, plain, 64 threads \(GB\/s\)\n/);
    expect(stdout.match(/•/g)).toHaveLength(3);
    expect(stdout).toMatch(/2026-11-02 to 2026-11-04, 3 runs/);
  });

  it('sums up the runs of a node since a time', async () => {
    for (const day of [0, 1, 2]) saveRun(database, runOf(day));
    const { stdout } = await type('-w', 'n1', '--measurement', 'temperature');
    expect(stdout.split('\n')[1]).toMatch(/^n1 +serial SN10000 +highest temperature +3 +68 +68 +68 +68 °C$/);
    const machine = machineOf(database, 'n1')?.number ?? 0;
    expect(summariesOf(database, machine, Date.parse(runOf(1).startedAt))[0]?.runs).toBe(2);
    expect(summariesOf(database, machine, Date.parse(runOf(3).startedAt))).toEqual([]);
  });

  it('says of a node that was never tested just that', async () => {
    expect((await type('-w', 'n99')).stdout).toMatch(/n99 +never tested/);
  });

  it('makes nothing where there is no history', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'heorot-empty-'));
    const { stderr, code } = await runMemtest(['history'], { XDG_STATE_HOME: empty, HOME: empty });
    expect([code, stderr]).toEqual([0, 'no runs yet\n']);
    expect(readdirSync(empty)).toEqual([]);
    rmSync(empty, { recursive: true });
  });
});
