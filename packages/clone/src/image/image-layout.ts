// An image store: an OCI image layout whose images are named, signed and checked. Any static HTTP server can hand it out.
//
// `index.json` is the last thing written and the only thing changed, so a reader sees the images of before or of after.
import { didYouMean, HeorotError } from '@heorot/inventory';
import { type Descriptor, hasBlob, readWholeBlob, writeBlob } from './blob-store.ts';
import type { FileEntry } from './file-entry.ts';
import { readManifest, writeManifest } from './file-manifest.ts';
import {
  configBytes,
  type ImageConfig,
  type ImageManifest,
  manifestBytes,
  mediaTypes,
  parseConfig,
  parseManifest,
} from './image-json.ts';
import { changeIndex, nameOf, readIndex, refName } from './layout-index.ts';
import { signManifest, verifyManifest } from './signing.ts';

const signatureKey = 'org.heorot.signature';
const keyIdKey = 'org.heorot.signature.key';

/** What an image is made of; layers and file blobs are in the store already. */
export interface NewImage {
  /** `base@2`. */
  readonly name: string;
  readonly config: ImageConfig;
  /** The layer of a first install. */
  readonly layer: Descriptor;
  readonly files: readonly FileEntry[];
  /** Of each file's bytes by sha256, where they are kept one by one for updates. */
  readonly fileBlobs: ReadonlyMap<string, Descriptor>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** An image that was found and whose signature fits. */
export interface Image {
  readonly name: string;
  readonly descriptor: Descriptor;
  readonly manifest: ImageManifest;
  readonly config: ImageConfig;
  readonly layer: Descriptor;
  readonly files: readonly FileEntry[];
  readonly fileBlobs: ReadonlyMap<string, Descriptor>;
}

/** The names in a layout, with what they stand for. Nothing is verified. */
export async function listImages(
  layout: string,
): Promise<readonly { readonly name: string; readonly descriptor: Descriptor }[]> {
  return (await readIndex(layout)).flatMap((descriptor) => {
    const name = nameOf(descriptor);
    return name === undefined ? [] : [{ name, descriptor }];
  });
}

/** Writes and signs an image; a name that is taken is taken over. Nothing is seen of it before it is complete. */
export async function writeImage(layout: string, image: NewImage, privateKey: string): Promise<Descriptor> {
  if (!/^[A-Za-z0-9][\w.@+-]*$/.test(image.name))
    throw new HeorotError('image-name', `no image can be named '${image.name}'`, {
      hint: 'letters, digits, . _ @ + -',
    });
  for (const blob of [image.layer, ...image.fileBlobs.values()])
    if (!(await hasBlob(layout, blob)))
      throw new HeorotError('image-incomplete', `blob ${blob.digest} is not in the store`);
  const config = await writeBlob(layout, mediaTypes.config, [configBytes(image.config)]);
  const files = await writeBlob(layout, mediaTypes.files, [Buffer.from(writeManifest(image.files))]);
  const blobs = [...image.fileBlobs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([sha256, blob]) => ({ ...blob, annotations: { 'org.heorot.content': sha256 } }));
  const bytes = manifestBytes({
    config,
    layers: [image.layer, files, ...blobs],
    annotations: image.annotations,
  });
  const manifest = await writeBlob(layout, mediaTypes.manifest, [bytes]);
  const { keyId, signature } = signManifest(signedAs(image.name, bytes), privateKey);
  const descriptor = {
    ...manifest,
    annotations: { [refName]: image.name, [signatureKey]: signature, [keyIdKey]: keyId },
  };
  await changeIndex(layout, (others) => [
    ...others.filter((other) => nameOf(other) !== image.name),
    descriptor,
  ]);
  return descriptor;
}

/** Finds an image, verifies its signature, and reads its file manifest. @throws HeorotError `image-unknown`, `image-signature`, ... */
export async function readImage(layout: string, name: string, publicKeys: readonly string[]): Promise<Image> {
  const images = await listImages(layout);
  const found = images.find((image) => image.name === name);
  if (found === undefined) {
    const names = images.map((image) => image.name);
    throw new HeorotError('image-unknown', `no image '${name}'`, {
      hint: didYouMean(name, names) ?? `there are: ${names.join(', ') || 'none'}`,
    });
  }
  const { descriptor } = found;
  const bytes = await readWholeBlob(layout, descriptor);
  const keyId = descriptor.annotations?.[keyIdKey];
  const signature = descriptor.annotations?.[signatureKey];
  if (keyId === undefined || signature === undefined)
    throw new HeorotError('image-signature', `image '${name}' is not signed`);
  verifyManifest(signedAs(name, bytes), { keyId, signature }, publicKeys);
  const manifest = parseManifest(bytes.toString('utf8'));
  const layer = manifest.layers.find(({ mediaType }) => mediaType === mediaTypes.layer);
  const files = manifest.layers.find(({ mediaType }) => mediaType === mediaTypes.files);
  if (layer === undefined || files === undefined)
    throw new HeorotError('image-json', `image '${name}' has no layer or no file manifest`);
  return {
    name,
    descriptor,
    manifest,
    config: parseConfig((await readWholeBlob(layout, manifest.config)).toString('utf8')),
    layer,
    files: readManifest((await readWholeBlob(layout, files)).toString('utf8')),
    fileBlobs: new Map(
      manifest.layers.flatMap((blob) => {
        const content = blob.annotations?.['org.heorot.content'];
        return content === undefined ? [] : [[content, blob] as const];
      }),
    ),
  };
}

/** The name is signed too: an old image cannot be handed out under the name of a new one. */
function signedAs(name: string, manifest: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${name}\n`), manifest]);
}
