// Builds the boot environment: a kernel, an initramfs and its parts, the boot loaders for deployed disks, and the list of what is in
// them.
// Packages and modules as data: contents.ts. Nothing here needs root, and the same packages give the same bytes.
import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import { makeFolder, writeFileAtomically } from '@heorot/state';
import { type ArchivedFile, initramfs, originsOf, part } from './archive.ts';
import { BOOT_LOADER_PACKAGES, type BootLoaders, makeBootLoaders } from './boot-loaders.ts';
import { type Contents, INITRAMFS, KERNEL_PACKAGE, PARTS } from './contents.ts';
import { CONTENTS_LIST, type ContentsList } from './contents-list.ts';
import { kernelModules } from './kernel/kernel-modules.ts';
import { KEXEC_PACKAGE, KEXEC_PART, kexecPart } from './kexec-part.ts';
import { readNodeFiles } from './node-files.ts';
import { type DebianPackage, dependenciesOf, obtainPackages } from './packages/debian-packages.ts';
import { findProgram, librariesOf, type PackagedFile } from './packages/program-libraries.ts';

export interface BuildOptions {
  /** Where the boot environment is written: vmlinuz, initrd.img, its parts, grub/, memtest86+, iPXE, contents.json. */
  readonly folder: string;
  /** Downloaded packages are kept here. */
  readonly cache: string;
  /** The head's public key (ed25519, PEM): what the node runs must be signed with it. */
  readonly signingKey: string;
  readonly signal?: AbortSignal | undefined;
  /** Told what is being done, in a few words. */
  readonly progress?: (step: string) => void;
}

/** Packages of what is started in the place of kernel and initramfs. */
const OTHER_BOOTS = ['ipxe', 'memtest86+'];

const INITRD = 'initrd.img';

/** iPXE for cards that lack it, by TFTP. */
const IPXE_FILES = ['undionly.kpxe', 'snponly.efi', 'ipxe.efi'];

/**
 * @returns the list of contents, as written to contents.json
 * @throws HeorotError where a package, program, library or module is missing
 */
export async function buildBootEnvironment(options: BuildOptions): Promise<ContentsList> {
  const { folder, cache, signingKey, signal, progress = () => {} } = options;
  progress('obtain packages');
  const sources = await obtainSources(cache, signal);
  const { packages, kernel } = sources;
  progress('collect programs and modules');
  const { release, lists } = await moduleLists(kernel);
  const base = [
    ...(await filesOf(INITRAMFS, sources)),
    ...lists,
    ...linkFiles(fixedLinks),
    ...(await ownFiles(signingKey)),
  ];
  const parts = await partsOver(base, sources);
  progress('make boot loaders');
  const loaders = await makeBootLoaders(packages, cache, signal);
  progress('pack');
  const outputs: Outputs = {
    vmlinuz: await readFile(join(kernel.folder, 'boot', `vmlinuz-${release}`)),
    [INITRD]: initramfs(base),
    ...Object.fromEntries(parts.map(({ name, files }) => [name, part(files)])),
    ...loaderFiles(loaders),
    [KEXEC_PART]: await kexecPart(packageNamed(packages, KEXEC_PACKAGE), cache, signal),
    ...(await ipxeFiles(packageNamed(packages, 'ipxe'))),
    ...(await memtestFiles(packageNamed(packages, 'memtest86+'))),
  };
  const contents: ContentsList = {
    kernel: { release, package: kernel.name, version: kernel.version },
    outputs: Object.entries(outputs).map(([path, content]) => ({
      path,
      bytes: content.byteLength,
      sha256: createHash('sha256').update(content).digest('hex'),
    })),
    files: [{ name: INITRD, files: base }, ...parts].flatMap(({ name, files }) => originsOf(name, files)),
  };
  await write(folder, outputs, contents);
  return contents;
}

/** By their paths in the folder of the boot environment. */
type Outputs = Readonly<Record<string, Uint8Array>>;

