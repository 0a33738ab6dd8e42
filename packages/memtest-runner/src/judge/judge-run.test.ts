import { describe, expect, it } from 'vitest';
import type { NodeParts, RunParts } from '../model/run-result.ts';
import { sampleParts } from '../testing/sample-run.ts';
import { judgeRun } from './judge-run.ts';
import { exitCodeOf } from './verdict.ts';

const changed = (parts: RunParts, change: (node: NodeParts, at: number) => NodeParts): RunParts => ({
  ...parts,
  nodes: parts.nodes.map(change),
});
const scaled = (node: NodeParts, factor: number): NodeParts => ({
  ...node,
  engines: node.engines.map((engine) => ({
    ...engine,
    bandwidth: engine.bandwidth.map((each) => ({
      ...each,
      bytesPerSecond: each.bytesPerSecond * factor,
      trials: each.trials.map((trial) => trial * factor),
    })),
  })),
});
const verdictOf = (parts: RunParts, node: string, earlier = (): readonly number[] => []) =>
  judgeRun(parts, earlier).nodes.find((each) => each.node === node);

describe('judging a run', () => {
  it('passes sound nodes, and names each faulty one with its fault', () => {
    const { nodes, suspects } = judgeRun(sampleParts({ nodes: 64 }));
    const bad = nodes.filter(({ verdict }) => verdict !== 'pass').map(({ node, verdict }) => [node, verdict]);
    expect(bad).toEqual([
      ['n7', 'data-error'],
      ['n13', 'ecc-ce'],
      ['n14', 'ecc-ue'],
      ['n19', 'slow'],
      ['n25', 'crashed'],
      ['n32', 'busy'],
      ['n38', 'lost'],
      ['n44', 'throttled'],
      ['n51', 'tool-error'],
    ]);
    expect(suspects).toBe('n[7,13-14,19,25,32,38,44,51]');
    expect(exitCodeOf(nodes)).toBe(1);
    expect(exitCodeOf(judgeRun(sampleParts({ nodes: 8, faults: false })).nodes)).toBe(0);
  });

  it('says of a slow node what was slow, by how much, and what to compare', () => {
    const [reason] = verdictOf(sampleParts({ nodes: 64 }), 'n19')?.reasons ?? [];
    expect(reason?.text).toMatch(
      /^triad, plain, 64 threads: [34]\.\d % below its group, .*triad, non-temporal/,
    );
    expect(reason?.next).toMatch(/DIMM population/);
  });

  it.each([
    ['another BIOS', { bios: '1.0' }],
    ['another kernel', { kernel: '5.10' }],
    ['fewer DIMMs', { dimms: [] }],
    ['a virtual machine', { virtual: true }],
  ])('does not compare a node with %s with the others', (_, facts) => {
    const parts = changed(sampleParts({ nodes: 16, faults: false }), (node, at) =>
      at === 3 ? scaled({ ...node, facts: { ...node.facts, ...facts } }, 0.5) : node,
    );
    expect(verdictOf(parts, 'n4')?.verdict).toBe('pass');
    expect(judgeRun(parts).groups.flatMap(({ unjudged }) => unjudged)).toEqual(['n4', 'n4']);
  });

  it('compares fewer than five nodes with their own past', () => {
    const parts = changed(sampleParts({ nodes: 3, faults: false }), (node, at) =>
      at === 1 ? scaled(node, 0.9) : node,
    );
    expect(verdictOf(parts, 'n2')?.verdict).toBe('pass');
    const earlier = (node: NodeParts, measurement: string): readonly number[] =>
      measurement.includes('plain') && node.node === 'n2' ? [228e9, 227e9, 228.5e9, 227.8e9, 228.1e9] : [];
    const judged = judgeRun(parts, earlier).nodes[1];
    expect(judged?.verdict).toBe('slow');
    expect(judged?.reasons[0]?.text).toMatch(/its own past/);
  });

  it('says that a group falls into two clusters', () => {
    const parts = changed(sampleParts({ nodes: 32, faults: false }), (node, at) =>
      at < 12 ? scaled(node, 0.9) : node,
    );
    expect(judgeRun(parts).groups[0]?.twoClusters).toMatchObject({ lowCount: 12 });
  });

  it('never passes a node on which nothing was tested', () => {
    const parts = changed(sampleParts({ nodes: 1, faults: false }), (node) => ({ ...node, engines: [] }));
    expect(verdictOf(parts, 'n1')).toMatchObject({
      verdict: 'tool-error',
      reasons: [{ text: 'nothing was tested' }],
    });
  });

  it('does not hold it against a node that it is not done yet', () => {
    const parts = changed(sampleParts({ nodes: 1, faults: false }), (node) => ({
      ...node,
      engines: node.engines.map((engine) => ({ ...engine, ending: 'unfinished' as const })),
      timeline: [{ phase: 'march', startSeconds: 0, endSeconds: null, ending: 'running', position: null }],
    }));
    expect(verdictOf(parts, 'n1')).toMatchObject({
      verdict: 'pass-degraded',
      reasons: [{ text: 'not done yet, nothing wrong so far' }],
    });
  });

  it('hears the kernel log, rasdaemon and the BMC where EDAC counts nothing', () => {
    const told = (evidence: Partial<NodeParts['evidence']>) =>
      verdictOf(
        changed(sampleParts({ nodes: 1, faults: false }), (node) => ({
          ...node,
          evidence: { ...node.evidence, dimms: null, unassigned: null, ...evidence },
        })),
        'n1',
      )?.reasons[0];
    expect(told({ machineChecks: 2 })).toMatchObject({
      verdict: 'ecc-ce',
      text: 'the kernel logged 2 machine checks',
    });
    expect(told({ rasEvents: 1 })).toMatchObject({ verdict: 'ecc-ce', text: 'rasdaemon recorded 1 event' });
    const entry = '1a | 11/22/2026 | 07:31:41 | Memory #0x87 | Uncorrectable ECC | Asserted';
    expect(told({ eventLog: [entry] })).toMatchObject({
      verdict: 'ecc-ue',
      text: `the BMC logged 1 memory event: ${entry}`,
    });
    expect(told({ eventLog: ['2 | Fan #0x41 | Lower Critical'] })?.verdict).toBe('pass');
  });
});
