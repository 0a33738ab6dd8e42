// The index of a layout: the names of its images. It is replaced whole, by one process at a time.
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import { withLock, writeFileAtomically } from '@heorot/state';
import type { Descriptor } from './blob-store.ts';
import { indexText, parseIndex } from './image-json.ts';

/** The annotation that names an image (image-spec, annotations.md). */
export const refName = 'org.opencontainers.image.ref.name';

/** The name a descriptor of the index has. */
export function nameOf({ annotations }: Descriptor): string | undefined {
  return annotations?.[refName];
}

/** Makes a folder a layout; one that is a layout already stays as it is. */
export async function createLayout(layout: string): Promise<void> {
  await mkdir(join(layout, 'blobs', 'sha256'), { recursive: true });
  await changeIndex(layout, (present) => present, []);
  await writeFileAtomically(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}\n');
}

/** The descriptors of the index. @throws HeorotError `image-store` where there is no layout */
export async function readIndex(
  layout: string,
  absent?: readonly Descriptor[],
): Promise<readonly Descriptor[]> {
  try {
    return parseIndex(await readFile(join(layout, 'index.json'), 'utf8'));
  } catch (cause) {
    if (cause instanceof HeorotError) throw cause;
    if (absent !== undefined && cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')
      return absent;
    throw new HeorotError('image-store', `no image store at ${layout}`, { cause });
  }
}

/** Replaces the index by a function of the present one. */
export async function changeIndex(
  layout: string,
  change: (present: readonly Descriptor[]) => readonly Descriptor[],
  absent?: readonly Descriptor[],
): Promise<void> {
  await alone(layout, async () => {
    await writeFileAtomically(join(layout, 'index.json'), indexText(change(await readIndex(layout, absent))));
  });
}

/** Runs while no other process changes the layout. The lock is in a folder of its own, so that the rest may be served. */
export function alone<Result>(layout: string, action: () => Promise<Result>): Promise<Result> {
  return withLock(join(layout, 'lock', 'index'), action, { waitMs: 10_000 });
}