/** Without its list it is none: a build that was interrupted leaves no old kernel beside new modules that anything would use. */
async function write(folder: string, outputs: Outputs, contents: ContentsList): Promise<void> {
  const list = join(folder, CONTENTS_LIST);
  await rm(list, { force: true });
  for (const sub of ['', 'grub']) await makeFolder(join(folder, sub), 0o755);
  for (const [path, content] of Object.entries(outputs))
    await writeFileAtomically(join(folder, path), content);
  await writeFileAtomically(list, `${JSON.stringify(contents, undefined, 1)}\n`);
}

interface Sources {
  readonly packages: ReadonlyMap<string, DebianPackage>;
  readonly kernel: DebianPackage;
  readonly cache: string;
  readonly signal: AbortSignal | undefined;
}

async function obtainSources(cache: string, signal: AbortSignal | undefined): Promise<Sources> {
  const kernelPackage = await currentKernel(signal);
  const programs = [INITRAMFS, ...Object.values(PARTS)].flatMap((each) => Object.keys(each.programs));
  const names = [...new Set([...programs, ...BOOT_LOADER_PACKAGES, ...OTHER_BOOTS, kernelPackage])];
  const obtained = await obtainPackages(names, cache, signal);
  const packages = new Map(obtained.map((each) => [each.name, each]));
  return { packages, kernel: packageNamed(packages, kernelPackage), cache, signal };
}

/** Files of this software; its version is not theirs to tell, or every release would change the bytes. */
const OURS = { package: 'heorot', version: '' };

/** linux-image-amd64 depends on the kernel of the day. */
async function currentKernel(signal: AbortSignal | undefined): Promise<string> {
  const found = (await dependenciesOf([KERNEL_PACKAGE], signal)).find((name) => /^linux-image-\d/.test(name));
  if (found === undefined)
    throw new HeorotError('kernel-unknown', `apt knows no kernel behind ${KERNEL_PACKAGE}`, {
      hint: 'apt-get update, as root, fetches the lists of packages',
    });
  return found;
}

/** Our scripts, and the key of this head. */
async function ownFiles(signingKey: string): Promise<readonly ArchivedFile[]> {
  const scripts = await readNodeFiles();
  return [
    ...scripts.map(({ path, content }) => ({
      path,
      content,
      mode: path.startsWith('etc/') ? 0o644 : 0o755,
      ...OURS,
    })),
    { path: 'etc/heorot/signing.pem', content: Buffer.from(signingKey), ...OURS },
  ];
}

/** What the parts have besides. */
async function partsOver(
  base: readonly ArchivedFile[],
  sources: Sources,
): Promise<readonly { readonly name: string; readonly files: readonly ArchivedFile[] }[]> {
  const present = new Set(base.map(({ path }) => path));
  const parts: { readonly name: string; readonly files: readonly ArchivedFile[] }[] = [];
  // One after the other: they have libraries in common, which are downloaded once.
  for (const [name, contents] of Object.entries(PARTS)) {
    const files = await filesOf(contents, sources);
    parts.push({ name, files: files.filter(({ path }) => !present.has(path)) });
  }
  return parts;
}

/** Everything that one archive takes from packages: programs, their libraries, files, modules and all they depend on. */
async function filesOf(
  { programs, links = {}, files = {}, modules = [] }: Contents,
  { packages, kernel, cache, signal }: Sources,
): Promise<readonly ArchivedFile[]> {
  const found: PackagedFile[] = [];
  for (const [name, wanted] of Object.entries(programs))
    for (const program of wanted) found.push(await findProgram(program, packageNamed(packages, name)));
  const libraries = await librariesOf(found, cache, signal);
  const inFolder = (folder: string, each: PackagedFile): ArchivedFile => ({
    path: `${folder}/${each.name}`,
    content: each.content,
    mode: 0o755,
    ...originOf(each.from),
  });
  return [
    ...(await packagedFiles(files, packages)),
    ...found.map((each) => inFolder('bin', each)),
    ...libraries.map((each) => inFolder('lib/x86_64-linux-gnu', each)),
    ...linkFiles(links),
    ...(await moduleFiles(modules, kernel)),
  ];
}

