import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TarFile, writeTar } from '../identity/write-tar.ts';
import { type Descriptor, writeBlob } from './blob-store.ts';
import { cleanMembers } from './clean-members.ts';
import { rulesWith } from './hygiene-rules.ts';
import { configBytes, manifestBytes, mediaTypes } from './image-json.ts';
import { changeIndex, createLayout, refName } from './layout-index.ts';
import { readOci } from './read-oci.ts';
import { readTar } from './tar/read-tar.ts';

let layout: string;
beforeEach(async () => {
  layout = await mkdtemp(join(tmpdir(), 'heorot-oci-'));
  await createLayout(layout);
});
afterEach(() => rm(layout, { recursive: true }));

const file = (path: string, content = path): TarFile => ({ path, mode: 0o644, content });

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Layers from the lowest up, each packed in another way. */
async function image(name: string, ...layers: readonly (readonly TarFile[])[]): Promise<void> {
  const packings = [
    [(bytes: Buffer) => gzipSync(bytes), 'application/vnd.oci.image.layer.v1.tar+gzip'],
    [(bytes: Buffer) => bytes, 'application/vnd.oci.image.layer.v1.tar'],
    [(bytes: Buffer) => zstdCompressSync(bytes), mediaTypes.layer],
  ] as const;
  const blobs: Descriptor[] = [];
  for (const [at, files] of layers.entries()) {
    const [pack, mediaType] = packings[at % 3] ?? packings[0];
    blobs.push(await writeBlob(layout, mediaType, [pack(writeTar(files))]));
  }
  const config = await writeBlob(layout, mediaTypes.config, [
    configBytes({ architecture: 'amd64', diffIds: [], labels: {} }),
  ]);
  const manifest = await writeBlob(layout, mediaTypes.manifest, [
    manifestBytes({ config, layers: blobs, annotations: {} }),
  ]);
  await changeIndex(layout, (others) => [...others, { ...manifest, annotations: { [refName]: name } }]);
}

async function tree(name?: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for await (const { entry, content } of readOci(layout, name)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) chunks.push(chunk);
    if (entry.type === 'file') found[entry.path] = Buffer.concat(chunks).toString();
  }
  return found;
}

describe('layers of an OCI image', () => {
  it('lie over one another, the topmost of each path', async () => {
    await image('a', [file('etc/a', '1'), file('etc/b', '1')], [file('etc/b', '2')], [file('etc/c', '3')]);
    expect(await tree()).toEqual({ 'etc/a': '1', 'etc/b': '2', 'etc/c': '3' });
  });

  it('take away what is below a whiteout, but not what comes back above', async () => {
    await image(
      'a',
      [file('etc/a'), file('opt/x/1'), file('opt/x/2'), file('var/y/1')],
      [file('etc/.wh.a', ''), file('opt/.wh.x', ''), file('var/y/.wh..wh..opq', ''), file('var/y/2')],
      [file('opt/x/3')],
    );
    expect(Object.keys(await tree()).sort()).toEqual(['opt/x/3', 'var/y/2']);
  });

  it('hide a folder below a file of its name', async () => {
    await image('a', [file('run/x/1')], [file('run/x', 'a file')]);
    expect(await tree()).toEqual({ 'run/x': 'a file' });
  });

  it('are those of the image that is named', async () => {
    await image('a', [file('a')]);
    await image('b', [file('b')]);
    expect(await tree('b')).toEqual({ b: 'b' });
    await expect(tree()).rejects.toMatchObject({ code: 'image-unknown', hint: 'say which with --ref: a, b' });
  });
});

describe('an archive that is taken in', () => {
  it('loses what belongs to one machine, with what is below and other names of it', async () => {
    const archive = writeTar([
      file('etc/hosts'),
      file('etc/machine-id'),
      file('etc/ssh/ssh_host_rsa_key'),
      file('tmp/a/b'),
      file('opt/own/x'),
    ]);
    const left: string[] = [];
    const kept: string[] = [];
    const members = cleanMembers(readTar(once(archive)), rulesWith([], ['opt/own']), (path) =>
      left.push(path),
    );
    for await (const { entry } of members)
      if (entry.type === 'file') kept.push(`${entry.path} ${entry.size}`);
    expect(kept).toEqual(['etc/hosts 9', 'etc/machine-id 0']);
    expect(left).toEqual(['opt/own', 'tmp/a', 'etc/ssh/ssh_host_rsa_key']);
  });
});
