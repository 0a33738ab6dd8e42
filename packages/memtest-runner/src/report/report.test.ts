import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainTheme } from '@heorot/cli';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHistory } from '../history/open-history.ts';
import { saveRun } from '../history/save-run.ts';
import { judgeRun } from '../judge/judge-run.ts';
import type { RunResult } from '../model/run-result.ts';
import { runMemtest } from '../testing/run-memtest.ts';
import { sampleParts } from '../testing/sample-run.ts';
import { schemaFaults } from '../testing/schema-faults.ts';
import { renderHtml } from './html/render-html.ts';
import { renderCsv } from './render-csv.ts';
import { renderJunit } from './render-junit.ts';
import { histogram } from './terminal/histogram.ts';
import { plotLines } from './terminal/plot-lines.ts';
import { renderTerminal } from './terminal/render-terminal.ts';

const dataOf = (run: RunResult) => ({ run, trend: new Map(), now: 0 });
const faulty = judgeRun(sampleParts({ nodes: 64 }));
const layout = { width: 100, theme: plainTheme };

/** The same run with every text that a node can choose replaced. */
function hostile(text: string): RunResult {
  const kept = new Set([
    'id',
    'node',
    'verdict',
    'kind',
    'phase',
    'engine',
    'ending',
    'startedAt',
    'endedAt',
  ]);
  const replaced = (value: unknown, key = ''): unknown => {
    if (typeof value === 'string') return kept.has(key) ? value : text;
    if (Array.isArray(value)) return value.map((each) => replaced(each, key));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, replaced(member, name)]));
  };
  // Addresses stay numbers: engines print them, and bad pages are computed from them.
  const nodes = faulty.nodes.map((node) => ({
    ...node,
    reasons: node.reasons.map((reason) => ({ ...reason, text, next: text })),
    evidence: {
      ...node.evidence,
      kernelLog: { lines: [text], lineCount: 1, gap: false },
      eventLog: [text],
      dimms: node.evidence.dimms?.map((dimm) => ({ ...dimm, label: text, serial: text, part: text })) ?? null,
    },
    facts: JSON.parse(JSON.stringify(replaced(node.facts))),
    engines: node.engines.map((engine) => ({ ...engine, variant: text, notes: [text] })),
    rack: text,
    bootIds: [text, text],
  }));
  return { ...faulty, name: text, cluster: text, nodes };
}

describe('the HTML report', () => {
  const page = renderHtml(dataOf(faulty));

  it('tells every suspect with its reason, next step and evidence', () => {
    for (const { node, verdict, reasons } of faulty.nodes) {
      if (verdict === 'pass') continue;
      expect(page).toContain(`id="node-${node}"`);
      expect(page).toContain(`${reasons[0]?.next.slice(0, 20).replaceAll("'", '&#39;')}`);
    }
    expect(page).toContain('n[7,13-14,19,25,32,38,44,51]');
    expect(page).toContain('memmap=12K$0x1230000');
    expect(page).toContain('cdcdcdcd');
  });

  it.each([
    ['verdict matrix', /<figcaption>rack1<\/figcaption>/],
    ['strip plot with the limit', /limit 223\.\d/],
    ['slow node', /class="dot slow"[^>]*><title>n19: 21\d/],
    ['scaling curve', /class="curve suspect"[^>]*><title>n19/],
    ['ECC by slot', /CPU0_DIMM_C1<\/td><td>M393/],
    ['crash in the timeline', /class="crash".*march 4\/7 down\(r1,w0\)/],
  ])('draws: %s', (_, pattern) => {
    expect(page).toMatch(pattern);
  });

  it('needs nothing from elsewhere and runs nothing', () => {
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|\son\w+=/);
    expect(page).toContain("default-src 'none'");
  });

  it.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onload='x",
    '</style></title><b>',
  ])('shows %j from a node as text', (text) => {
    const shown = renderHtml(dataOf(hostile(text)));
    expect(shown).not.toContain(text);
    // The structure is that of a harmless text.
    const tags = (html: string): readonly string[] => html.match(/<\/?[a-z][a-z0-9]*/g) ?? [];
    expect(tags(shown)).toEqual(tags(renderHtml(dataOf(hostile('harmless')))));
  });

  it('says unknown, not zero, of what a node does not tell', () => {
    const silent = faulty.nodes.map((node) => ({
      ...node,
      evidence: { ...node.evidence, dimms: null, unassigned: null },
    }));
    expect(renderHtml(dataOf({ ...faulty, nodes: silent }))).toMatch(
      /0 of 64 nodes count ECC errors\. Of the other 64/,
    );
  });

  it('of a thousand nodes can be mailed', () => {
    const large = renderHtml(dataOf(judgeRun(sampleParts({ nodes: 1000 }))));
    expect(large.length).toBeLessThan(5_000_000);
  });

  it('of a hall that lost its power still can', () => {
    const parts = sampleParts({ nodes: 1000 });
    const survival = { kind: 'unreachable', since: '2026-11-02T08:40:00.000Z' } as const;
    const dark = judgeRun({ ...parts, nodes: parts.nodes.map((node) => ({ ...node, survival })) });
    expect(renderHtml(dataOf(dark)).length).toBeLessThan(5_000_000);
  });

  it('of a run without any result says so', () => {
    expect(renderHtml(dataOf({ ...faulty, nodes: [], groups: [], suspects: '' }))).toContain(
      'Not measured in this run.',
    );
  });
});

