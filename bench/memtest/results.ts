// The head's side of memtest-runner: judging, keeping and reporting a run of a thousand nodes, and asking a history of five million
// values. `node --conditions=heorot-src bench/memtest/results.ts`; prints Markdown for bench/RESULTS.md.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { earlierSpeeds } from '../../packages/memtest-runner/src/history/earlier-speeds.ts';
import { historyPath, openHistory } from '../../packages/memtest-runner/src/history/open-history.ts';
import { findRun, listRuns, readRun } from '../../packages/memtest-runner/src/history/read-runs.ts';
import { saveRun } from '../../packages/memtest-runner/src/history/save-run.ts';
import {
  machineOf,
  spreadsUpTo,
  summariesOf,
  trendOf,
} from '../../packages/memtest-runner/src/history/trend.ts';
import { judgeRun } from '../../packages/memtest-runner/src/judge/judge-run.ts';
import { renderHtml } from '../../packages/memtest-runner/src/report/html/render-html.ts';
import { sampleParts } from '../../packages/memtest-runner/src/testing/sample-run.ts';
import { machine } from '../measure.ts';

const nodes = Number(process.env['BENCH_NODES'] ?? 1000);
const wantedRows = Number(process.env['BENCH_ROWS'] ?? 5_000_000);

const folder = mkdtempSync(join(tmpdir(), 'heorot-bench-results-'));
const env = { XDG_STATE_HOME: folder };
try {
  console.log(`${machine()}\n`);
  console.log(`| ${nodes} nodes | wall s |\n|---|---|`);
  using database = await openHistory(env);
  const parts = sampleParts({ nodes });
  const judged = timed('judge a run', () => judgeRun(parts));
  timed('keep it', () => saveRun(database, judged));
  timed(
    `fill the history up to ${(wantedRows / 1e6).toFixed(1)} million values (not a figure of the tool)`,
    () => fill(database, parts.id),
  );
  const rows = Number(database.prepare('SELECT count(*) AS n FROM value').get()?.['n']);
  const newest = findRun(database, undefined);
  timed('list all runs', () => listRuns(database, -1));
  timed('history of one node (history -w n7 --plot)', () =>
    trendOf(database, machineOf(database, 'n7')?.number ?? 0, 0),
  );
  timed(`history of ${nodes} nodes (history -a)`, () => {
    for (const { node } of judged.nodes) summariesOf(database, machineOf(database, node)?.number ?? 0, 0);
  });
  timed('earlier values of all nodes, for the judge', () =>
    judgeRun(parts, earlierSpeeds(database, 'hrothgar', 'none')),
  );
  const trend = timed('trend of the last 30 runs, for the report', () =>
    spreadsUpTo(database, newest.number),
  );
  const run = timed('read the run', () => readRun(database, newest));
  const page = timed('write the report (HTML)', () => renderHtml({ run, trend, now: Date.now() }));
  console.log(
    `\nreport: ${(page.length / 1e6).toFixed(2)} MB; history: ${rows} values in ${Math.round(statSync(historyPath(env)).size / 1e6)} MB; peak memory ${Math.round(process.resourceUsage().maxRSS / 1000)} MB`,
  );
} finally {
  rmSync(folder, { recursive: true });
}

function timed<Result>(what: string, action: () => Result): Result {
  const begun = performance.now();
  const result = action();
  console.log(`| ${what} | ${((performance.now() - begun) / 1000).toFixed(2)} |`);
  return result;
}

/** Values of earlier runs of the same machines and measurements; their documents are left out. */
function fill(database: DatabaseSync, run: string): void {
  const perRun = Number(database.prepare('SELECT count(*) AS n FROM value').get()?.['n']);
  const runs = Math.ceil(wantedRows / perRun) - 1;
  const insert = database.prepare(
    `INSERT INTO result (run, level, started_at, node_set, suspects, node_count, document)
     SELECT ?, level, started_at - ?, node_set, suspects, node_count, document FROM result WHERE run = ? RETURNING id`,
  );
  const copy = database.prepare(
    'INSERT INTO value SELECT machine, measurement, ?, at - ?, value * ? FROM value WHERE result = (SELECT id FROM result WHERE run = ?)',
  );
  database.exec('BEGIN');
  for (let at = 1; at <= runs; at++) {
    const earlier = at * 6 * 3600 * 1000;
    const id = Number(insert.get(`earlier-${at}`, earlier, run)?.['id']);
    copy.run(id, earlier, 1 + 0.001 * Math.sin(at), run);
  }
  database.exec('COMMIT');
}
