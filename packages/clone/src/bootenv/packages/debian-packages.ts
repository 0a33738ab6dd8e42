// Debian packages as files in a cache: apt names, downloads and vouches for them (its lists carry their sha256, signed by
// the archive), dpkg-deb unpacks them. Neither needs root, and what is installed on this machine does not matter.
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import { runProgram } from './run-program.ts';

/** A package, unpacked. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  /** Its file tree. */
  readonly folder: string;
}

interface Candidate {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly sha256: string;
}

/**
 * The candidate versions of packages, downloaded and unpacked below `cache`; what lies there already is taken from there.
 * @throws HeorotError `package-unknown`, `package-damaged`
 */
export async function obtainPackages(
  names: readonly string[],
  cache: string,
  signal?: AbortSignal,
): Promise<readonly DebianPackage[]> {
  if (names.length === 0) return [];
  await mkdir(cache, { recursive: true });
  const wanted = await candidates(names, signal);
  const missing: Candidate[] = [];
  for (const each of wanted) if (!(await exists(folderOf(cache, each)))) missing.push(each);
  if (missing.length > 0) {
    const exact = missing.map(({ name, version }) => `${name}=${version}`);
    // As root, apt would drop to a user who may not write here.
    await runProgram('apt-get', ['-q', '-o', 'APT::Sandbox::User=root', 'download', ...exact], {
      cwd: cache,
      signal,
    });
    for (const each of missing) await unpack(each, cache, signal);
  }
  return wanted.map((each) => ({
    name: each.name,
    version: each.version,
    folder: folderOf(cache, each),
  }));
}

/** The packages that these depend on, one step; alternatives all, virtual packages left out. */
export async function dependenciesOf(
  names: readonly string[],
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const quiet = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'];
  const said = await runProgram('apt-cache', ['depends', ...quiet.map((kind) => `--no-${kind}`), ...names], {
    signal,
  });
  const found = [...said.matchAll(/^ [ |](?:Pre)?Depends: ([a-z0-9][a-z0-9+.-]*)$/gm)];
  return [...new Set(found.map(([, name = '']) => name))].sort();
}

async function candidates(names: readonly string[], signal?: AbortSignal): Promise<readonly Candidate[]> {
  // Not where archives lie: apt passes over those that it finds in its folder.
  const said = await runProgram('apt-get', ['download', '--print-uris', ...names], {
    cwd: '/',
    signal,
  }).catch((cause: unknown) => {
    throw new HeorotError('package-unknown', `apt does not know all of ${names.join(' ')}`, {
      cause,
      hint: 'apt-get update, as root, fetches the lists of packages',
    });
  });
  return said
    .split('\n')
    .flatMap((line) => {
      const found = /^'[^']*' (([^_ ]+)_([^_ ]+)_[^_ ]+\.deb) \d+ SHA256:([0-9a-f]{64})$/.exec(line);
      if (found === null) return [];
      const [, file = '', name = '', version = '', sha256 = ''] = found;
      return [{ file, name, version: decodeURIComponent(version), sha256 }];
    })
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Checked, unpacked beside and renamed, so that a folder under its name is whole. */
async function unpack({ name, file, sha256 }: Candidate, cache: string, signal?: AbortSignal): Promise<void> {
  const archive = join(cache, file);
  const found = createHash('sha256')
    .update(await readFile(archive))
    .digest('hex');
  if (found !== sha256) {
    await rm(archive, { force: true });
    throw new HeorotError('package-damaged', `${name}: the download is not what apt's lists promise`, {
      hint: 'try again; if it stays so, apt-get update',
    });
  }
  const folder = archive.slice(0, -'.deb'.length);
  const beside = `${folder}.${process.pid}.part`;
  await rm(beside, { recursive: true, force: true });
  await runProgram('dpkg-deb', ['--extract', archive, beside], { signal });
  await rename(beside, folder);
  await rm(archive);
}

function folderOf(cache: string, { file }: Candidate): string {
  return join(cache, file.slice(0, -'.deb'.length));
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
