// What a run says at its end.
import { plainTheme } from '@heorot/cli';
import { describe, expect, it } from 'vitest';
import { judgeRun } from '../judge/judge-run.ts';
import { sampleParts } from '../testing/sample-run.ts';
import { verdictLines, verdictSummary } from './verdict-lines.ts';

const good = judgeRun(sampleParts({ nodes: 8, faults: false }));
const [first] = good.nodes;
const lost = {
  verdict: 'lost',
  reasons: [{ verdict: 'lost', text: 'no word for an hour', next: 'look at its console' }],
} as const;

describe('the verdicts of a run', () => {
  it('name what passed by number only, with how much memory that was', () => {
    expect(verdictLines(good, plainTheme)).toEqual([]);
    expect(verdictSummary(good, plainTheme)).toMatch(/^8 pass · \d.* of memory tested on each$/);
  });

  it('tell equal findings once, under folded names', () => {
    const bad = { ...good, nodes: good.nodes.map((node, at) => (at < 3 ? { ...node, ...lost } : node)) };
    expect(verdictLines(bad, plainTheme)).toEqual([
      'n[1-3]: lost: no word for an hour',
      '  next: look at its console',
    ]);
    expect(verdictSummary(bad, plainTheme)).toMatch(/^5 pass.*3 lost \(n\[1-3\]\)/);
  });

  it('say that nodes which pass one by one come in two speeds, and which are the slower ones', () => {
    const parts = sampleParts({ nodes: 32, faults: false });
    const slower = (at: number) => (at < 16 ? 0.9 : 1);
    const nodes = parts.nodes.map((node, at) => ({
      ...node,
      engines: node.engines.map((engine) => ({
        ...engine,
        bandwidth: engine.bandwidth.map((each) => ({
          ...each,
          bytesPerSecond: each.bytesPerSecond * slower(at),
          trials: each.trials.map((trial) => trial * slower(at)),
        })),
      })),
    }));
    const lines = verdictLines(judgeRun({ ...parts, nodes }), plainTheme);
    expect(lines.slice(0, 2)).toEqual([
      expect.stringMatching(
        /^triad, plain, 64 threads: two clusters of values: n\[1-16\] around 20\d\.\d GB\/s, the other 16 around 22\d\.\d GB\/s$/,
      ),
      '  next: look for what they have in common: rack, DIMM vendor, BIOS setting',
    ]);
  });

  it('name every node, however many different findings there are', () => {
    const nodes = Array.from({ length: 60 }, (_, at) => {
      const reasons = [{ ...lost.reasons[0], text: `reason ${at}` }];
      return { ...first, ...lost, reasons, node: `n${at + 1}` };
    });
    const lines = verdictLines(
      { ...good, nodes: nodes.flatMap((node) => (first === undefined ? [] : [{ ...first, ...node }])) },
      plainTheme,
    );
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)).toBe('and 10 more nodes: n[51-60]');
  });
});
