// What Slurm says of its nodes, and which of them can be had for a burn-in. Pure.

export interface SlurmNode {
  readonly node: string;
  /** `IDLE+DRAIN`, as `scontrol show node` says it. */
  readonly state: string;
  /** Empty: none. */
  readonly reason: string;
  /** Those that the node is in, `debug,batch`; empty: none. */
  readonly partitions: string;
  /** RealMemory, what jobs may have of its memory; null: not configured, which is 1 MB (slurm.conf(5)). */
  readonly memoryBytes: number | null;
}

/** `scontrol show node --oneliner`: `NodeName=n1 … State=IDLE+DRAIN … Reason=text [root@2026-11-22T07:31:41] …` a line. */
export function parseSlurmNodes(text: string): readonly SlurmNode[] {
  return text.split('\n').flatMap((line) => {
    const node = /^NodeName=(\S+)/.exec(line)?.[1];
    if (node === undefined) return [];
    const state = / State=(\S+)/.exec(line)?.[1] ?? '';
    // A reason has blanks: it ends with who gave it and when, or with the line.
    const reason = / Reason=(.*?)(?: \[[^\]]*@[^\]]*\]|$)/.exec(line)?.[1] ?? '';
    const partitions = / Partitions=(\S+)/.exec(line)?.[1] ?? '';
    const megabytes = Number(/ RealMemory=(\d+)/.exec(line)?.[1] ?? 1);
    const memoryBytes = megabytes > 1 ? megabytes * 2 ** 20 : null;
    return [{ node, state, reason: reason.trim(), partitions, memoryBytes }];
  });
}

/**
 * Why no job would get this node, in words; null: one would.
 * @param queue nodes at work are worth waiting for
 */
export function unavailable(node: SlurmNode | undefined, queue: boolean): string | null {
  if (node === undefined) return 'Slurm does not know it';
  const { state, reason, partitions } = node;
  // Flags of State: scontrol(1), NODE STATE CODES of sinfo(1); a `*` says that the node does not answer.
  if (/DOWN|DRAIN|FAIL|NOT_RESPONDING|POWER|REBOOT|PLANNED_DOWN|UNKNOWN|FUTURE|\*/.test(state)) {
    const why = reason === '' ? '' : ` (${reason})`;
    return `Slurm gives no job to it: ${state}${why}; without --via slurm it can be tested all the same`;
  }
  if (partitions === '') return 'it is in no partition of Slurm';
  if (queue || /^IDLE\b/.test(state)) return null;
  return `it is at work in Slurm: ${state}; --queue waits for it`;
}
