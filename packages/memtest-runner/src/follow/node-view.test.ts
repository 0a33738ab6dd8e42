import { plainTheme } from '@heorot/cli';
import { describe, expect, it } from 'vitest';
import { NodeView } from './node-view.ts';
import { statusLines } from './status-lines.ts';

const GiB = 2 ** 30;
const line = (record: Readonly<Record<string, unknown>>) => Buffer.from(`${JSON.stringify(record)}\n`);
const event = (kind: string, uptime: number, members: Readonly<Record<string, unknown>> = {}) =>
  line({ event: kind, at: '2026-11-22T07:00:00Z', uptime, bootId: 'b1', phase: 'march', ...members });
const progress = (elapsed: number, bytesMoved: number, findings = 0) =>
  line({ type: 'progress', at: '', elapsed, pass: 1, position: 'march 2/7 up(r0,w1)', bytesMoved, findings });
const start = line({
  type: 'start',
  version: '1',
  pid: 1,
  startTicks: 1,
  bootId: 'b1',
  isa: 'avx2',
  threads: 4,
  requestedBytes: 8 * GiB,
  plannedBytes: 8 * GiB,
  totalBytes: 16 * GiB,
  swapBytes: 0,
  backgrounds: 7,
  address: true,
  march: true,
});

function testing(more: { readonly rate?: number; readonly findings?: number } = {}): NodeView {
  const view = new NodeView();
  view.push('events.ndjson', event('start', 100, { host: 'n1', kernel: '6.1' }));
  view.push('events.ndjson', event('phase-start', 101, { engine: 'march', index: 1 }));
  view.push('1.march.out', start);
  view.push('1.march.out', progress(1, 0));
  view.push('1.march.out', progress(2, more.rate ?? 20e9, more.findings ?? 0));
  view.alive(160, Date.now() / 1000, Date.now());
  return view;
}
const facts = { title: 'quick r1', plannedSeconds: 120, phases: 2 };

describe('the view of a node', () => {
  it('tells phase, speed, position and findings, however the bytes are cut', () => {
    const whole = Buffer.concat([start, progress(1, 0), progress(3, 30e9, 2)]);
    const view = new NodeView();
    view.push('events.ndjson', event('phase-start', 101, { engine: 'march', index: 1 }));
    for (const byte of whole) view.push('1.march.out', Uint8Array.of(byte));
    expect(view).toMatchObject({
      phase: 'march',
      bytesPerSecond: 15e9,
      position: 'march 2/7 up(r0,w1)',
      findings: 2,
      bytes: 8 * GiB,
    });
  });

  it('counts the failures of memtester and stressapptest, whose lines are for eyes', () => {
    const view = new NodeView();
    view.push(
      '2.memtester.0.err',
      Buffer.from('FAILURE: 0x1 != 0x0 at offset 0x8.\nFAILURE: 0x1 != 0x0 at offset 0x10.\n'),
    );
    view.push('3.stressapptest.out', Buffer.from('2026/11/22-07:00:00(UTC) Report Error: miscompare\n'));
    expect(view.findings).toBe(2);
  });

  it('does not grow with a line that never ends', () => {
    const view = new NodeView();
    for (let piece = 0; piece < 100; piece++) view.push('1.memtester.0.out', Buffer.alloc(100_000, '\b'));
    expect(JSON.stringify(Object.values(view)).length).toBeLessThan(1000);
  });
});

describe('the lines of a run under way', () => {
  it('are as few for a thousand nodes as for one', () => {
    const views = new Map(
      Array.from({ length: 1000 }, (_, at) => [
        `n${at + 1}`,
        testing(at === 6 ? { rate: 10e9, findings: 3 } : {}),
      ]),
    );
    expect(statusLines(views, facts, plainTheme)).toEqual([
      'quick r1 · 1 m 00 s · about 1 m 00 s left',
      'phases: march 1000 (of 2)',
      'speed: 20.0 GB/s a node, slowest n7 10.0 GB/s · 19990.0 GB/s in all',
      'coverage: 50 % of their memory under test · passes 0',
      'findings: 3 on n7',
    ]);
  });

  it('name who is out of reach, and whose clock is wrong', () => {
    const lost = testing();
    lost.state = 'unreachable';
    const late = testing();
    late.alive(160, Date.now() / 1000 - 86_400, Date.now());
    expect(
      statusLines(
        new Map([
          ['n1', lost],
          ['n2', late],
        ]),
        facts,
        plainTheme,
      ).slice(-2),
    ).toEqual(['not reachable: n1', 'clock is wrong: n2']);
  });
});
