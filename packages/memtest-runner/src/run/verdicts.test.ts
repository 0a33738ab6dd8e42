// Every verdict from what a node would bring home: records of the supervisor, output of the engines, and evidence that the real script has
// read from a tree that stands for a machine, before and after something happened to it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { evidenceScript } from '../evidence/evidence-script.ts';
import type { NodeState } from '../follow/spool-store.ts';
import { judgeRun } from '../judge/judge-run.ts';
import { type Verdict, verdicts } from '../judge/verdict.ts';
import type { PlannedPhase } from '../model/run-result.ts';
import { type MachineFiles, machineTree, twoSocketServer } from '../testing/machine-tree.ts';
import { nodeParts } from './node-parts.ts';

const boot = '5b6f3a0e-0000-4000-8000-000000000001';
const ended: NodeState = { kind: 'ended', outcome: 'complete', bootId: boot };
const fixture = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../test/fixtures/engines', name), 'latin1');

const march = fixture('march-bad.ndjson')
  .split('\n')
  .filter((line) => !/"type":"(finding|summary)"/.test(line))
  .join('\n')
  .replaceAll(/"findings":\d+/g, '"findings":0');
const asked = 1 << 26;
const summary = (bytes: number) =>
  `{"type":"summary","at":"2026-11-22T07:50:53.528Z","elapsed":9,"ended":"passes","passes":2,"backgrounds":14,"bytes":${bytes},"bytesTested":${bytes},"bytesMoved":1,"wallSeconds":9,"cpuSeconds":30,"findings":0,"reported":0,"words":0,"exit":0}`;
const good = `${march.replace(/"requestedBytes":\d+/, `"requestedBytes":${asked}`)}\n${summary(asked)}\n`;

const outOfTime = summary(0).replace('"passes","passes":2', '"time","passes":0');

const stream = (ending: string, speed: number) =>
  [
    '{"type":"start","at":"2026-11-22T07:50:53.528Z","elapsed":0.000,"version":"1","streamVariant":true,"isa":"avx2","flags":"cc -O2","threads":8,"elements":136314880,"arrayBytes":1090519040,"cacheBytes":272629760,"trials":10,"gate":2}',
    ...(ending === 'busy'
      ? []
      : [
          `{"type":"measure","at":"2026-11-22T07:51:01.873Z","elapsed":8.345,"kernel":"triad","stores":"plain","threads":8,"node":null,"best":${speed},"disturbed":0,"trials":[${speed},${speed * 0.999},${speed * 0.998}]}`,
        ]),
    `{"type":"summary","at":"2026-11-22T07:51:05.390Z","elapsed":11.863,"ended":"${ending}","bytesMoved":218103808000,"wallSeconds":11.863,"cpuSeconds":27.637,"findings":0,"exit":0}\n`,
  ].join('\n');

interface Story {
  readonly state?: NodeState;
  /** How the phase ended; null: the supervisor did not live to say it. */
  readonly ending?: 'complete' | 'time' | 'stopped' | 'failed' | null;
  readonly problem?: string;
  /** Who ended the run, if somebody did. */
  readonly by?: 'signal';
  readonly march?: string;
  readonly stream?: string;
  /** What is different on the machine after the run. */
  readonly after?: MachineFiles;
}

const mc = '/sys/devices/system/edac/mc/mc0';
const stories: readonly (readonly [Verdict, string, Story, RegExp])[] = [
  ['pass', 'all tested', {}, /put it into service/],
  [
    'pass-degraded',
    'less memory than asked',
    { march: good.replace(`"bytesTested":${asked}`, '"bytesTested":100') },
    /test again/,
  ],
  [
    'pass-degraded',
    'out of time before its first pass',
    { march: `${march.replaceAll(/^.*"type":"pass".*\n/gm, '')}\n${outOfTime}\n` },
    /give it more time \(--for\), or test less memory/,
  ],
  [
    'pass-degraded',
    'ended by its limit before its first pass',
    { ending: 'time', march: march.replaceAll(/^.*"type":"pass".*\n/gm, '') },
    /give it more time \(--for\), or test less memory/,
  ],
  ['pass-degraded', 'ended early', { ending: 'stopped', march }, /let it run to its end/],
  ['data-error', 'a wrong word', { march: fixture('march-bad.ndjson') }, /DIMM|CPU/],
  [
    'ecc-ce',
    'corrected errors',
    { after: { [`${mc}/dimm3/dimm_ce_count`]: 3 } },
    /swap DIMM CPU_SrcID#0_MC#0_Chan#1_DIMM#0/,
  ],
  ['ecc-ue', 'an uncorrected error', { after: { [`${mc}/dimm3/dimm_ue_count`]: 1 } }, /replace DIMM/],
  [
    'throttled',
    'heat',
    { after: { '/sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count': 9 } },
    /fans/,
  ],
  [
    'oom',
    'the kernel ends a process',
    { ending: 'complete', march, after: { '/proc/vmstat': 'nr_free_pages 1\noom_kill 4' } },
    /less memory/,
  ],
  [
    'crashed',
    'a boot without a shutdown',
    { ending: null, march, state: { kind: 'vanished', bootId: 'b2' } },
    /pstore/,
  ],
  [
    'rebooted',
    'a shutdown',
    { ending: 'stopped', by: 'signal', march, state: { ...ended, outcome: 'stopped', bootId: 'b2' } },
    /who rebooted/,
  ],
  [
    'lost',
    'silence',
    {
      ending: null,
      march,
      state: { kind: 'unreachable', since: '2026-11-22T07:31:41Z', reason: 'no answer' },
    },
    /console/,
  ],
  [
    'tool-error',
    'an engine that could not start',
    { ending: 'failed', problem: 'no memory may be taken', march: '' },
    /doctor/,
  ],
  ['busy', 'other load', { stream: stream('busy', 0) }, /drain the node/],
  ['slow', 'a bandwidth behind the others', { stream: stream('complete', 192e9) }, /DIMM population/],
];

