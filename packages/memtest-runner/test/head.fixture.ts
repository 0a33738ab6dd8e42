// A head beside a lab: memtest-runner as it is typed there, what the lab's nodes have in their spools, whose homes lie on this machine,
// and which processes work on them.
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab } from '@heorot/lab';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type MarchRecord, parseMarchRecord } from '../src/engines/march-record.ts';
import type { NodeResult, RunResult } from '../src/model/run-result.ts';
import { type MemtestCommand, startMemtest } from '../src/testing/run-memtest.ts';

export interface Head<L extends Lab> {
  readonly folder: string;
  readonly lab: L;
  readonly env: Readonly<Record<string, string>>;
  type(...argv: readonly string[]): MemtestCommand;
  /** A file of the newest run that this test has begun on a node; '' before it is there. */
  spoolFile(node: string, name: string): string;
  /** Processes of that run, as this machine numbers them: nodes may have namespaces of their own. */
  processesOf(node: string): readonly number[];
}

/** What a command said that was typed with --json, and waited for the end of its run. */
export interface Answer {
  readonly code: number;
  readonly stderr: string;
  readonly result: RunResult;
  readonly node: (name: string) => NodeResult | undefined;
}

/** Starts the lab before all tests of the file and ends it after them. */
export function headOf<L extends Lab>(name: string, startLab: (folder: string) => Promise<L>): Head<L> {
  let folder = '';
  let lab: L;
  /** Runs of tests before this one. */
  const earlier = new Set<string>();
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), `${name}-`));
    lab = await startLab(folder);
  });
  beforeEach(() => {
    for (const node of lab.nodes) for (const run of runsOn(node.name)) earlier.add(run);
  });
  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  const env = () => ({
    HOME: folder,
    PATH: process.env['PATH'] ?? '',
    HEOROT_CLUSTER: lab.clusterFile,
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_CACHE_HOME: join(tmpdir(), 'heorot-test-engines'),
  });
  const spoolOf = (node: string) =>
    join(lab.nodes.find((each) => each.name === node)?.home ?? '', '.cache/heorot-memtest/runs');
  /** In the order of their names, which begin with the time. */
  const runsOn = (node: string) => (existsSync(spoolOf(node)) ? readdirSync(spoolOf(node)).toSorted() : []);
  const runOf = (node: string) => runsOn(node).findLast((run) => !earlier.has(run)) ?? '-';
  return {
    get folder() {
      return folder;
    },
    get lab() {
      return lab;
    },
    get env() {
      return env();
    },
    type: (...argv) => startMemtest(argv, env()),
    spoolFile(node, file) {
      const path = join(spoolOf(node), runOf(node), node, file);
      return existsSync(path) ? readFileSync(path, 'utf8') : '';
    },
    processesOf(node) {
      const place = join('/.cache/heorot-memtest/runs', runOf(node), node);
      return readdirSync('/proc').flatMap((name) =>
        /^\d+$/.test(name) && workFolder(name).endsWith(place) ? [Number(name)] : [],
      );
    },
  };
}

/** '' for a process that is gone. */
function workFolder(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

export async function answerOf({ done }: Pick<MemtestCommand, 'done'>): Promise<Answer> {
  const { code, stdout, stderr } = await done;
  const result: RunResult = JSON.parse(stdout || '{"nodes":[]}');
  return { code, stderr, result, node: (name) => result.nodes.find((each) => each.node === name) };
}

/** What march, in the first phase, has said on a node. */
export function marchLog(head: Head<Lab>, node: string): readonly MarchRecord[] {
  return head
    .spoolFile(node, '1.march.out')
    .split('\n')
    .flatMap((line) => parseMarchRecord(line) ?? []);
}

/** Resolves when march tests the node's memory in earnest: where that begins. */
export async function untilItTests(head: Head<Lab>, node: string): Promise<bigint> {
  const tests = (record: MarchRecord) => record.type === 'progress' && record.position.startsWith('march');
  await until(() => marchLog(head, node).some(tests));
  const region = marchLog(head, node).find((record) => record.type === 'region');
  return BigInt(region?.address ?? 0);
}

/** Its process on a node; undefined when it has ended. */
export function marchOn(head: Head<Lab>, node: string): number | undefined {
  return head.processesOf(node).find((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('/engines/march-');
    } catch {
      return false;
    }
  });
}

/** @param seen what to show if it never comes */
export async function until(condition: () => boolean, seen: () => string = () => ''): Promise<void> {
  const patience = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > patience) throw new Error(`it did not come: ${seen()}`);
    await sleep(50);
  }
}
