// The node side: the shell scripts of packages/clone/node, which become /init and /lib/heorot of the boot environment.
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HeorotError } from '@heorot/inventory';

export interface NodeFile {
  /** As it lies in the initramfs: `init`, `lib/heorot/plan.sh`. */
  readonly path: string;
  readonly content: Buffer;
}

/** Beside the sources and the built package, or beside the bundled bins. */
const candidates = ['../../node/', '../clone-node/'].map((path) => new URL(path, import.meta.url));

/** @throws HeorotError `node-files-missing` where this installation is not whole */
export async function readNodeFiles(): Promise<readonly NodeFile[]> {
  for (const folder of candidates.map((url) => fileURLToPath(url))) {
    const listing = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    const files = listing.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
    if (!files.some((path) => path === join(folder, 'init'))) continue;
    return Promise.all(
      files.sort().map(async (path) => ({
        path: path.slice(join(dirname(join(folder, 'init')), '/').length),
        content: await readFile(path),
      })),
    );
  }
  throw new HeorotError('node-files-missing', 'the scripts of the boot environment are not installed', {
    hint: 'install heorot again',
  });
}
