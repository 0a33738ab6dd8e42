// Draining and resuming nodes in Slurm (scontrol(1)). Idempotent: a node that is drained already is left as it is, whoever did it;
// only nodes that we have drained are resumed.
import { NodeSet } from '@heorot/inventory';
import type { SlurmNode } from '../slurm/slurm-nodes.ts';
import { OWN_PREFIX, type QuarantinedNode } from './quarantine-list.ts';

export interface SlurmStep {
  readonly nodes: string;
  /** Arguments of scontrol. */
  readonly args: readonly string[];
}

export interface SlurmPlan {
  readonly steps: readonly SlurmStep[];
  /** Node sets and why nothing is done with them. */
  readonly left: readonly { readonly nodes: string; readonly why: string }[];
}

export function planDrain(wanted: readonly QuarantinedNode[], known: readonly SlurmNode[]): SlurmPlan {
  const states = new Map(known.map((each) => [each.node, each]));
  const isOut = ({ node }: QuarantinedNode): boolean => /DRAIN|DOWN|FAIL/.test(states.get(node)?.state ?? '');
  const foreign = wanted.filter(({ node }) => !states.has(node));
  const out = wanted.filter(isOut);
  const due = wanted.filter((each) => states.has(each.node) && !isOut(each));
  return {
    steps: [...Map.groupBy(due, ({ reason }) => reason)].map(([reason, nodes]) =>
      drainStep(fold(nodes), reason),
    ),
    left: [...left(out, 'out of service already'), ...left(foreign, 'Slurm does not know them')],
  };
}

/** Without Slurm's answer: what one would type. */
export function drainSteps(wanted: readonly QuarantinedNode[]): readonly SlurmStep[] {
  return [...Map.groupBy(wanted, ({ reason }) => reason)].map(([reason, nodes]) =>
    drainStep(fold(nodes), reason),
  );
}

/** @param among only these nodes; undefined: all that are ours */
export function planResume(known: readonly SlurmNode[], among: ReadonlySet<string> | undefined): SlurmPlan {
  const wanted = known.filter(({ node }) => among === undefined || among.has(node));
  const drained = wanted.filter(({ state }) => state.includes('DRAIN'));
  const ours = drained.filter(({ reason }) => reason.startsWith(OWN_PREFIX));
  const others = drained.filter(({ reason }) => !reason.startsWith(OWN_PREFIX));
  const nodes = fold(ours);
  return {
    steps: ours.length === 0 ? [] : [{ nodes, args: ['update', `nodename=${nodes}`, 'state=resume'] }],
    left: among === undefined ? [] : left(others, 'drained by somebody else'),
  };
}

function drainStep(nodes: string, reason: string): SlurmStep {
  return { nodes, args: ['update', `nodename=${nodes}`, 'state=drain', `reason=${reason}`] };
}

function left(nodes: readonly { readonly node: string }[], why: string): SlurmPlan['left'] {
  return nodes.length === 0 ? [] : [{ nodes: fold(nodes), why }];
}

function fold(nodes: readonly { readonly node: string }[]): string {
  return NodeSet.from(nodes.map(({ node }) => node)).toString();
}
