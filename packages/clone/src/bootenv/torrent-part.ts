// aria2 as a part of its own: with its libraries it is larger than all the rest, so a node fetches it only when its plan names a
// torrent. The plan is signed and holds the hash of the part, as of everything else that a node runs.
import { constants, zstdCompressSync } from 'node:zlib';
import { writeTar } from '../identity/write-tar.ts';
import type { InitramfsFile } from './initramfs.ts';
import type { DebianPackage } from './packages/debian-packages.ts';
import { findProgram, librariesOf } from './packages/program-libraries.ts';

export const TORRENT_PACKAGE = 'aria2';

const compression = {
  params: { [constants.ZSTD_c_compressionLevel]: 12, [constants.ZSTD_c_windowLog]: 25 },
};

/**
 * A tar to be unpacked over the boot environment.
 * @param present what every boot has anyhow
 */
export async function torrentPart(
  from: DebianPackage,
  present: readonly InitramfsFile[],
  cache: string,
  signal?: AbortSignal,
): Promise<Buffer> {
  const program = await findProgram('aria2c', from);
  const there = new Set(present.map(({ path }) => path));
  const libraries = (await librariesOf([program], cache, signal))
    .map(({ name, content }) => ({ path: `lib/x86_64-linux-gnu/${name}`, mode: 0o755, content }))
    .filter(({ path }) => !there.has(path));
  const files = [{ path: 'bin/aria2c', mode: 0o755, content: program.content }, ...libraries];
  return zstdCompressSync(writeTar(files), compression);
}
