// No process survives a run that was ended: 64 embedded nodes, commands that make it hard.
import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunOptions } from '../model/command.ts';
import { gather, openTestFanout, openTestLab, type TestLab } from '../testing/lab-targets.ts';

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab({ nodes: 64 });
});
afterAll(() => lab[Symbol.asyncDispose]());

/** A `sleep` of this many seconds is ours, and only ours. */
const mark = 100_000 + (process.pid % 90_000);

const commands = [
  `timeout ${mark} sleep ${mark}; true`,
  `sh -c 'sleep ${mark} & wait'`,
  `sleep ${mark} & sleep ${mark}`,
  `trap '' TERM; sleep ${mark}; sleep ${mark}`,
  `exec env -i /bin/sleep ${mark}`,
  `set -m; sleep ${mark} & sleep ${mark}`,
  `(trap '' TERM HUP; exec sleep ${mark})`,
  `yes | sleep ${mark}`,
];

describe('a run that is ended leaves no remote process', () => {
  it('after a stop signal', async () => {
    const stop = new AbortController();
    const outcomes = await runAll({ signal: stop.signal }, () => stop.abort('enough'));
    expect(new Set(outcomes)).toEqual(new Set(['cancelled ended']));
    expect(await survivors()).toEqual([]);
  });

  it('after a command timeout', async () => {
    const outcomes = await runAll({ commandTimeoutMs: 1500 });
    expect(new Set(outcomes)).toEqual(new Set(['command-timeout ended']));
    expect(await survivors()).toEqual([]);
  });

  it('after the first failure when the stop rule ends what runs', async () => {
    await using fanout = openTestFanout();
    const command = { text: `test "$(hostname)" = n64 && sleep 1 && exit 3; sleep ${mark} & sleep ${mark}` };
    const options = { schedule: { fanout: 64, maxFailures: 0, endRunning: true } };
    const { summary } = await gather(fanout.run(lab.targets, command, options));
    const endings = Map.groupBy(summary.results, ({ outcome }) => ending(outcome));
    expect([...endings].map(([key, results]) => [key, results.length])).toEqual([
      ['exit', 1],
      ['cancelled ended', 63],
    ]);
    expect(summary.stopped).toBe('1 node failed, 0 allowed');
    expect(await survivors()).toEqual([]);
  });
});

/** The commands in turn over all nodes at once; `whenRunning` is called when each has processes. */
async function runAll(options: Partial<RunOptions>, whenRunning?: () => void): Promise<string[]> {
  await using fanout = openTestFanout();
  const runs = commands.map((text, index) =>
    fanout.run(
      lab.targets.filter((_, node) => node % commands.length === index),
      { text },
      { schedule: { fanout: 64 }, ...options },
    ),
  );
  if (whenRunning !== undefined) {
    await vi.waitUntil(async () => (await survivors()).length >= 64, { timeout: 10_000 });
    whenRunning();
  }
  const summaries = await Promise.all(runs.map((run) => run.summary));
  return summaries.flatMap(({ results }) => results.map(({ outcome }) => ending(outcome)));
}

const ending = (outcome: { kind: string; cleanup?: string }) =>
  outcome.cleanup === undefined ? outcome.kind : `${outcome.kind} ${outcome.cleanup}`;

/** Processes that sleep for our mark; a zombie has no command line. */
async function survivors(): Promise<string[]> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    processes.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.filter((line) => line.endsWith(`sleep\0${mark}\0`));
}
