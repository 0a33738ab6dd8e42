import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blobPath, readWholeBlob, writeBlob } from './blob-store.ts';
import { deleteImage, sweep, verifyBlobs } from './care-for-layout.ts';
import type { FileEntry } from './file-entry.ts';
import { mediaTypes } from './image-json.ts';
import { listImages, readImage, writeImage } from './image-layout.ts';
import { createLayout } from './layout-index.ts';
import { generateSigningKey, signManifest, verifyManifest } from './signing.ts';

let layout: string;
beforeEach(async () => {
  layout = await mkdtemp(join(tmpdir(), 'heorot-image-'));
  await createLayout(layout);
});
afterEach(() => rm(layout, { recursive: true }));

const keys = generateSigningKey();
const file = {
  type: 'file',
  path: 'etc/issue',
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtime: 1,
  attributes: [],
  size: 3,
  sha256: createHash('sha256').update('abc').digest('hex'),
} satisfies FileEntry;

async function store(name: string, layerText = 'a tar'): Promise<void> {
  const layer = await writeBlob(layout, mediaTypes.layer, [Buffer.from(layerText)]);
  const blob = await writeBlob(layout, mediaTypes.file, [Buffer.from('abc')]);
  const config = { architecture: 'amd64', diffIds: [layer.digest], labels: { kernel: '6.1' } };
  await writeImage(
    layout,
    {
      name,
      config,
      layer,
      files: [file],
      fileBlobs: new Map([[file.sha256, blob]]),
      annotations: { by: 'test' },
    },
    keys.privateKey,
  );
}

describe('an image store', () => {
  it('gives back what was written, once its signature is verified', async () => {
    await store('base@1');
    await store('base@2', 'another tar');
    const image = await readImage(layout, 'base@1', [keys.publicKey]);
    expect(image.files).toEqual([file]);
    expect(image.config.labels).toEqual({ kernel: '6.1' });
    expect(image.fileBlobs.get(file.sha256)?.size).toBe(3);
    expect((await listImages(layout)).map(({ name }) => name)).toEqual(['base@1', 'base@2']);
    expect(await verifyBlobs(layout, image)).toEqual([]);
    expect(JSON.parse(await readFile(join(layout, 'oci-layout'), 'utf8'))).toEqual({
      imageLayoutVersion: '1.0.0',
    });
  });

  it('refuses an index that gives an image the name of another', async () => {
    await store('base@1');
    await store('base@2', 'another tar');
    const index = await readFile(join(layout, 'index.json'), 'utf8');
    const swapped = index.replace('"base@1"', '"base@0"').replace('"base@2"', '"base@1"');
    await writeFile(join(layout, 'index.json'), swapped);
    await expect(readImage(layout, 'base@1', [keys.publicKey])).rejects.toMatchObject({
      code: 'image-signature',
    });
  });

  it('writes the same bytes for the same image', async () => {
    await store('a');
    await store('b');
    const [a, b] = await listImages(layout);
    expect(a?.descriptor.digest).toBe(b?.descriptor.digest);
  });

  it('refuses an unknown name, a foreign key and a changed manifest', async () => {
    await store('base@1');
    await expect(readImage(layout, 'base@2', [keys.publicKey])).rejects.toMatchObject({
      code: 'image-unknown',
      hint: "did you mean 'base@1'?",
    });
    await expect(readImage(layout, 'base@1', [generateSigningKey().publicKey])).rejects.toMatchObject({
      code: 'image-signature',
    });
    const [image] = await listImages(layout);
    await writeFile(blobPath(layout, image?.descriptor.digest ?? ''), '{}');
    await expect(readImage(layout, 'base@1', [keys.publicKey])).rejects.toMatchObject({
      code: 'image-damaged',
    });
  });

  it('refuses a signature of another image', async () => {
    await store('base@1');
    await store('base@2', 'another tar');
    const index = await readFile(join(layout, 'index.json'), 'utf8');
    const signatures = [...index.matchAll(/"org\.heorot\.signature": "([^"]+)"/g)].map(
      (match) => match[1] ?? '',
    );
    await writeFile(join(layout, 'index.json'), index.replace(signatures[0] ?? '', signatures[1] ?? ''));
    await expect(readImage(layout, 'base@1', [keys.publicKey])).rejects.toMatchObject({
      code: 'image-signature',
    });
  });

  it('says which blobs are damaged', async () => {
    await store('base@1');
    const image = await readImage(layout, 'base@1', [keys.publicKey]);
    await truncate(blobPath(layout, image.layer.digest), 2);
    expect(await verifyBlobs(layout, image)).toEqual([
      expect.stringContaining('2 bytes are there, 5 are wanted'),
    ]);
  });

  it('never ends a stream well whose blob is cut short', async () => {
    const blob = await writeBlob(layout, mediaTypes.layer, [Buffer.alloc(200_000, 1)]);
    await truncate(blobPath(layout, blob.digest), 199_999);
    await expect(readWholeBlob(layout, blob)).rejects.toMatchObject({ code: 'image-damaged' });
  });

  it('keeps nothing of a write that fails or that is another digest than promised', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half');
      throw new Error('the disk is full');
    }
    await expect(writeBlob(layout, mediaTypes.layer, broken())).rejects.toThrow('the disk is full');
    await expect(
      writeBlob(layout, mediaTypes.layer, [Buffer.from('x')], `sha256:${'0'.repeat(64)}`),
    ).rejects.toMatchObject({ code: 'image-digest' });
    expect(await readdir(join(layout, 'parts'))).toEqual([]);
    expect(await readdir(join(layout, 'blobs/sha256'))).toEqual([]);
  });

  it('lets no image appear whose blobs are missing', async () => {
    const layer = { mediaType: mediaTypes.layer, digest: `sha256:${'1'.repeat(64)}`, size: 1 };
    const image = {
      name: 'x',
      config: { architecture: 'amd64', diffIds: [], labels: {} },
      layer,
      files: [],
      fileBlobs: new Map(),
      annotations: {},
    };
    await expect(writeImage(layout, image, keys.privateKey)).rejects.toMatchObject({
      code: 'image-incomplete',
    });
    expect(await listImages(layout)).toEqual([]);
  });

  it('sweeps what deleted images leave behind, and nothing else', async () => {
    await store('base@1');
    await store('base@2', 'another tar');
    await deleteImage(layout, 'base@1');
    expect((await sweep(layout)).length).toBeGreaterThan(0);
    expect(await verifyBlobs(layout, await readImage(layout, 'base@2', [keys.publicKey]))).toEqual([]);
    await expect(deleteImage(layout, 'base@1')).rejects.toMatchObject({ code: 'image-unknown' });
  });
});

describe('signatures', () => {
  it('fit one text and one key', () => {
    const signature = signManifest(Buffer.from('a'), keys.privateKey);
    expect(() => verifyManifest(Buffer.from('a'), signature, ['', keys.publicKey].slice(1))).not.toThrow();
    expect(() => verifyManifest(Buffer.from('b'), signature, [keys.publicKey])).toThrow('does not fit');
    expect(() => verifyManifest(Buffer.from('a'), signature, [])).toThrow('unknown key');
    expect(() => signManifest(Buffer.from('a'), 'no key')).toThrow('cannot be read');
  });
});
