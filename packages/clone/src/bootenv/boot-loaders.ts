// GRUB's images, made once on the head and copied to every node as bytes: nothing of GRUB runs there, and no chroot is needed.
// One core image serves every node: it looks for its configuration by the label of the file system, not by the disk.
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeTar } from '../identity/write-tar.ts';
import { anyFileSystem } from './local-loader.ts';
import type { DebianPackage } from './packages/debian-packages.ts';
import { findProgram, librariesOf } from './packages/program-libraries.ts';
import { runProgram } from './packages/run-program.ts';

/** The label of the file system that holds /boot: what both GRUBs search for. */
const BOOT_LABEL = 'heorot-boot';

export interface BootLoaders {
  /** The first sector of a BIOS disk, to be patched with where the core lies. */
  readonly bootImage: Buffer;
  readonly coreImage: Buffer;
  readonly efiImage: Buffer;
}

/** Packages that this needs. */
export const BOOT_LOADER_PACKAGES = ['grub-common', 'grub-pc-bin', 'grub-efi-amd64-bin'] as const;

const fileSystems = [
  'part_gpt',
  'ext2',
  'fat',
  'xfs',
  'btrfs',
  'lvm',
  'mdraid1x',
  'diskfilter',
  'search',
  'search_label',
];
const scripting = [
  'memdisk',
  'tar',
  'normal',
  'configfile',
  'linux',
  'echo',
  'test',
  'ls',
  'cat',
  'sleep',
  'reboot',
  'halt',
  'serial',
  'terminal',
  'regexp',
  'probe',
  'minicmd',
];

/**
 * What the core runs first: it lies in the core itself, as the grub.cfg of a disk in memory (a configuration embedded as such is read
 * by GRUB's rescue parser, which knows no `if`). The serial console tells why a machine does not boot. /boot may be a file system
 * of its own or a folder of the root. A loader that came over the network lies on no disk: the head writes into it which file system
 * is meant (local-loader.ts).
 */
const configuration = `serial --unit=0 --speed=115200
terminal_output --append serial
regexp --set=1:disk '^[(]([^,)]+)' "$cmdpath"
set wanted=${anyFileSystem}
if ! search --no-floppy --fs-uuid $wanted --set=root; then
  search --no-floppy --label ${BOOT_LABEL} --set=root --hint "$disk,"
fi
if [ -f ($root)/boot/grub/grub.cfg ]; then set prefix=($root)/boot/grub; else set prefix=($root)/grub; fi
export root prefix
configfile $prefix/grub.cfg
echo "heorot: no $prefix/grub.cfg on a file system labelled ${BOOT_LABEL}"
sleep 10
`;

/** Runs the packaged grub-mkimage with the packaged libraries: this machine needs no GRUB. */
export async function makeBootLoaders(
  packages: ReadonlyMap<string, DebianPackage>,
  cache: string,
  signal?: AbortSignal,
): Promise<BootLoaders> {
  const [common, pc, efi] = BOOT_LOADER_PACKAGES.map((name) => packages.get(name));
  if (common === undefined || pc === undefined || efi === undefined) throw new Error('GRUB was not obtained');
  const folder = await mkdtemp(join(tmpdir(), 'heorot-grub-'));
  try {
    const mkimage = await portable('grub-mkimage', common, folder, cache, signal);
    const memory = writeTar([{ path: 'boot/grub/grub.cfg', mode: 0o644, content: configuration }]);
    await writeFile(join(folder, 'memory.tar'), memory);
    const image = async (format: string, from: string, modules: readonly string[]): Promise<Buffer> => {
      const output = join(folder, format);
      const operands = [
        '-O',
        format,
        '-d',
        from,
        '-p',
        '(memdisk)/boot/grub',
        '-m',
        join(folder, 'memory.tar'),
        '-o',
        output,
      ];
      await runProgram(mkimage[0], [...mkimage.slice(1), ...operands, ...modules], { signal });
      return readFile(output);
    };
    const bios = join(pc.folder, 'usr/lib/grub/i386-pc');
    const uefi = join(efi.folder, 'usr/lib/grub/x86_64-efi');
    return {
      bootImage: await readFile(join(bios, 'boot.img')),
      coreImage: await image('i386-pc', bios, ['biosdisk', ...fileSystems, ...scripting]),
      efiImage: await image('x86_64-efi', uefi, [
        ...fileSystems,
        ...scripting,
        'efi_gop',
        'all_video',
        'chain',
      ]),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A command line that runs a packaged program by its own loader and with its own libraries. */
async function portable(
  name: string,
  from: DebianPackage,
  folder: string,
  cache: string,
  signal?: AbortSignal,
): Promise<readonly [string, ...string[]]> {
  const program = await findProgram(name, from);
  await mkdir(join(folder, 'lib'));
  const libraries = await librariesOf([program], cache, signal);
  for (const each of [program, ...libraries]) {
    await writeFile(join(folder, 'lib', each.name), each.content);
    await chmod(join(folder, 'lib', each.name), 0o755);
  }
  const inside = (file: string): string => join(folder, 'lib', file);
  return [inside('ld-linux-x86-64.so.2'), '--library-path', join(folder, 'lib'), inside(name)];
}
