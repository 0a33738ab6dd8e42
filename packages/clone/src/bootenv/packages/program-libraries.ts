// The programs of a boot environment with every library they name, and the package each comes from.
import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import { readElf } from '../elf/read-elf.ts';
import { type DebianPackage, dependenciesOf, obtainPackages } from './debian-packages.ts';

/** A file taken out of a package. */
export interface PackagedFile {
  /** The base name: `mdadm`, `libc.so.6`. */
  readonly name: string;
  readonly content: Buffer;
  readonly from: DebianPackage;
}

const libraryFolders = ['lib', 'usr/lib'].flatMap((folder) => [
  `${folder}/x86_64-linux-gnu`,
  folder,
  `${folder}64`,
]);
const programFolders = ['sbin', 'bin', 'usr/sbin', 'usr/bin', 'usr/lib/dropbear', 'usr/lib/udpcast'];

/** Finds a program in an unpacked package. @throws HeorotError `program-not-packaged` */
export async function findProgram(name: string, from: DebianPackage): Promise<PackagedFile> {
  for (const folder of programFolders) {
    const content = await readInside(from, join(folder, name));
    if (content !== undefined) return { name, content, from };
  }
  throw new HeorotError('program-not-packaged', `${from.name} ${from.version} has no program ${name}`);
}

/** How deep dependencies are followed: libraries of libraries lie two or three steps away. */
const MAX_STEPS = 6;

/**
 * Every library that the files name, and those name in turn, found in the packages that their packages depend on.
 * @throws HeorotError `library-missing` where no package has it
 */
export async function librariesOf(
  files: readonly PackagedFile[],
  cache: string,
  signal?: AbortSignal,
): Promise<readonly PackagedFile[]> {
  const found = new Map<string, PackagedFile>();
  const known = new Map<string, DebianPackage>(files.map(({ from }) => [from.name, from]));
  const shelves = await shelvesOf([...known.values()]);
  let newest = [...known.keys()];
  for (let step = 0; ; step += 1) {
    const missing = await takeNeeded(files, shelves, found);
    if (missing.length === 0) return [...found.values()];
    const next = (await dependenciesOf(newest, signal)).filter((name) => isLibrary(name) && !known.has(name));
    if (next.length === 0 || step === MAX_STEPS)
      throw new HeorotError('library-missing', `no package has ${missing.join(', ')}`);
    const packages = await obtainPackages(next, cache, signal);
    for (const each of packages) known.set(each.name, each);
    for (const [name, shelf] of await shelvesOf(packages)) shelves.set(name, shelf);
    newest = next;
  }
}

/** Interpreters bring hundreds of megabytes, and no library that a program names. */
function isLibrary(name: string): boolean {
  return /^(lib|zlib)/.test(name) && !/^lib(python|perl|pam-)|-perl$|-common$/.test(name);
}

type Shelves = Map<string, { readonly path: string; readonly from: DebianPackage }>;

async function shelvesOf(packages: readonly DebianPackage[]): Promise<Shelves> {
  const shelves: Shelves = new Map();
  // The loader lies in lib64 once more, as an absolute link.
  for (const from of packages)
    for (const folder of libraryFolders)
      for (const name of await readdir(join(from.folder, folder)).catch(() => []))
        if (/\.so(\.|$)/.test(name) && !shelves.has(name))
          shelves.set(name, { path: join(folder, name), from });
  return shelves;
}

/** Takes what can be had into `found`; returns what is lacking. */
async function takeNeeded(
  files: readonly PackagedFile[],
  shelves: Shelves,
  found: Map<string, PackagedFile>,
): Promise<readonly string[]> {
  const missing = new Set<string>();
  const waiting = [...files, ...found.values()];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    for (const name of wantedBy(file.content)) {
      if (found.has(name)) continue;
      const shelf = shelves.get(name);
      const content = shelf && (await readInside(shelf.from, shelf.path));
      if (shelf === undefined || content === undefined) missing.add(name);
      else {
        const library = { name, content, from: shelf.from };
        found.set(name, library);
        waiting.push(library);
      }
    }
  }
  return [...missing].sort();
}

function wantedBy(content: Buffer): readonly string[] {
  const elf = readElf(content);
  if (elf === undefined) return [];
  const loader = elf.interpreter?.split('/').at(-1);
  return loader === undefined ? elf.needed : [...elf.needed, loader];
}

/** Follows links as long as they stay inside the package. */
async function readInside({ folder }: DebianPackage, path: string): Promise<Buffer | undefined> {
  const [inside, real] = await Promise.all([folder, join(folder, path)].map((each) => realpath(each))).catch(
    () => [],
  );
  if (inside === undefined || real === undefined || !real.startsWith(`${inside}/`)) return undefined;
  return readFile(real);
}
