// Compiles the user's own copy of stream.c, unmodified: only what that prints may be called STREAM.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { machine } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HeorotError } from '@heorot/inventory';
import type { BuiltKernel } from './build-kernel.ts';

export interface OfficialOptions {
  /** The user's stream.c. */
  readonly source: string;
  /** Elements of an array: four times the largest sum of last-level caches among the nodes. */
  readonly elements: number;
  readonly architecture: string;
  /** Beside the pinned ones, such as `-mavx2`; none unless told: the program is to run on every node of the architecture. */
  readonly flags?: readonly string[];
  readonly cache: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** @throws HeorotError `official-source` (not to be read, or not STREAM), `kernel-build` */
export async function buildOfficial(options: OfficialOptions): Promise<BuiltKernel> {
  const { source, elements, architecture, cache, env, signal } = options;
  const text = await readFile(source).catch((cause: unknown) => {
    throw new HeorotError('official-source', `cannot read ${source}`, { cause });
  });
  if (!text.includes('STREAM_ARRAY_SIZE')) {
    throw new HeorotError(
      'official-source',
      `${source} is not stream.c 5.10: it knows no STREAM_ARRAY_SIZE`,
      {
        hint: 'fetch the program of its author, https://www.cs.virginia.edu/stream/',
      },
    );
  }
  const foreign = architecture !== machine();
  const compiler = foreign ? `${architecture}-linux-gnu-gcc` : (env['CC'] ?? 'gcc');
  const flags = [...flagsFor(elements, architecture), ...(options.flags ?? [])];
  const key = createHash('sha256')
    .update(text)
    .update(`${compiler} ${flags.join(' ')}`)
    .digest('hex');
  const path = join(cache, `official-${key.slice(0, 16)}`);
  await mkdir(cache, { recursive: true, mode: 0o700 });
  const unfinished = `${path}.${process.pid}`;
  try {
    await promisify(execFile)(compiler, [...flags, source, '-o', unfinished], { signal });
    await rename(unfinished, path);
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw new HeorotError('kernel-build', `${compiler} did not build ${source}: ${complaintOf(cause)}`, {
      hint: 'it needs gcc with OpenMP (libgomp) and the static C library',
      cause,
    });
  }
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  return {
    path,
    sha256,
    compiler,
    flags: flags.filter((flag) => flag !== '-static').join(' '),
    static: flags.includes('-static'),
  };
}

/**
 * Pinned: with memcpy in place of its loop Copy would choose other stores than on the next machine. Arrays over 2 GiB need the medium
 * model on x86-64, with which the static C library cannot be linked: the node must have libgomp.so.1 then.
 */
function flagsFor(elements: number, architecture: string): readonly string[] {
  const large = 3 * 8 * elements >= 2 ** 31 && architecture === 'x86_64';
  return [
    '-O3',
    '-fopenmp',
    '-fno-tree-loop-distribute-patterns',
    large ? '-mcmodel=medium' : '-static',
    `-DSTREAM_ARRAY_SIZE=${elements}`,
  ];
}

/** Linkers warn before they say what failed. */
function complaintOf(cause: unknown): string {
  const lines = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim().split('\n') : [];
  return lines.find((line) => /error|cannot|undefined|truncated/.test(line)) ?? lines[0] ?? '';
}
