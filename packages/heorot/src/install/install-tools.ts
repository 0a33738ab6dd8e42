// Puts the tools on the PATH of a user or of a machine: small launchers, man pages and shell completion under a prefix.
import { constants } from 'node:fs';
import { access, chmod, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { renderCompletion, shells } from '@heorot/cli';
import { tool as dsh } from '@heorot/dsh';
import { HeorotError } from '@heorot/inventory';
import { makeFolder } from '@heorot/state';
import { shellQuoted } from '../launchers/write-launchers.ts';
import { completionFileName } from '../reference/generated-files.ts';
import { toolNames } from '../tools.ts';

/** What an installation is made from. */
export interface InstallSource {
  /** Folder of the built bins: `dsh.js`, `nodes.js`, `heorot.js`. */
  readonly bins: string;
  /** Folder with `man/` and `completion/`. */
  readonly assets: string;
  /** The Node that runs the tools. */
  readonly node: string;
}

/** A line of ours in every launcher: what lacks it was not written by us and is never replaced. */
const mark = '# installed by heorot';
const completionFolders = {
  bash: 'share/bash-completion/completions',
  zsh: 'share/zsh/site-functions',
  fish: 'share/fish/vendor_completions.d',
} as const;

/**
 * Writes `PREFIX/bin/TOOL`, links the man pages and completions; a second call brings all up to date.
 * @param dshName what `dsh` shall be called: Debian has a package of that name
 * @returns the files written
 * @throws HeorotError `install-taken` when a launcher's name belongs to something else; nothing is written then
 */
export async function installTools(
  source: InstallSource,
  prefix: string,
  dshName: string,
): Promise<readonly string[]> {
  const launchers = toolNames.map((tool) => ({
    tool,
    path: join(prefix, 'bin', tool === 'dsh' ? dshName : tool),
  }));
  for (const { path } of launchers) await refuseForeign(path);
  const written: string[] = [];
  await makeFolder(join(prefix, 'bin'));
  for (const { tool, path } of launchers) {
    const script = `#!/bin/sh\n${mark}\nexec ${shellQuoted(source.node)} ${shellQuoted(join(source.bins, `${tool}.js`))} "$@"\n`;
    await replaceFile(path, script, 0o755);
    written.push(path);
  }
  const manName = (name: string): string => (name === 'dsh.1' ? `${dshName}.1` : name);
  written.push(...(await linkAll(join(source.assets, 'man'), join(prefix, 'share/man/man1'), manName)));
  for (const shell of shells) {
    const folder = join(prefix, completionFolders[shell]);
    const ownName = completionFileName('dsh', shell);
    const isRenamed = dshName !== 'dsh';
    const nameOf = (name: string): string | undefined => (isRenamed && name === ownName ? undefined : name);
    written.push(...(await linkAll(join(source.assets, 'completion', shell), folder, nameOf)));
    if (!isRenamed) continue;
    // A completion is bound to the name of its command.
    const path = join(folder, completionFileName(dshName, shell));
    await replaceFile(path, renderCompletion({ ...dsh, name: dshName }, shell), 0o644);
    written.push(path);
  }
  return written;
}

async function replaceFile(path: string, content: string, mode: number): Promise<void> {
  await writeFile(`${path}.new`, content);
  await chmod(`${path}.new`, mode);
  await rename(`${path}.new`, path);
}

async function refuseForeign(path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined || text.includes(mark)) return;
  const hint = basename(path) === 'dsh' ? 'give ours another name: --dsh-as hdsh' : 'choose another --prefix';
  throw new HeorotError('install-taken', `${path} exists and is not ours`, { hint });
}

/** @param nameOf what a file is called there; undefined = it is left out */
async function linkAll(
  from: string,
  to: string,
  nameOf: (name: string) => string | undefined,
): Promise<string[]> {
  await access(from, constants.R_OK);
  await makeFolder(to);
  const links: string[] = [];
  for (const name of await readdir(from)) {
    const nameThere = nameOf(name);
    if (nameThere === undefined) continue;
    const link = join(to, nameThere);
    await rm(`${link}.new`, { force: true });
    await symlink(join(from, name), `${link}.new`);
    await rename(`${link}.new`, link);
    links.push(link);
  }
  return links;
}
