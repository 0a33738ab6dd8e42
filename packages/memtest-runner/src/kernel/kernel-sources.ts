// Where the C sources of the engines lie: beside the sources of this package, or beside the bundle that is installed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HeorotError } from '@heorot/inventory';

/** @throws HeorotError `kernel-sources` */
export function kernelSources(): string {
  const here = import.meta.dirname;
  // src/kernel and dist/kernel of the package; dist/bin of the bundle.
  const places = [
    join(here, '../../kernel/src'),
    join(here, '../kernel/src'),
    join(here, '../../../memtest-runner/kernel/src'),
  ];
  const found = places.find((place) => existsSync(join(place, 'main.c')));
  if (found !== undefined) return found;
  throw new HeorotError(
    'kernel-sources',
    `the sources of the memory test are missing: looked in ${places.join(', ')}`,
    {
      hint: 'install heorot again',
    },
  );
}