it.each(stories)('%s: %s', async (verdict, _, story, next) => {
  const node = await judged(story);
  expect(node?.verdict).toBe(verdict);
  expect(node?.reasons[0]).toMatchObject({
    text: expect.stringMatching(/\S/),
    next: expect.stringMatching(next),
  });
});

it('there is no verdict without a story', () => {
  expect(new Set(stories.map(([verdict]) => verdict))).toEqual(new Set(verdicts));
});

async function judged(story: Story) {
  const wanted = story.stream === undefined ? ['march'] : ['march', 'stream'];
  const plan = wanted.map(
    (phase): PlannedPhase => ({
      phase,
      engine: phase === 'march' ? 'march' : 'stream',
      memory: '95%',
      seconds: null,
      passes: 2,
      flags: [],
    }),
  );
  const well = { stream: stream('complete', 200e9) };
  // Speeds alone are judged among others.
  const all = story.stream === undefined ? [story] : [story, well, well, well, well, well];
  const nodes = await Promise.all(all.map((each, at) => partsOf(`n${at + 1}`, each, plan)));
  const header = {
    id: 'r1',
    name: null,
    level: 'custom',
    cluster: null,
    nodeSet: 'n[1-6]',
    programs: [],
  } as const;
  const times = { startedAt: '2026-11-22T07:00:00Z', endedAt: '2026-11-22T08:00:00Z' };
  return judgeRun({ ...header, ...times, plan, nodes }).nodes[0];
}

async function partsOf(node: string, story: Story, plan: readonly PlannedPhase[]) {
  await using tree = await machineTree(twoSocketServer);
  const read = (): string => {
    const env = { PATH: process.env['PATH'], root: tree.root, keep: tree.keep };
    return spawnSync('sh', ['-s', 'full'], { input: evidenceScript(), env, encoding: 'utf8' }).stdout;
  };
  const before = read();
  await tree.write({
    '/proc/uptime': '2000.50 9000.00',
    [`${mc}/seconds_since_reset`]: 1990,
    ...story.after,
  });
  const files = {
    'events.ndjson': `${eventsOf(story, plan).join('\n')}\n`,
    'evidence.ndjson': before + read(),
    '1.march.out': story.march ?? good,
    ...(story.stream === undefined ? {} : { '2.stream.out': story.stream }),
  };
  const spool = new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text, 'latin1')]));
  return nodeParts({ node, rack: null, state: story.state ?? ended, files: spool }, plan);
}

function eventsOf(
  { ending = 'complete', problem = '', by }: Story,
  plan: readonly PlannedPhase[],
): readonly string[] {
  let uptime = 1000;
  const event = (kind: string, phase: string, members: Readonly<Record<string, unknown>>) =>
    JSON.stringify({
      event: kind,
      at: '2026-11-22T07:00:00Z',
      uptime: (uptime += 10),
      bootId: boot,
      phase,
      ...members,
    });
  return [
    event('start', '-', { run: 'r1', node: 'n1', host: 'n1', kernel: '6.1', pid: 9 }),
    ...plan.flatMap(({ phase, engine }, at) => [
      event('phase-start', phase, { engine, limit: 0, index: at + 1 }),
      ...(ending === null ? [] : [event('phase-end', phase, { engine, index: at + 1, ending, problem })]),
    ]),
    ...(ending === null
      ? []
      : [event('end', '-', { outcome: 'complete', ...(by === undefined ? {} : { by }) })]),
  ];
}
