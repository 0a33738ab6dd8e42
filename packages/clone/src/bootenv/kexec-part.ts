// kexec as a part of its own, with its loader and libraries: for nodes that are to start the boot environment from their running
// system, whatever that has.
import { writeTar } from '../identity/write-tar.ts';
import type { DebianPackage } from './packages/debian-packages.ts';
import { findProgram, librariesOf } from './packages/program-libraries.ts';

export const KEXEC_PACKAGE = 'kexec-tools';
export const KEXEC_PART = 'kexec.tar';

/** A tar with `kexec/kexec`, `kexec/ld-linux-x86-64.so.2` and libraries. */
export async function kexecPart(from: DebianPackage, cache: string, signal?: AbortSignal): Promise<Buffer> {
  const program = await findProgram('kexec', from);
  const files = [program, ...(await librariesOf([program], cache, signal))];
  return writeTar(files.map(({ name, content }) => ({ path: `kexec/${name}`, mode: 0o755, content })));
}
