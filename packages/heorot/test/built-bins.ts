// Where the built tools are. `toolchain/build-bins.ts` has built them before the first lab test runs.
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..', '..');
export const bins = join(root, 'packages', 'heorot', 'dist', 'bin');
