// What the machines lab needs of this machine, said before anything is touched.
import { access, constants } from 'node:fs/promises';
import { HeorotError } from '@heorot/inventory';
import { findProgram } from '../namespaces/requirements.ts';
import { OVMF } from './machine-plan.ts';

const programs: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  'qemu-system-x86_64': 'qemu-system-x86',
  'qemu-img': 'qemu-utils',
};

/** iPXE, which loads over HTTP, in the ROM of the virtual card. */
const roms = { bios: '/usr/lib/ipxe/qemu/pxe-virtio.rom', uefi: '/usr/lib/ipxe/qemu/efi-virtio.rom' };

/** @throws HeorotError `lab-needs-root`, `lab-needs-programs` with the command that installs them */
export async function checkMachineRequirements(uefi: boolean): Promise<void> {
  if (process.getuid?.() !== 0)
    throw new HeorotError('lab-needs-root', 'the machines lab needs root, to make network namespaces', {
      hint: 'run it with sudo, or use --kind embedded',
    });
  const missing = new Set<string>();
  for (const [program, debianPackage] of Object.entries(programs))
    if ((await findProgram(program)) === undefined) missing.add(debianPackage);
  if (!(await isReadable(uefi ? roms.uefi : roms.bios))) missing.add('ipxe-qemu');
  if (uefi && !(await isReadable(OVMF.code))) missing.add('ovmf');
  if (!(await isReadable('/dev/net/tun')))
    throw new HeorotError('lab-needs-tun', 'there is no /dev/net/tun', { hint: 'modprobe tun' });
  if (missing.size > 0)
    throw new HeorotError('lab-needs-programs', `the machines lab needs ${[...missing].join(' and ')}`, {
      hint: `apt-get install ${[...missing].join(' ')}`,
    });
}

async function isReadable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}
