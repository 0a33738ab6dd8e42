// Forms of pdsh's -w that are none of ours: what does their work here. Hints only, never accepted.

const forms: readonly (readonly [form: RegExp, hint: (match: RegExpExecArray) => string])[] = [
  [
    /^\^([^\s,]+)/,
    ([, file = '']) => `nodes of a file, which pdsh names with ^: -w "$(nodes fold < ${file})"`,
  ],
  [
    /^\/(.*)\/$/,
    ([, pattern = '']) =>
      `wildcards are n1* and n?; by regular expression: -w "$(nodes expand -S '\\n' -a | grep -E '${pattern}' | nodes fold)"`,
  ],
  [/^-$/, () => 'names that come on standard input: -w "$(nodes fold)"'],
  [/^-(\S+)/, ([, nodes = '']) => `to leave nodes out: -x ${nodes}, or SET!${nodes}`],
  [
    /^(?:ssh|rsh|exec|krb4|mrsh|xcpu|qshell|mqshell):(\S+)/,
    () => 'how nodes are reached is said with --transport NAME',
  ],
];

/**
 * @param rest the expression from the operand on that cannot be read
 * @example foreignHint('^hosts') // 'nodes of a file, which pdsh names with ^: -w "$(nodes fold < hosts)"'
 */
export function foreignHint(rest: string): string | undefined {
  for (const [form, hint] of forms) {
    const match = form.exec(rest);
    if (match !== null) return hint(match);
  }
  return undefined;
}
