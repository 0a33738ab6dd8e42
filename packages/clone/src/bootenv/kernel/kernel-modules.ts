// Kernel modules with all they depend on, and the two lists that busybox's modprobe reads (modules.dep, modules.alias).
// Debian's package has no such lists: depmod makes them where it is installed. We read what the modules say of themselves.
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import { readModuleInfo } from '../elf/read-elf.ts';

export interface KernelModule {
  /** Below lib/modules/RELEASE: `kernel/fs/ext4/ext4.ko`. */
  readonly path: string;
  readonly content: Buffer;
}

export interface KernelModules {
  readonly release: string;
  readonly modules: readonly KernelModule[];
  readonly dependencyList: string;
  readonly aliasList: string;
}

interface ModuleFacts {
  readonly path: string;
  readonly content: Buffer;
  readonly needs: readonly string[];
  readonly aliases: readonly string[];
}

/**
 * Takes modules out of an unpacked kernel package.
 *
 * @param wanted names as modprobe takes them; one that the kernel has built in is passed over
 * @throws HeorotError `kernel-unknown` where the folder holds no modules of exactly one kernel, `module-missing`
 */
export async function kernelModules(folder: string, wanted: readonly string[]): Promise<KernelModules> {
  const [release, ...others] = await readdir(join(folder, 'lib/modules')).catch(() => []);
  if (release === undefined || others.length > 0)
    throw new HeorotError('kernel-unknown', `${folder} holds no modules of one kernel`);
  const root = join(folder, 'lib/modules', release);
  const paths = await modulePaths(root);
  const builtIn = await builtInModules(root);
  const taken = new Map<string, ModuleFacts>();
  const waiting = wanted.map(plainName);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (taken.has(name) || builtIn.has(name)) continue;
    const path = paths.get(name);
    if (path === undefined)
      throw new HeorotError('module-missing', `kernel ${release} has no module ${name}`);
    const facts = factsOf(path, await readModule(join(root, path)));
    // A soft dependency may be built in, or of another architecture.
    const needs = facts.needs.filter((each) => paths.has(each));
    taken.set(name, { ...facts, needs });
    waiting.push(...needs);
  }
  const sorted = [...taken].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    release,
    modules: sorted.map(([, { path, content }]) => ({ path, content })),
    dependencyList: sorted.map(([name, { path }]) => `${path}: ${pathsBelow(name, taken)}\n`).join(''),
    aliasList: sorted
      .flatMap(([name, { aliases }]) => aliases.map((alias) => `alias ${alias} ${name}\n`))
      .join(''),
  };
}

/** Modules are named with `_` and `-` alike. */
function plainName(name: string): string {
  return name.replaceAll('-', '_');
}

async function modulePaths(root: string): Promise<ReadonlyMap<string, string>> {
  const files = await readdir(join(root, 'kernel'), { recursive: true });
  return new Map(
    files
      .filter((file) => file.endsWith('.ko'))
      .map((file) => [plainName(basename(file, '.ko')), join('kernel', file)]),
  );
}

async function builtInModules(root: string): Promise<ReadonlySet<string>> {
  const list = await readFile(join(root, 'modules.builtin'), 'utf8').catch(() => '');
  return new Set(list.split('\n').map((path) => plainName(basename(path, '.ko'))));
}

async function readModule(path: string): Promise<Buffer> {
  return readFile(path);
}

function factsOf(path: string, content: Buffer): ModuleFacts {
  const info = readModuleInfo(content);
  const all = (key: string): readonly string[] =>
    info.filter(([name]) => name === key).map(([, value]) => value);
  const hard = all('depends').flatMap((list) => list.split(','));
  // busybox knows no modules.softdep; what should come before is made a dependency.
  const soft = all('softdep').flatMap((list) =>
    (/\bpre: ([^:]*?)(?: post:|$)/.exec(list)?.[1] ?? '').split(' '),
  );
  const needs = [...hard, ...soft].filter((name) => name !== '').map(plainName);
  return { path, content, needs: [...new Set(needs)], aliases: all('alias') };
}

/** All below, the nearest first, as depmod writes them: modprobe loads from the end. */
function pathsBelow(name: string, modules: ReadonlyMap<string, ModuleFacts>): string {
  const found = new Set<string>();
  const visit = (each: string): void => {
    for (const need of modules.get(each)?.needs ?? []) {
      found.delete(need);
      found.add(need);
      visit(need);
    }
  };
  visit(name);
  return [...found].map((each) => modules.get(each)?.path ?? '').join(' ');
}
