// Groups that Slurm knows: partitions (`@slurm:debug`), node states (`@slurm:state:idle`), jobs (`@slurm:job:1234`) and the
// nodes of a user's running jobs (`@slurm:user:alice`). Slurm's node lists are node sets already; nothing goes through a shell.
import { HeorotError } from '../../error/heorot-error.ts';
import type { GroupSource } from '../group-source.ts';
import { runProgram } from '../run-program.ts';
import type { Surroundings } from '../surroundings.ts';

const DEFAULT_CACHE_MS = 60_000;

export interface SlurmOptions {
  readonly cacheMs?: number | undefined;
  readonly now?: () => number;
}

export function slurmSource(
  name: string,
  { env, cwd }: Surroundings,
  options: SlurmOptions = {},
): GroupSource {
  const { cacheMs = DEFAULT_CACHE_MS, now = () => performance.now() } = options;
  const ask = (file: string, args: readonly string[]) => runProgram({ source: name, file, args, env, cwd });
  const cluster = kept(
    async () => parseSinfo(await ask('sinfo', ['--noheader', '--format=%R|%T|%N'])),
    cacheMs,
    now,
  );

  return {
    name,
    asksPrograms: true,
    members: async (group) => {
      const [kind, word = ''] = splitOnce(group);
      if (kind === 'job') return jobNodes(() => ask('squeue', [...NODES, `--jobs=${jobId(word)}`]));
      if (kind === 'user')
        return nodeLists(await ask('squeue', [...NODES, '--states=RUNNING', `--user=${userName(word)}`]));
      const { partitions, states } = await cluster();
      if (kind === 'state') return states.get(word) ?? (STATES.has(word) ? [] : undefined);
      return partitions.get(group);
    },
    groupNames: async () => {
      const { partitions, states } = await cluster();
      return [...partitions.keys(), ...[...states.keys()].map((state) => `state:${state}`)];
    },
    all: async () => [...(await cluster()).partitions.values()].flat(),
  };
}

interface SlurmCluster {
  readonly partitions: ReadonlyMap<string, readonly string[]>;
  readonly states: ReadonlyMap<string, readonly string[]>;
}

/** `sinfo --format=%R|%T|%N`: partition, state in full with perhaps a sign for a flag (`down*`), nodes. */
export function parseSinfo(text: string): SlurmCluster {
  const partitions = new Map<string, string[]>();
  const states = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [partition = '', state = '', nodes = ''] = line.trim().split('|');
    if (partition === '') continue;
    const inPartition = partitions.get(partition) ?? [];
    partitions.set(partition, inPartition);
    if (nodes === '' || nodes === '(null)') continue;
    inPartition.push(nodes);
    // The signs of sinfo(1), NODE STATE CODES: not responding, powering, draining, maintenance ...
    const word = state.replace(/[*~#!%$@^+-]+$/, '').toLowerCase();
    const inState = states.get(word) ?? [];
    states.set(word, inState);
    if (!inState.includes(nodes)) inState.push(nodes);
  }
  return { partitions, states };
}

/** States that exist even when no node is in them just now: `-X slurm:state:down` is then no mistake. */
const STATES: ReadonlySet<string> = new Set(
  'allocated blocked completing down drained draining fail failing future idle inval maint mixed perfctrs planned power_down powered_down powering_down powering_up reboot_issued reboot_requested reserved unknown'.split(
    ' ',
  ),
);

const NODES = ['--noheader', '--format=%N'] as const;

/** No nodes for a job that waits; undefined for one that Slurm does not know, or no longer. */
async function jobNodes(ask: () => Promise<string>): Promise<readonly string[] | undefined> {
  try {
    return nodeLists(await ask());
  } catch (error) {
    if (error instanceof HeorotError && error.message.includes('Invalid job id')) return undefined;
    throw error;
  }
}

function nodeLists(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && line !== '(null)');
}

function jobId(text: string): string {
  if (/^\d+(_\d+)?$/.test(text)) return text;
  throw new HeorotError('group-name-invalid', `'${text}' is no job of Slurm`, {
    hint: 'as in @slurm:job:1234 or job:1234_7',
  });
}

function userName(text: string): string {
  if (/^[A-Za-z0-9_][\w.@-]*$/.test(text)) return text;
  throw new HeorotError('group-name-invalid', `'${text}' is no user name`, {
    hint: 'as in @slurm:user:alice',
  });
}

function splitOnce(text: string): readonly [string, string | undefined] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)];
}

function kept<Answer>(ask: () => Promise<Answer>, forMs: number, now: () => number): () => Promise<Answer> {
  let answer: { readonly value: Promise<Answer>; readonly at: number } | undefined;
  return async () => {
    if (!answer || now() - answer.at > forMs) answer = { value: ask(), at: now() };
    const { value } = answer;
    try {
      return await value;
    } catch (error) {
      answer = undefined;
      throw error;
    }
  };
}
