// The tree of an OCI image: its layers laid over one another (image-spec, layer.md), the topmost of each path.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import { type Descriptor, readBlob, readWholeBlob } from './blob-store.ts';
import { unpacked } from './decompress.ts';
import { type ImageManifest, parseIndex, parseManifest } from './image-json.ts';
import { nameOf } from './layout-index.ts';
import { readTar } from './tar/read-tar.ts';
import type { TarMember } from './tar/tar-member.ts';

/** @param name of the image, where the layout holds several */
export async function* readOci(layout: string, name: string | undefined): AsyncGenerator<TarMember> {
  const { layers } = await manifestIn(layout, name);
  const shown = await visiblePaths(layout, layers);
  for (const [at, layer] of layers.entries())
    for await (const member of membersOf(layout, layer))
      if (shown[at]?.has(member.entry.path) === true) yield member;
}

async function manifestIn(layout: string, name: string | undefined): Promise<ImageManifest> {
  const index = parseIndex(await readFile(join(layout, 'index.json'), 'utf8'));
  const wanted = name === undefined ? index : index.filter((each) => nameOf(each) === name);
  const [found, ...more] = wanted;
  if (found === undefined || more.length > 0)
    throw new HeorotError(
      'image-unknown',
      `${layout} holds ${wanted.length} images${name === undefined ? '' : ` '${name}'`}`,
      {
        hint: `say which with --ref: ${index.map(nameOf).join(', ')}`,
      },
    );
  if (found.mediaType.includes('index'))
    throw new HeorotError('image-json', `${layout} holds an image for several architectures`, {
      hint: 'copy the one that is wanted: skopeo copy --override-arch amd64 ...',
    });
  return parseManifest((await readWholeBlob(layout, found)).toString('utf8'));
}

function membersOf(layout: string, layer: Descriptor): AsyncGenerator<TarMember> {
  if (!layer.mediaType.includes('tar')) return readTar(empty());
  return readTar(unpacked(readBlob(layout, layer)));
}

async function* empty(): AsyncGenerator<Uint8Array> {}

/** Of each layer the paths that no layer above replaces or takes away. */
async function visiblePaths(
  layout: string,
  layers: readonly Descriptor[],
): Promise<readonly ReadonlySet<string>[]> {
  const seen = new Set<string>();
  /** Gone with all below, and gone below alone. */
  const covered = new Set<string>();
  const emptied = new Set<string>();
  const shown: ReadonlySet<string>[] = [];
  for (const layer of layers.toReversed()) {
    const here = new Map<string, string>();
    const [whiteouts, opaque]: [string[], string[]] = [[], []];
    for await (const { entry } of membersOf(layout, layer)) {
      const slash = entry.path.lastIndexOf('/');
      const [folder, base] = [entry.path.slice(0, Math.max(slash, 0)), entry.path.slice(slash + 1)];
      if (base === '.wh..wh..opq') opaque.push(folder);
      else if (base.startsWith('.wh.'))
        whiteouts.push(folder === '' ? base.slice(4) : `${folder}/${base.slice(4)}`);
      else if (!seen.has(entry.path) && !isHidden(entry.path, covered, emptied))
        here.set(entry.path, entry.type);
    }
    // What a layer takes away is of the layers below it.
    for (const path of whiteouts) covered.add(path);
    for (const path of opaque) emptied.add(path);
    for (const [path, type] of here) {
      seen.add(path);
      if (type !== 'directory') emptied.add(path);
    }
    shown.unshift(new Set(here.keys()));
  }
  return shown;
}

function isHidden(path: string, covered: ReadonlySet<string>, emptied: ReadonlySet<string>): boolean {
  if (covered.has(path)) return true;
  if (path !== '' && emptied.has('')) return true;
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    const above = path.slice(0, at);
    if (covered.has(above) || emptied.has(above)) return true;
  }
  return false;
}
