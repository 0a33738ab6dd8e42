// The programs of a run: built once for each kind of processor among the nodes, and brought to the nodes that lack them.
import { chmod, copyFile, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describeOutcome, type Fanout, type Target } from '@heorot/fanout';
import { HeorotError } from '@heorot/inventory';
import { type BuiltKernel, buildKernel, type EngineProgram } from '../kernel/build-kernel.ts';
import { buildOfficial, type OfficialOptions } from '../kernel/build-official.ts';
import { kernelSources } from '../kernel/kernel-sources.ts';
import type { Program } from '../model/run-result.ts';
import type { Capacity } from '../node/capacity.ts';
import type { Failure } from './burn-in-stage.ts';

/** A program for one kind of processor. */
export interface EngineFile {
  readonly program: EngineProgram | 'official';
  readonly architecture: string;
  /** On the head; its last part is the name on the node: `march-1f3a…`, by its hash. */
  readonly path: string;
  readonly name: string;
  readonly built: BuiltKernel;
}

/** @throws HeorotError `kernel-compiler`, `kernel-build` */
export async function buildEngines(
  architectures: readonly string[],
  options: {
    readonly cache: string;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly signal: AbortSignal;
  },
): Promise<readonly EngineFile[]> {
  const programs = ['march', 'stream'] as const;
  const wanted = architectures.flatMap((architecture) =>
    programs.map((program) => ({ program, architecture })),
  );
  return Promise.all(
    wanted.map(async ({ program, architecture }): Promise<EngineFile> => {
      const built = await buildKernel({ sources: kernelSources(), program, architecture, ...options });
      return { program, architecture, built, ...(await namedByHash(program, built, options.cache)) };
    }),
  );
}

/** The user's own stream.c, for each kind of processor; arrays fit the largest caches among the nodes. */
export async function buildOfficials(
  source: string,
  capacities: readonly Capacity[],
  options: Pick<OfficialOptions, 'cache' | 'env' | 'signal'>,
): Promise<readonly EngineFile[]> {
  const files: EngineFile[] = [];
  for (const [architecture, group] of Map.groupBy(capacities, (capacity) => capacity.architecture)) {
    const caches = Math.max(...group.map(({ cacheBytes }) => cacheBytes));
    const elements = Math.ceil(Math.max(4 * caches, 64 * 2 ** 20) / 8);
    const built = await buildOfficial({ source, elements, architecture, ...options });
    files.push({
      program: 'official',
      architecture,
      built,
      ...(await namedByHash('official', built, options.cache)),
    });
  }
  return files;
}

/** Names of programs in the cache are hashes of their sources; on nodes they are the hash of what runs there. */
async function namedByHash(
  program: EngineFile['program'],
  { path, sha256 }: BuiltKernel,
  cache: string,
): Promise<{ readonly name: string; readonly path: string }> {
  const name = `${program}-${sha256.slice(0, 32)}`;
  const folder = join(cache, 'by-hash');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const named = join(folder, name);
  const whole = `${named}.${process.pid}`;
  await copyFile(path, whole);
  await chmod(whole, 0o755);
  await rename(whole, named);
  return { name, path: named };
}

export function programOf({ program, architecture, built }: EngineFile, version: string): Program {
  return {
    engine: program === 'official' ? 'stream' : program,
    architecture,
    version,
    build: `${built.compiler} ${built.flags}${built.static ? ' -static' : ''}`,
    sha256: built.sha256,
  };
}

/**
 * Copies to each node what it lacks.
 * @returns why it failed, for nodes where it did
 */
export async function pushEngines(
  fanout: Fanout,
  targets: readonly Target[],
  capacities: ReadonlyMap<string, Capacity>,
  files: readonly EngineFile[],
  options: { readonly fanout: number; readonly signal: AbortSignal },
): Promise<ReadonlyMap<string, Failure>> {
  const failures = new Map<string, Failure>();
  for (const [key, group] of Map.groupBy(targets, (target) => wantOf(target, capacities, files))) {
    const [folder = '', ...names] = key.split('\n');
    const sources = files.filter(({ name }) => names.includes(name)).map(({ path }) => path);
    if (sources.length === 0) continue;
    const run = fanout.copy(group, sources, folder, {
      schedule: { fanout: options.fanout },
      signal: options.signal,
      commandTimeoutMs: 120_000,
    });
    const notes = new Map<string, string>();
    for await (const event of run) if (event.kind === 'note') notes.set(event.node, event.text);
    for (const { node, outcome } of (await run.summary).results) {
      if (outcome.kind === 'ok') continue;
      const why = `the engines could not be brought there: ${notes.get(node) ?? describeOutcome(outcome)}`;
      failures.set(node, { why, reached: outcome.kind === 'exit' });
    }
  }
  return failures;
}

/** The folder and the missing files: nodes that want the same are served together. */
function wantOf(
  { node }: Target,
  capacities: ReadonlyMap<string, Capacity>,
  files: readonly EngineFile[],
): string {
  const capacity = capacities.get(node);
  if (capacity === undefined) return '';
  const missing = files
    .filter(
      ({ architecture, name }) => architecture === capacity.architecture && !capacity.engines.includes(name),
    )
    .map(({ name }) => name);
  return [`${capacity.spool}/engines`, ...missing].join('\n');
}

export function engineOf(
  files: readonly EngineFile[],
  program: EngineProgram,
  architecture: string,
): EngineFile {
  const file = files.find((each) => each.program === program && each.architecture === architecture);
  if (file !== undefined) return file;
  throw new HeorotError('kernel-compiler', `there is no ${program} for ${architecture}`);
}
