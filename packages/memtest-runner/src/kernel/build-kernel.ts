// Builds the engines, march and stream, from their C sources on this machine, for itself or for nodes of another kind.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, constants, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { availableParallelism, machine } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { HeorotError } from '@heorot/inventory';

export interface BuildKernelOptions {
  /** Folder with the C sources, such as `packages/memtest-runner/kernel/src`. */
  readonly sources: string;
  /** Folder that keeps built programs; may be deleted at any time. */
  readonly cache: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `march` unless told. */
  readonly program?: EngineProgram;
  /** As `uname -m` on the nodes says it; this machine's unless told. */
  readonly architecture?: string;
  readonly signal?: AbortSignal;
}

export type EngineProgram = 'march' | 'stream';

export interface BuiltKernel {
  readonly path: string;
  /** SHA-256 of the program, for the record of a run. */
  readonly sha256: string;
  readonly compiler: string;
  readonly flags: string;
  readonly static: boolean;
}

/** Best first: small and static with musl; else the system's compiler. `$CC` comes before all. */
const compilers = ['musl-gcc', 'cc', 'gcc', 'clang'];
const flags = ['-O2', '-std=c11', '-D_GNU_SOURCE', '-pthread', '-Wno-psabi'];

/**
 * Compiles an engine, or takes it from the cache if the same sources were built before with the same compiler and flags.
 * @throws HeorotError `kernel-compiler` (none found), `kernel-build` (it failed)
 */
export async function buildKernel(options: BuildKernelOptions): Promise<BuiltKernel> {
  const { program = 'march', sources, cache } = options;
  const compiler = await findCompiler(options);
  const files = await sourcesOf(program, sources);
  const key = await hashOfInputs(sources, files, await versionOf(compiler));
  const path = join(cache, `${program}-${key.slice(0, 16)}`);
  if (!(await isExecutable(path))) await compile(compiler, files, path, options);
  const bytes = await readFile(path);
  // A dynamic program names its loader in a PT_INTERP header (elf(5)); its path is the only one that begins like this.
  const isStatic = !bytes.subarray(0, 4096).includes('/ld-');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { path, sha256, compiler, flags: flags.join(' '), static: isStatic };
}

/** stream has a folder of its own and shares all but march's main program. */
async function sourcesOf(program: EngineProgram, folder: string): Promise<readonly string[]> {
  const inFolder = async (path: string) =>
    (await readdir(join(folder, path)))
      .filter((name) => /\.[ch]$/.test(name))
      .map((name) => join(path, name));
  const common = await inFolder('');
  const own = program === 'march' ? [] : await inFolder('stream');
  return [...common.filter((name) => program === 'march' || name !== 'main.c'), ...own].sort();
}

/** For another kind of processor only its cross compiler will do. */
async function findCompiler({ env, architecture }: BuildKernelOptions): Promise<string> {
  const foreign = architecture !== undefined && architecture !== machine();
  const names = foreign ? [`${architecture}-linux-musl-gcc`, `${architecture}-linux-gnu-gcc`] : compilers;
  const wanted = foreign || env['CC'] === undefined || env['CC'] === '' ? names : [env['CC'], ...names];
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const name of wanted) {
    const places = isAbsolute(name) ? [name] : folders.map((folder) => join(folder, name));
    for (const place of places) if (await isExecutable(place)) return place;
  }
  throw new HeorotError('kernel-compiler', `no C compiler found: looked for ${wanted.join(', ')}`, {
    hint: foreign
      ? `install a cross compiler for ${architecture} (Debian: gcc-${architecture.replaceAll('_', '-')}-linux-gnu)`
      : 'install gcc or musl-tools, or name a compiler in CC',
  });
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function versionOf(compiler: string): Promise<string> {
  const { stdout } = await promisify(execFile)(compiler, ['--version']).catch(() => ({ stdout: '' }));
  return `${compiler}\n${stdout}`;
}

async function hashOfInputs(folder: string, files: readonly string[], compiler: string): Promise<string> {
  const hash = createHash('sha256').update(`${compiler}\n${flags.join(' ')}\n`);
  for (const name of files) hash.update(`${name}\0`).update(await readFile(join(folder, name)));
  return hash.digest('hex');
}

/** Into a folder of its own, then renamed: two builds at once do no harm. */
async function compile(
  compiler: string,
  files: readonly string[],
  path: string,
  { sources, cache, signal, program = 'march' }: BuildKernelOptions,
): Promise<void> {
  await mkdir(cache, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(cache, 'build-'));
  const output = join(folder, program);
  const inputs = files.filter((name) => name.endsWith('.c')).map((name) => join(sources, name));
  const run = (args: readonly string[]) =>
    promisify(execFile)(compiler, [...args], { cwd: folder, ...(signal === undefined ? {} : { signal }) });
  const all = [...flags, `-DBUILD_FLAGS="${compiler} ${flags.join(' ')}"`];
  try {
    await Promise.all(inParts(inputs).map((part) => run([...all, '-c', ...part])));
    const objects = (await readdir(folder)).filter((name) => name.endsWith('.o'));
    const link = [...flags, ...objects, '-o', output];
    // Not every system has the static C library.
    await run(['-static', ...link]).catch((cause: unknown) => {
      if (signal?.aborted === true) throw cause;
      return run(link);
    });
    await rename(output, path);
  } catch (cause) {
    const told =
      cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim().split('\n')[0] : '';
    throw new HeorotError('kernel-build', `${compiler} did not build ${program}: ${told}`, {
      hint: 'install gcc and the headers of the C library (build-essential), or musl-tools',
      cause,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** As many compilers side by side as there are processors; names of files are unique, whatever their folder. */
function inParts(inputs: readonly string[]): readonly (readonly string[])[] {
  const count = Math.min(inputs.length, availableParallelism());
  return Array.from({ length: count }, (_, part) => inputs.filter((_input, at) => at % count === part));
}
