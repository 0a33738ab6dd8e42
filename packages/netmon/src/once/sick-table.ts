// Findings as a table: the most severe first, each with its reason and, on a line of its own, what to check.
import type { Theme } from '@heorot/cli';
import type { Finding } from '../sick-links/finding.ts';

/** @param nodes how many were looked at */
export function sickTable(findings: readonly Finding[], nodes: number, theme: Theme): readonly string[] {
  if (findings.length === 0)
    return [theme.good(`no sick links on ${nodes === 1 ? '1 node' : `${nodes} nodes`}`)];
  return findings.flatMap(({ node, link, severity, why, check }) => [
    `${theme.bad(String(Math.round(severity)).padStart(3))}  ${link === null ? node : `${node} ${link}`}: ${why}`,
    `${theme.dim('     check:')} ${check}`,
  ]);
}