async function packagedFiles(
  wanted: NonNullable<Contents['files']>,
  packages: ReadonlyMap<string, DebianPackage>,
): Promise<readonly ArchivedFile[]> {
  const files: ArchivedFile[] = [];
  for (const [name, paths] of Object.entries(wanted)) {
    const from = packageNamed(packages, name);
    for (const path of paths)
      files.push({ path, content: await readFile(join(from.folder, path)), ...originOf(from) });
  }
  return files;
}

/** The kernel calls /sbin/modprobe; programs name their loader by an absolute path. */
const fixedLinks: Readonly<Record<string, string>> = {
  'bin/sh': 'busybox',
  'sbin/modprobe': '../bin/busybox',
  'lib64/ld-linux-x86-64.so.2': '../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2',
};

function linkFiles(links: Readonly<Record<string, string>>): readonly ArchivedFile[] {
  return Object.entries(links).map(([path, link]) => ({ path, content: { link }, ...OURS }));
}

async function moduleFiles(
  wanted: readonly string[],
  kernel: DebianPackage,
): Promise<readonly ArchivedFile[]> {
  const { release, modules } = await kernelModules(kernel.folder, wanted);
  return modules.map(({ path, content }) => ({
    path: `lib/modules/${release}/${path}`,
    content,
    ...originOf(kernel),
  }));
}

/** What modprobe reads, for the modules of all parts: one that has not come yet fails as one that is not there. */
async function moduleLists(
  kernel: DebianPackage,
): Promise<{ readonly release: string; readonly lists: readonly ArchivedFile[] }> {
  const wanted = [INITRAMFS, ...Object.values(PARTS)].flatMap(({ modules = [] }) => modules);
  const { release, dependencyList, aliasList } = await kernelModules(kernel.folder, wanted);
  const list = (name: string, text: string): ArchivedFile => ({
    path: `lib/modules/${release}/${name}`,
    content: Buffer.from(text),
    ...originOf(kernel),
  });
  return { release, lists: [list('modules.dep', dependencyList), list('modules.alias', aliasList)] };
}

function loaderFiles({ bootImage, coreImage, efiImage }: BootLoaders): Record<string, Uint8Array> {
  return {
    'grub/boot.img': bootImage,
    'grub/core.img': coreImage,
    'grub/grubx64.efi': efiImage,
    // Under the name that the boot service chains on a deployed UEFI machine.
    'grub/local.efi': efiImage,
  };
}

async function ipxeFiles(from: DebianPackage): Promise<Record<string, Uint8Array>> {
  const folder = join(from.folder, 'usr/lib/ipxe');
  const found = (await readdir(folder)).filter((name) => IPXE_FILES.includes(name));
  return Object.fromEntries(
    await Promise.all(found.sort().map(async (name) => [name, await readFile(join(folder, name))] as const)),
  );
}

/** For `clone boot memtest86+`: with a serial console, for both firmwares. */
async function memtestFiles(from: DebianPackage): Promise<Record<string, Uint8Array>> {
  const image = (kind: string): Promise<Uint8Array> =>
    readFile(join(from.folder, `boot/memtest86+x64.${kind}`));
  return { 'memtest.bin': await image('bin'), 'memtest.efi': await image('efi') };
}

function originOf({ name, version }: DebianPackage): { readonly package: string; readonly version: string } {
  return { package: name, version };
}

function packageNamed(packages: ReadonlyMap<string, DebianPackage>, name: string): DebianPackage {
  const found = packages.get(name);
  if (found === undefined) throw new HeorotError('package-unknown', `apt gave no package ${name}`);
  return found;
}
