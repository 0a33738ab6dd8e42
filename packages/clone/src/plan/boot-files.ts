// The files of the boot loader that the node copies onto its disk, from the boot environment on the head.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HeorotError } from '@heorot/inventory';

export interface BootFile {
  /** As the plan calls it: `boot.img`. */
  readonly file: string;
  /** On the head's HTTP service. */
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

const needed = { bios: ['boot.img', 'core.img'], uefi: ['grubx64.efi'] } as const;

/** @throws HeorotError `bootenv-missing` */
export async function readBootFiles(
  bootenv: string,
  firmware: 'bios' | 'uefi',
): Promise<readonly BootFile[]> {
  return Promise.all(
    needed[firmware].map(async (file) => {
      const bytes = await readFile(join(bootenv, 'grub', file)).catch((cause: unknown) => {
        throw new HeorotError('bootenv-missing', `the boot environment has no grub/${file}`, {
          hint: 'build it: clone bootenv build',
          cause,
        });
      });
      return {
        file,
        path: `/boot/grub/${file}`,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        sizeBytes: bytes.byteLength,
      };
    }),
  );
}
