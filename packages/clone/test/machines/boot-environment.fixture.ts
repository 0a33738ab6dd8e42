// The boot environment of all tests of machines, with the key of its head: built once for the sources there are, and kept below the
// cache folder, as CI keeps that for a run.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '@heorot/state';
import { buildBootEnvironment } from '../../src/bootenv/build-boot-environment.ts';
import { type HeadFolder, headFolder, openHeadKey } from '../../src/protocol/head-folder.ts';

const sources = ['node', 'src/bootenv', 'src/cpio'].map((path) => join(import.meta.dirname, '../..', path));

/** @returns a new head below a state folder, with key and boot environment, and nothing else */
export async function headWithBootEnvironment(stateHome: string): Promise<HeadFolder> {
  const kept = headFolder(join(cacheFolder(process.env, 'test-images'), `head-${digestOf(sources)}`));
  if (!existsSync(kept.path)) await build(kept.path);
  const head = headFolder(join(stateHome, 'heorot', 'clone'));
  mkdirSync(head.path, { recursive: true, mode: 0o700 });
  cpSync(kept.path, head.path, { recursive: true, preserveTimestamps: true });
  return head;
}

async function build(path: string): Promise<void> {
  const beside = headFolder(`${path}.part-${process.pid}`);
  const key = await openHeadKey(beside);
  const cache = join(cacheFolder(process.env, 'clone'), 'packages');
  await buildBootEnvironment({ folder: beside.bootenv, cache, signingKey: key.publicPem });
  rmSync(join(beside.path, 'signing.lock'), { force: true, recursive: true });
  renameSync(beside.path, path);
}

function digestOf(folders: readonly string[]): string {
  const hash = createHash('sha256');
  for (const folder of folders)
    for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile() && !each.name.endsWith('.test.ts'))
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort())
      hash.update(file.slice(folder.length)).update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}
