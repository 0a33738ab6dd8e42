// A run as JUnit XML, for what shows test results: one case for each node and phase, and one for what the node itself showed.
import { engineReasons } from '../judge/reasons.ts';
import type { Reason } from '../judge/verdict.ts';
import type { NodeResult, RunResult } from '../model/run-result.ts';
import { engineLine } from './describe.ts';
import { type Markup, markup } from './html/markup.ts';

interface Case {
  readonly name: string;
  readonly seconds: number;
  readonly output: string;
  readonly reasons: readonly Reason[];
}

export function renderJunit({ id, name, startedAt, nodes }: RunResult): string {
  const suites = nodes.map((node) => ({ node, cases: casesOf(node) }));
  const all = suites.flatMap(({ cases }) => cases);
  const xml = markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${name ?? id}" ${totals(all)}>
${suites.map(({ node, cases }) => suite(node, cases, startedAt))}</testsuites>
`;
  return xml.text;
}

function suite(node: NodeResult, cases: readonly Case[], startedAt: string): Markup {
  return markup`<testsuite name="${node.node}" hostname="${node.node}" timestamp="${startedAt.replace(/\.\d+Z$/, '')}" ${totals(cases)}>
${cases.map((each) => testCase(node.node, each))}</testsuite>
`;
}

function testCase(node: string, { name, seconds, output, reasons }: Case): Markup {
  return markup`<testcase classname="${node}" name="${name}" time="${seconds.toFixed(3)}">${reasons.map(problem)}<system-out>${output}</system-out></testcase>
`;
}

function problem({ verdict, text, next }: Reason): Markup {
  const kind = kindOf(verdict);
  if (kind === 'pass') return markup``;
  const body = markup`message="${text}" type="${verdict}">${text}
Next: ${next}`;
  if (kind === 'skipped') return markup`<skipped message="${text}"/>`;
  return kind === 'error' ? markup`<error ${body}</error>` : markup`<failure ${body}</failure>`;
}

/** `error`: the test itself could not be done; `skipped`: it was not. */
function kindOf(verdict: Reason['verdict']): 'pass' | 'failure' | 'error' | 'skipped' {
  if (verdict === 'pass') return 'pass';
  if (verdict === 'busy') return 'skipped';
  return verdict === 'tool-error' || verdict === 'lost' || verdict === 'oom' ? 'error' : 'failure';
}

function casesOf(node: NodeResult): readonly Case[] {
  const engines = node.engines.map((engine) => ({
    name: engine.phase,
    seconds: engine.wallSeconds ?? 0,
    output: engineLine(engine),
    reasons: engineReasons(engine, node),
  }));
  const told = new Set(engines.flatMap(({ reasons }) => reasons.map(({ text }) => text)));
  const others = node.reasons.filter(({ text }) => !told.has(text));
  return [...engines, { name: 'node', seconds: 0, output: node.verdict, reasons: others }];
}

function totals(cases: readonly Case[]): Markup {
  const count = (kind: string): number =>
    cases.filter(({ reasons }) => reasons.some(({ verdict }) => kindOf(verdict) === kind)).length;
  const seconds = cases.reduce((sum, each) => sum + each.seconds, 0);
  return markup`tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="${seconds.toFixed(3)}"`;
}
