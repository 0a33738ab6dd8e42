// Findings for people: the gravest first, each with why and how to close it; then what is open, and what could not be seen.
import { neutralise, type Theme } from '@heorot/cli';
import { NodeSet } from '@heorot/inventory';
import { findingsByNode, type Severity, type SharedFinding, severities } from '../finding.ts';
import type { AuditedNode } from '../judge-nodes.ts';

type Audited = ReadonlyMap<string, AuditedNode>;

export function renderFolded(
  findings: readonly SharedFinding[],
  audited: Audited,
  theme: Theme,
): readonly string[] {
  const grave = findings.filter(({ severity }) => severity !== 'info');
  const open = findings.filter(({ severity }) => severity === 'info');
  return [
    ...grave.flatMap((finding) => [...lines(finding, theme, namesOf(finding.nodes)), '']),
    ...open.map((finding) => `${theme.dim('info')}    ${namesOf(finding.nodes)}: ${shown(finding.what)}`),
    ...(open.length === 0 ? [] : ['']),
    ...unseenLines(audited, theme),
    summary(grave, audited, theme),
  ];
}

export function renderByNode(
  findings: readonly SharedFinding[],
  audited: Audited,
  theme: Theme,
): readonly string[] {
  const places = findingsByNode(findings);
  const grave = findings.filter(({ severity }) => severity !== 'info');
  return [
    ...[...audited.keys()].flatMap((node) => {
      const own = (places.get(node) ?? []).flatMap((at) => findings[at] ?? []);
      return [theme.node(node), ...own.flatMap((finding) => lines(finding, theme, undefined)), ''];
    }),
    ...unseenLines(audited, theme),
    summary(grave, audited, theme),
  ];
}

function lines(
  { severity, what, why, fix }: SharedFinding,
  theme: Theme,
  nodes: string | undefined,
): string[] {
  const label = severityStyle(severity, theme)(severity.padEnd(6));
  const head = nodes === undefined ? '' : `${theme.node(nodes)}: `;
  return [
    `${label}  ${head}${shown(what)}`,
    `        why: ${why}`,
    ...fix.map((step, at) => `        ${at === 0 ? 'fix:' : '    '} ${shown(step)}`),
  ];
}

function unseenLines(audited: Audited, theme: Theme): readonly string[] {
  const pairs = [...audited].flatMap(([node, { answer }]) => answer.unseen.map((what) => ({ node, what })));
  const folded = Map.groupBy(pairs, ({ what }) => what);
  return [...folded].map(
    ([what, nodes]) =>
      `${theme.warning('unseen')}  ${namesOf(nodes.map(({ node }) => node))}: ${shown(what)} (ask as root: -l root)`,
  );
}

function summary(grave: readonly SharedFinding[], audited: Audited, theme: Theme): string {
  const nodes = `${audited.size} ${audited.size === 1 ? 'node' : 'nodes'}`;
  if (grave.length === 0) return theme.good(`nothing found on ${nodes}`);
  const counts = severities.flatMap((severity) => {
    const count = grave.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  return `${counts.join(', ')} on ${nodes}`;
}

function severityStyle(severity: Severity, theme: Theme): (text: string) => string {
  return { high: theme.bad, medium: theme.warning, low: theme.strong, info: theme.dim }[severity];
}

const namesOf = (nodes: readonly string[]) => NodeSet.from(nodes).toString();

/** Names of files and processes come from the node, and may hold escape sequences. */
const shown = (text: string) => Buffer.from(neutralise(Buffer.from(text))).toString();
