// A folder that dnsmasq can use when it has dropped its rights: the state of the head is closed to everybody, and stays so.
import { chmod, copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface DnsmasqRoom extends AsyncDisposable {
  readonly folder: string;
  /** Lost with the room: every lease is static, and known again from the inventory. */
  readonly leaseFile: string;
  /** Copies of the two files that cards without iPXE ask for, as far as they are there. */
  readonly tftpFolder: string | undefined;
}

const loaders = ['undionly.kpxe', 'snponly.efi'];

export async function openRoom(loaderFolder: string | undefined): Promise<DnsmasqRoom> {
  const folder = await mkdtemp(join(tmpdir(), 'heorot-dnsmasq-'));
  await chmod(folder, 0o755);
  const tftpFolder = join(folder, 'tftp');
  await mkdir(tftpFolder);
  for (const file of loaderFolder === undefined ? [] : loaders)
    await copyFile(join(loaderFolder ?? '', file), join(tftpFolder, file)).catch(() => {});
  return {
    folder,
    leaseFile: join(folder, 'leases'),
    tftpFolder: loaderFolder === undefined ? undefined : tftpFolder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
