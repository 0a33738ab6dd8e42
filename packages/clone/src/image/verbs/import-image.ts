// The verbs `image import` and `image build`.
import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import {
  type CommandContext,
  ExitCode,
  type FlagValues,
  formatBytes,
  writeAll,
  writeJson,
} from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';
import { captureFolder } from '../../capture/capture-node.ts';
import type { ImageBuildFlags } from '../../commands/image-build.ts';
import type { ImageImportFlags } from '../../commands/image-import.ts';
import { unpacked } from '../decompress.ts';
import { rulesWith } from '../hygiene-rules.ts';
import { type ArchiveImport, importArchive } from '../import-archive.ts';
import { openStore } from '../open-store.ts';
import { readOci } from '../read-oci.ts';
import { readTar } from '../tar/read-tar.ts';

export async function importImage(
  operands: readonly string[],
  flags: FlagValues<ImageImportFlags>,
  context: CommandContext,
): Promise<number> {
  const [source, ...more] = operands;
  if (source === undefined || more.length > 0)
    throw new HeorotError('usage', 'a folder, a tar or an OCI layout is wanted', {
      hint: 'clone image import root.tar --name base; - is standard input',
    });
  const path = resolve(context.cwd, source);
  const kind = source === '-' ? 'tar' : await kindOf(path);
  if (kind === 'folder')
    return captureFolder(
      path,
      {
        ...flags,
        name: flags.name ?? nameAfter(path),
        root: path,
        cluster: undefined,
        user: undefined,
        'ssh-config': undefined,
        transport: undefined,
      },
      context,
    );
  const members =
    kind === 'oci'
      ? readOci(path, flags.ref)
      : readTar(
          unpacked(source === '-' ? context.stdin : createReadStream(path, { signal: context.signal })),
        );
  const { include, exclude } = flags;
  const wish = {
    name: flags.name ?? nameAfter(source),
    source,
    members,
    included: include,
    rules: rulesWith(include, exclude),
  };
  return take(wish, flags.json, context);
}

export async function buildImage(
  flags: FlagValues<ImageBuildFlags>,
  context: CommandContext,
): Promise<number> {
  const temporary = await mkdtemp(join(context.env['TMPDIR'] ?? tmpdir(), 'heorot-build-'));
  try {
    const { suite, variant, package: packages, mirror, include, exclude } = flags;
    const program = [
      '--format=tar',
      `--variant=${variant}`,
      ...(packages.length === 0 ? [] : [`--include=${packages.join(',')}`]),
      suite,
      '-',
      ...mirror,
    ];
    const members = readTar(outputOf('mmdebstrap', program, temporary, context));
    const source = `mmdebstrap ${program.join(' ')}`;
    return await take(
      { name: flags.name ?? suite, source, members, included: include, rules: rulesWith(include, exclude) },
      flags.json,
      context,
    );
  } catch (error) {
    if (!(error instanceof HeorotError) || error.code !== 'build-failed') throw error;
    await writeAll(
      context.stderr,
      `clone: ${error.message}\n${error.hint === undefined ? '' : `  ${error.hint}\n`}`,
    );
    return ExitCode.nodeFailed;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function take(wish: ArchiveImport, json: boolean, { env, stdout }: CommandContext): Promise<number> {
  const { name, tree, leftOut } = await importArchive(await openStore(env), wish);
  const bytes = tree.files.reduce((sum, file) => sum + (file.type === 'file' ? file.size : 0), 0);
  if (json)
    await writeJson(stdout, {
      image: name,
      entries: tree.files.length,
      bytes,
      layerBytes: tree.layer.size,
      leftOut,
    });
  else
    await writeAll(
      stdout,
      `${name}: ${tree.files.length} entries of ${formatBytes(bytes)}, layer ${formatBytes(tree.layer.size)}; left out by rule: ${leftOut.length}\nnext: clone image check ${name}\n`,
    );
  return ExitCode.ok;
}

/** `root.tar.zst` makes `root`. */
function nameAfter(source: string): string {
  return source === '-' ? 'image' : basename(source).replace(/\.(tar|tgz).*$/, '');
}

async function kindOf(path: string): Promise<'folder' | 'oci' | 'tar'> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new HeorotError('usage', `there is no ${path}`, { cause });
  });
  if (!found.isDirectory()) return 'tar';
  return (await stat(join(path, 'oci-layout')).catch(() => undefined)) === undefined ? 'folder' : 'oci';
}

/** What a program writes; what it says on stderr goes on to ours. @throws HeorotError `build-failed` */
async function* outputOf(
  program: string,
  words: readonly string[],
  temporary: string,
  { env, signal, stderr }: CommandContext,
): AsyncGenerator<Uint8Array> {
  await mkdir(temporary, { recursive: true });
  const child = spawn(program, words, {
    env: { ...env, TMPDIR: temporary },
    signal,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<string>((settle) => {
    child.once('error', (error) => settle(error.message));
    child.once('close', (code) => settle(code === 0 ? '' : `exit ${code}`));
  });
  child.stderr.on('data', (chunk: Buffer) => void stderr.write(chunk));
  const output: AsyncIterable<Buffer> = child.stdout;
  yield* output;
  const why = await ended;
  if (why === '') return;
  const options = why.includes('ENOENT') ? { hint: `install it: apt-get install ${program}` } : {};
  throw new HeorotError('build-failed', `${program}: ${why}`, options);
}
