// `run --install`: brings Debian's memtester and stressapptest, or those of another distribution, to nodes that lack them.
import type { Fanout, Target } from '@heorot/fanout';
import type { Capacity } from '../node/capacity.ts';
import { levels } from '../plan/levels.ts';
import type { Wishes } from '../plan/plan-run.ts';
import { type AskOptions, askAll, type Failure } from './burn-in-stage.ts';

const installScript = `#!/bin/sh
export DEBIAN_FRONTEND=noninteractive
if command -v apt-get >/dev/null 2>&1; then apt-get install -y -q --no-install-recommends "$@"
elif command -v dnf >/dev/null 2>&1; then dnf install -y -q "$@"
elif command -v zypper >/dev/null 2>&1; then zypper --non-interactive install "$@"
elif command -v apk >/dev/null 2>&1; then apk add "$@"
else echo 'no package manager that is known here' >&2; exit 1
fi > /dev/null
`;

/** Programs of the distribution that these wishes would use. */
export function programsWanted({ engines, level }: Wishes): readonly string[] {
  const drivers: readonly string[] =
    engines.length > 0 ? engines : levels[level].parts.map(({ driver }) => driver);
  return ['memtester', 'stressapptest'].filter((program) => drivers.includes(program));
}

/** Nodes by what they lack: `memtester stressapptest`. */
export function lackingNodes(
  capacities: ReadonlyMap<string, Capacity>,
  wanted: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const lacking = new Map<string, string[]>();
  for (const [node, { programs }] of capacities) {
    const missing = wanted.filter((program) => !programs.includes(program)).join(' ');
    if (missing === '') continue;
    const nodes = lacking.get(missing) ?? [];
    lacking.set(missing, nodes);
    nodes.push(node);
  }
  return lacking;
}

/** @returns why it failed, for nodes where it did */
export async function installPrograms(
  fanout: Fanout,
  targets: readonly Target[],
  lacking: ReadonlyMap<string, readonly string[]>,
  options: AskOptions,
): Promise<ReadonlyMap<string, Failure>> {
  const failures = new Map<string, Failure>();
  const script = { name: 'heorot-install', content: Buffer.from(installScript) };
  for (const [programs, nodes] of lacking) {
    const group = targets.filter(({ node }) => nodes.includes(node));
    const answers = await askAll(fanout, group, { text: programs, script }, options);
    for (const [node, { why, reached }] of answers.failures) {
      failures.set(node, { why: `${programs} could not be installed: ${why}`, reached });
    }
  }
  return failures;
}
