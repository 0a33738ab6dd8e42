// The JSON documents of an image: index, manifest and config, written with keys in one order and read with every field checked.
import { HeorotError } from '@heorot/inventory';
import type { Descriptor } from './blob-store.ts';

/** Media types: those of OCI, and ours for the file manifest. */
export const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+zstd',
  files: 'application/vnd.heorot.files.v1',
  file: 'application/vnd.heorot.file.v1+zstd',
} as const;

/** The manifest of an image: its config and its layers, the file manifest among them. */
export interface ImageManifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** What the image is, for containers and for us. `labels` hold what capture recorded. */
export interface ImageConfig {
  readonly architecture: string;
  /** The sha256 of each layer uncompressed, as OCI asks for. */
  readonly diffIds: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** Bytes of a manifest: the same for the same manifest. */
export function manifestBytes({ config, layers, annotations }: ImageManifest): Uint8Array {
  return bytes({ schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers, annotations });
}

export function configBytes({ architecture, diffIds, labels }: ImageConfig): Uint8Array {
  return bytes({
    architecture,
    os: 'linux',
    config: { Labels: labels },
    rootfs: { type: 'layers', diff_ids: diffIds },
  });
}

export function indexText(manifests: readonly Descriptor[]): string {
  return `${JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests: manifests.map(ordered) }, undefined, 2)}\n`;
}

/** @throws HeorotError `image-json` */
export function parseManifest(text: string): ImageManifest {
  const root = record(parse(text, 'manifest'), 'manifest');
  return {
    config: descriptor(root['config'], 'config'),
    layers: list(root['layers'], 'layers').map((each) => descriptor(each, 'layers')),
    annotations: texts(root['annotations'] ?? {}, 'annotations'),
  };
}

/** @throws HeorotError `image-json` */
export function parseConfig(text: string): ImageConfig {
  const root = record(parse(text, 'config'), 'config');
  const { architecture } = root;
  if (typeof architecture !== 'string') throw bad('config', 'architecture is missing');
  const rootfs = record(root['rootfs'] ?? {}, 'rootfs');
  const inner = record(root['config'] ?? {}, 'config');
  return {
    architecture,
    diffIds: list(rootfs['diff_ids'] ?? [], 'diff_ids').map(String),
    labels: texts(inner['Labels'] ?? {}, 'Labels'),
  };
}

/** @throws HeorotError `image-json` */
export function parseIndex(text: string): readonly Descriptor[] {
  const root = record(parse(text, 'index'), 'index');
  return list(root['manifests'], 'manifests').map((each) => descriptor(each, 'manifests'));
}

function bytes(document: Readonly<Record<string, unknown>>): Uint8Array {
  return Buffer.from(
    JSON.stringify(document, (_key, value: unknown) => (isDescriptor(value) ? ordered(value) : value)),
  );
}

function isDescriptor(value: unknown): value is Descriptor {
  return (
    isRecord(value) &&
    typeof value['digest'] === 'string' &&
    typeof value['size'] === 'number' &&
    typeof value['mediaType'] === 'string'
  );
}

function ordered({ mediaType, digest, size, annotations }: Descriptor): Descriptor {
  return annotations === undefined ? { mediaType, digest, size } : { mediaType, digest, size, annotations };
}

function descriptor(value: unknown, where: string): Descriptor {
  const { mediaType, digest, size, annotations } = record(value, where);
  if (typeof mediaType !== 'string') throw bad(where, 'mediaType is missing');
  if (typeof digest !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(digest))
    throw bad(where, 'digest is no sha256');
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw bad(where, 'size is no number');
  return annotations === undefined
    ? { mediaType, digest, size }
    : { mediaType, digest, size, annotations: texts(annotations, where) };
}

function texts(value: unknown, where: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(record(value, where)).map(([key, text]) => {
      if (typeof text !== 'string') throw bad(where, `'${key}' is no text`);
      return [key, text];
    }),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function record(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw bad(where, 'an object is wanted');
  return value;
}

function list(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw bad(where, 'a list is wanted');
  return value;
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HeorotError('image-json', `${where}: no JSON`, { cause });
  }
}

function bad(where: string, what: string): HeorotError {
  return new HeorotError('image-json', `${where}: ${what}`, {
    hint: 'the image is damaged or of another tool',
  });
}
