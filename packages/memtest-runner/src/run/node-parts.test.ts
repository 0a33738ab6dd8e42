import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { NodeState } from '../follow/spool-store.ts';
import { judgeRun } from '../judge/judge-run.ts';
import type { PlannedPhase } from '../model/run-result.ts';
import { nodeParts } from './node-parts.ts';

const fixture = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../test/fixtures/engines', name));
const planned = (phase: string, engine: PlannedPhase['engine'] = 'march'): PlannedPhase => ({
  phase,
  engine,
  memory: '64M',
  seconds: 10,
  passes: null,
  flags: [],
});

let uptime = 0;
const event = (kind: string, phase: string, members: Readonly<Record<string, unknown>> = {}) =>
  JSON.stringify({
    event: kind,
    at: '2026-11-22T07:00:00Z',
    uptime: (uptime += 10),
    bootId: 'b1',
    phase,
    ...members,
  });
const begin = event('start', '-', { host: 'n1', kernel: '6.1' });
const march =
  '{"type":"progress","at":"2026-11-22T06:18:44.118Z","elapsed":2.0,"pass":3,"position":"march 6/7 down(r0)","bytesMoved":1,"findings":0}\n';

function judged(
  state: NodeState,
  events: readonly string[],
  files: Readonly<Record<string, Buffer>>,
  plan = [planned('march')],
) {
  const spool = new Map([['events.ndjson', Buffer.from(`${events.join('\n')}\n`)], ...Object.entries(files)]);
  const parts = nodeParts({ node: 'n1', rack: null, state, files: spool }, plan);
  const header = {
    id: 'r',
    name: null,
    level: 'quick',
    cluster: null,
    startedAt: '',
    endedAt: null,
    nodeSet: 'n1',
    plan,
    programs: [],
  } as const;
  return { parts, node: judgeRun({ ...header, nodes: [parts] }).nodes[0] };
}
const ended: NodeState = { kind: 'ended', outcome: 'complete', bootId: 'b1' };

describe('what came home of a node', () => {
  it('of memtesters side by side is one engine: bytes add up, signals are no findings', () => {
    const events = [
      begin,
      event('phase-start', 'memtester', { engine: 'memtester', index: 1 }),
      event('process', 'memtester', { file: '1.memtester.0', code: 0, index: 1 }),
      event('process', 'memtester', { file: '1.memtester.1', code: 143, index: 1 }),
      event('phase-end', 'memtester', { engine: 'memtester', index: 1, ending: 'time', problem: '' }),
    ];
    const files = {
      '1.memtester.0.out': fixture('memtester-ok.stdout'),
      '1.memtester.1.out': fixture('memtester-ok.stdout'),
    };
    const { parts } = judged(ended, events, files, [{ ...planned('memtester', 'memtester'), memory: '95%' }]);
    expect(parts.engines).toMatchObject([
      {
        engine: 'memtester',
        phase: 'memtester',
        findingCount: 0,
        variant: expect.stringMatching(/^2 × memtester/),
      },
    ]);
    expect(parts.engines[0]).toMatchObject({ requestedBytes: 16 << 20, bytesTested: 16 << 20 });
  });

  it('of a program that could be given less memory than was asked for has not passed', () => {
    const events = [
      begin,
      event('phase-start', 'memtester', { engine: 'memtester', index: 1 }),
      event('process', 'memtester', { file: '1.memtester.0', code: 0, index: 1 }),
      event('phase-end', 'memtester', { engine: 'memtester', index: 1, ending: 'complete', problem: '' }),
    ];
    const files = { '1.memtester.0.out': fixture('memtester-ok.stdout') };
    const verdictFor = (memory: string) =>
      judged(ended, events, files, [{ ...planned('memtester', 'memtester'), memory }]).node?.verdict;
    expect([verdictFor('8M'), verdictFor('64M'), verdictFor('95%')]).toEqual([
      'pass',
      'pass-degraded',
      'pass',
    ]);
  });

  it('of a node with another boot id is a crash, with phase, pass and block', () => {
    const events = [begin, event('phase-start', 'march', { engine: 'march', index: 1 })];
    const { node, parts } = judged({ kind: 'vanished', bootId: 'b2' }, events, {
      '1.march.out': Buffer.from(march),
    });
    expect(parts.survival).toEqual({
      kind: 'rebooted',
      clean: false,
      position: 'phase march, pass 3, march 6/7 down(r0)',
    });
    expect([node?.verdict, parts.bootIds, parts.timeline[0]?.ending]).toEqual([
      'crashed',
      ['b1', 'b2'],
      'crashed',
    ]);
  });

  it('of a node that was shut down says so', () => {
    const events = [
      begin,
      event('phase-start', 'march', { engine: 'march', index: 1 }),
      event('phase-end', 'march', { engine: 'march', index: 1, ending: 'stopped', problem: '' }),
      event('end', '-', { outcome: 'stopped', by: 'signal' }),
    ];
    const { node } = judged({ kind: 'ended', outcome: 'stopped', bootId: 'b2' }, events, {
      '1.march.out': Buffer.from(march),
    });
    expect(node?.verdict).toBe('rebooted');
  });

  it('of a run whose process is gone without a boot is an error of the tool, not of the memory', () => {
    const events = [begin, event('phase-start', 'march', { engine: 'march', index: 1 })];
    expect(
      judged({ kind: 'vanished', bootId: 'b1' }, events, { '1.march.out': Buffer.from(march) }).node?.verdict,
    ).toBe('tool-error');
  });

  it.each([
    ['a full disk', [begin, event('spool-full', 'march')]],
    [
      'records that the engine could not write',
      [begin, event('process', 'march', { file: '1.march', code: 6, index: 1 })],
    ],
  ])('with %s has not passed', (_, events) => {
    const { node } = judged(ended, events, {});
    expect([node?.verdict, node?.reasons.map(({ text }) => text).join()]).toEqual([
      'tool-error',
      expect.stringContaining('disk was full'),
    ]);
  });

  it('phases that never began are told, and do not pass', () => {
    const { node, parts } = judged(ended, [begin], {}, [planned('march'), planned('mixed')]);
    expect(parts.engines.map(({ phase, ending }) => [phase, ending])).toEqual([
      ['march', 'interrupted'],
      ['mixed', 'interrupted'],
    ]);
    expect(node?.verdict).toBe('pass-degraded');
  });

  it('findings outweigh all that happened afterwards', () => {
    const events = [begin, event('phase-start', 'march', { engine: 'march', index: 1 })];
    const { node } = judged({ kind: 'vanished', bootId: 'b2' }, events, {
      '1.march.out': fixture('march-bad.ndjson'),
    });
    expect(node?.verdict).toBe('data-error');
  });

  it.each([
    [{ kind: 'failed', why: 'run r1 is testing it', reached: true }, 'tool-error'],
    [{ kind: 'failed', why: 'connect timeout', reached: false }, 'lost'],
    [{ kind: 'unreachable', since: '2026-11-22T07:31:41Z', reason: 'said nothing for 30 s' }, 'lost'],
  ] as const)('a node in the state %j is %s', (state, verdict) => {
    expect(judged(state, [], {}).node?.verdict).toBe(verdict);
  });
});
