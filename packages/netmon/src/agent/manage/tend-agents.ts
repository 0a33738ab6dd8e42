// Runs the agent's script on the selected nodes and reads what each told of its agent.

import { Readable } from 'node:stream';
import type { CommandContext } from '@heorot/cli';
import { describeOutcome, type Fanout, type NodeResult, quoteForSh, type Target } from '@heorot/fanout';
import { parseCard } from '../../facts/network-card.ts';
import { agentScript } from '../node/agent-script.ts';
import type { AgentState } from './agent-state.ts';

export type Errand =
  | {
      readonly kind: 'install';
      readonly key: Uint8Array;
      /** Undefined: where the ssh connection comes from, as the node sees it. */
      readonly to: { readonly address: string; readonly port: number } | undefined;
      readonly port: number;
      readonly intervalMs: number;
      readonly manner: 'auto' | 'systemd' | 'process';
    }
  | { readonly kind: 'status' }
  | { readonly kind: 'remove' };

export interface TendOptions {
  readonly fanout: Fanout;
  readonly targets: readonly Target[];
  readonly window: number;
  /** The nodes that are not finished; becomes empty. */
  readonly open: Set<string>;
}

const patienceMs = 60_000;
/** More than that is not an answer. */
const longestAnswer = 64 * 1024;

/** @returns one state a node, in the order of the targets */
export async function tendAgents(
  errand: Errand,
  { fanout, targets, window, open }: TendOptions,
  { drain, signal }: Pick<CommandContext, 'drain' | 'signal'>,
): Promise<readonly AgentState[]> {
  const command = {
    text: wordsOf(errand),
    expand: true,
    script: { name: 'heorot-agent', content: Buffer.from(agentScript()) },
  };
  const run = fanout.run(targets, command, {
    schedule: { fanout: window },
    commandTimeoutMs: patienceMs,
    // Not as a word of a command: others could read it in /proc.
    ...(errand.kind === 'install'
      ? { stdin: Readable.from([`${Buffer.from(errand.key).toString('hex')}\n`]) }
      : {}),
    drain,
    signal,
  });
  const said = new Map<string, { stdout: string; stderr: string }>();
  for await (const event of run) {
    if (event.kind === 'exit' || event.kind === 'failure') open.delete(event.node);
    if (event.kind !== 'stdout' && event.kind !== 'stderr') continue;
    const texts = said.get(event.node) ?? { stdout: '', stderr: '' };
    said.set(event.node, texts);
    texts[event.kind] = (texts[event.kind] + Buffer.from(event.data).toString('utf8')).slice(
      0,
      longestAnswer,
    );
  }
  const results = new Map((await run.summary).results.map((result) => [result.node, result]));
  return targets.flatMap(({ node }) => {
    const result = results.get(node);
    return result === undefined ? [] : [stateOf(result, said.get(node) ?? { stdout: '', stderr: '' })];
  });
}

function wordsOf(errand: Errand): string {
  if (errand.kind !== 'install') return errand.kind;
  const { to, port, intervalMs, manner } = errand;
  const words = [to?.address ?? '-', String(to?.port ?? port), String(intervalMs / 1000), manner];
  return `install %n ${words.map(quoteForSh).join(' ')}`;
}

function stateOf(
  { node, outcome }: NodeResult,
  { stdout, stderr }: { readonly stdout: string; readonly stderr: string },
): AgentState {
  if (outcome.kind !== 'ok') {
    const words = stderr.trim().split('\n').at(-1) ?? '';
    const reached = outcome.kind === 'exit' || outcome.kind === 'signal';
    return {
      node,
      state: reached ? 'refused' : 'unreachable',
      detail: words === '' || !reached ? describeOutcome(outcome).replace(/^unreachable: /, '') : words,
      pusher: null,
      manner: null,
      to: null,
      sinceMs: null,
      cards: [],
    };
  }
  const lines = stdout.split('\n');
  const facts = new Map(
    (lines.find((line) => line.startsWith('state=')) ?? '').split(' ').map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)] as const;
    }),
  );
  const since = Number(facts.get('since') ?? '');
  const state = facts.get('state');
  return {
    node,
    state: state === 'running' || state === 'stopped' || state === 'removed' ? state : 'absent',
    detail: lines.find((line) => line.startsWith('log '))?.slice(4) ?? null,
    pusher: facts.get('pusher')?.split('/').at(-1) ?? null,
    manner: facts.get('manner') ?? null,
    to: facts.get('to') ?? null,
    sinceMs: since > 0 ? since * 1000 : null,
    cards: lines.flatMap((line) => parseCard(line) ?? []),
  };
}
