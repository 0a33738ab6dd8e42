// Findings as lines that editors jump to: FILE:LINE:COLUMN: severity: message [code].
import type { Theme } from '@heorot/cli';
import type { Finding, Severity } from '../finding.ts';

/** @param name of the recipe; findings of included files name theirs */
export function findingLines(name: string, findings: readonly Finding[], theme: Theme): readonly string[] {
  const moods: Readonly<Record<Severity, (text: string) => string>> = {
    error: theme.bad,
    warning: theme.warning,
    info: (text) => text,
  };
  return findings.flatMap(({ file, line, column, severity, message, hint, code }) => [
    `${file ?? name}:${line}:${column}: ${moods[severity](severity)}: ${message} [${code}]`,
    ...(hint === undefined ? [] : [`  ${hint}`]),
  ]);
}
