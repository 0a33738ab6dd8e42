// What an audit finds, as data: the checks, how much a finding matters, and what it says.

export const checkNames = [
  'listening',
  'sshd',
  'accounts',
  'keys',
  'writable',
  'identity',
  'exports',
  'age',
  'clock',
] as const;
export type CheckName = (typeof checkNames)[number];

/** The gravest first. `info` is for reading: it never fails an audit. */
export const severities = ['high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof severities)[number];

/** The same object on every node that has it: equal findings fold into one. */
export interface Finding {
  readonly check: CheckName;
  /** Stable, for programs: `listening-telnet`, `accounts-no-password`. */
  readonly id: string;
  readonly severity: Severity;
  /** One line: what is so. */
  readonly what: string;
  /** One sentence: what it lets others do. */
  readonly why: string;
  /** What closes it: commands, or lines of a configuration file with the file. Empty where there is nothing to close. */
  readonly fix: readonly string[];
}

/** A finding and every node that has it, in natural order. */
export interface SharedFinding extends Finding {
  readonly nodes: readonly string[];
}

/** For each node the places of its findings in the list, in order. */
export function findingsByNode(findings: readonly SharedFinding[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  for (const [at, { nodes }] of findings.entries()) {
    for (const node of nodes) places.set(node, [...(places.get(node) ?? []), at]);
  }
  return places;
}