describe('the JUnit report', () => {
  it('has a case for each node and phase, with failure, error or skip', () => {
    const xml = renderJunit(faulty);
    expect(xml).toMatch(/<testcase classname="n1" name="march" time="3600.000"><system-out>/);
    expect(xml).toMatch(/classname="n7" name="march"[^>]*><failure message="march found 41 wrong values/);
    expect(xml).toMatch(/classname="n14" name="node"[^>]*><failure message="DIMM CPU0_DIMM_C1/);
    expect(xml).toMatch(
      /classname="n51" name="node"[^>]*><error message="could not be tested: no memory above the reserve &lt;b&gt;/,
    );
    expect(xml).toMatch(/classname="n32" name="node"[^>]*><skipped/);
    expect(xml).toMatch(/<testsuites name="delivery" tests="189" failures="6" errors="2" skipped="1"/);
  });

  it('holds no character that XML does not know', () => {
    expect(renderJunit(hostile('\u0000\u001b[31m]]>&"'))).not.toMatch(/[^\P{Cc}\n\t]|"\]\]>/u);
  });
});

describe('the CSV report', () => {
  it('has a line for each node and engine', () => {
    const lines = renderCsv(faulty).split('\r\n');
    expect(lines).toHaveLength(1 + 64 * 2 - 2 + 1);
    expect(lines[1]).toMatch(/^20261102-080000-s000,n1,SN10000,rack1,pass,/);
  });

  it.each(['=cmd()', '+1', '-1', '@x', '\tx'])('keeps %j from being a formula', (text) => {
    expect(renderCsv(hostile(text))).not.toMatch(/(^|[,"\n])[=+@\t]/m);
    expect(renderCsv(hostile(text))).toContain(`'${text}`);
  });

  it('quotes what would break a line', () => {
    expect(renderCsv(hostile('a,"b"\nc'))).toContain('"a,""b""\nc"');
  });
});

describe('the terminal report', () => {
  it('says nodes with the same fault together', () => {
    const text = renderTerminal(dataOf(judgeRun(sampleParts({ nodes: 200 }))), layout);
    expect(text).toContain('n[25,125]: crashed\n  crashed during march');
    expect(text).toMatch(/pass +182 {2}n\[1-6,/);
  });

  it('lets no node write to the terminal', () => {
    expect(renderTerminal(dataOf(hostile('\u001b]0;owned\u0007\u009b31m')), layout)).not.toMatch(
      /[^\P{Cc}\n]/u,
    );
  });
});

describe('text plots', () => {
  it('place the limit among the values', () => {
    expect(histogram([10e9, 20e9, 20e9], 15e9, { ...layout, width: 30 })).toBe('10.0 ▅    │   █ 20.0');
  });

  it('draw one value, and many more than there are columns', () => {
    const format = (value: number): string => value.toFixed(1);
    expect(plotLines([{ at: 0, value: 5 }], { width: 40, height: 3, format })[1]).toBe('5.0 ┤•');
    const points = Array.from({ length: 500 }, (_, at) => ({ at, value: at % 7 }));
    const lines = plotLines(points, { width: 60, height: 8, format });
    expect(Math.max(...lines.slice(0, 8).map((line) => line.length))).toBeLessThanOrEqual(60);
  });
});

describe('memtest-runner report', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'heorot-report-'));
    using database = await openHistory({ XDG_STATE_HOME: folder });
    saveRun(database, judgeRun(sampleParts({ nodes: 20, faults: false })));
    saveRun(database, judgeRun(sampleParts({ nodes: 20, day: 1 })));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const type = (...argv: readonly string[]) => runMemtest(argv, { XDG_STATE_HOME: folder });

  it('writes JSON as its schema says', async () => {
    const path = join(import.meta.dirname, '../../../../docs/reference/memtest-runner.schema.json');
    const schema = JSON.parse(readFileSync(path, 'utf8'));
    const { stdout, code } = await type('report', '--json');
    expect(code).toBe(0);
    expect(schemaFaults(JSON.parse(stdout), schema)).toEqual([]);
    expect(schemaFaults(JSON.parse(JSON.stringify(faulty)), schema)).toEqual([]);
    expect(schemaFaults({ ...JSON.parse(stdout), nodes: [{ node: 1 }] }, schema)).not.toEqual([]);
  });

  it('takes the form from the name of the file', async () => {
    const file = join(folder, 'page.html');
    expect(await type('report', '20261102-080000-s001', '-o', file)).toMatchObject({ code: 0, stdout: '' });
    const page = readFileSync(file, 'utf8');
    expect(page).toMatch(/^<!doctype html>/);
    // The earlier run of the same machines is drawn too.
    expect(page).toMatch(/20261102-080000-s000, 2026-11-02: median/);
  });

  it('says which run it does not know', async () => {
    const { code, stderr } = await type('report', 'delivry');
    expect(code).toBe(3);
    expect(stderr).toMatch(/no run delivry in the history\n.*did you mean delivery\?/);
  });
});
