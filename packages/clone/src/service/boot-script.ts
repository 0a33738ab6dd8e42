// iPXE scripts (ipxe.org/scripting): what a machine is told when its firmware asks.

/** What a machine is to boot. */
export type BootChoice =
  /** Nobody of ours: the next entry of its own boot order. */
  | { readonly kind: 'unknown' }
  /** With the UUID of the file system that holds /boot, where the head has made it. */
  | { readonly kind: 'local'; readonly fileSystem?: string | undefined }
  | { readonly kind: 'memtest' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'environment'; readonly mac: string; readonly token: string };

export interface BootSurroundings {
  /** As nodes reach it: `http://10.77.0.1:8080`. */
  readonly head: string;
  readonly platform: 'pcbios' | 'efi';
  /** The beginning of the sha256 of the public key. */
  readonly keyId: string;
  /** What a site adds to the command line: `console=ttyS0,115200`. */
  readonly kernelArguments: string;
}

/** The script, with its final newline. */
export function bootScript(choice: BootChoice, surroundings: BootSurroundings): string {
  return `${['#!ipxe', ...linesOf(choice, surroundings)].join('\n')}\n`;
}

function linesOf(choice: BootChoice, surroundings: BootSurroundings): readonly string[] {
  const { head, platform } = surroundings;
  switch (choice.kind) {
    case 'unknown':
      return ['exit'];
    case 'local':
      // OVMF does not go on to the disk after `exit`; a loader that looks for the file system does. A BIOS takes its first disk.
      return platform === 'efi'
        ? [
            `chain ${head}/boot/grub/local.efi${choice.fileSystem === undefined ? '' : `?fs=${choice.fileSystem}`} || exit`,
          ]
        : ['sanboot --no-describe --drive 0x80 || exit'];
    case 'memtest':
      return platform === 'efi'
        ? [`chain ${head}/boot/memtest.efi console=ttyS0,115200 || exit`]
        : [`kernel ${head}/boot/memtest.bin console=ttyS0,115200 || exit`, 'boot || exit'];
    case 'file':
      return [`chain ${head}/boot/${encodeURI(choice.path)} || exit`];
    case 'environment':
      return [
        `kernel ${head}/boot/vmlinuz initrd=initrd.img ${environmentArguments(choice, surroundings)}`,
        `initrd ${head}/boot/initrd.img`,
        'boot',
      ];
    default:
      return choice satisfies never;
  }
}

/** The command line of the boot environment's kernel. */
export function environmentArguments(
  { mac, token }: { readonly mac: string; readonly token: string },
  { head, keyId, kernelArguments }: Omit<BootSurroundings, 'platform'>,
): string {
  return `heorot.head=${head} heorot.mac=${mac} heorot.token=${token} heorot.key=${keyId} ${kernelArguments}`.trimEnd();
}
