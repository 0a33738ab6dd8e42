// Puts the tools on the PATH of a user or of a machine: small launchers, man pages and shell completion under a prefix.
import { constants } from 'node:fs';
import { access, chmod, mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { HeorotError } from '@heorot/inventory';

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
const tools = ['dsh', 'nodes', 'heorot'];
const completionFolders: Readonly<Record<string, string>> = {
  bash: 'share/bash-completion/completions',
  zsh: 'share/zsh/site-functions',
  fish: 'share/fish/vendor_completions.d',
};

/**
 * Writes `PREFIX/bin/TOOL`, links the man pages and completions; a second call brings all up to date.
 * @param dshName what `dsh` shall be called: Debian has a package of that name
 * @returns the files written
 * @throws HeorotError `install-taken` when a launcher's name belongs to something else; nothing is written then
 */
export async function installTools(source: InstallSource, prefix: string, dshName: string): Promise<readonly string[]> {
  const launchers = tools.map((tool) => ({ tool, path: join(prefix, 'bin', tool === 'dsh' ? dshName : tool) }));
  for (const { path } of launchers) await refuseForeign(path);
  const written: string[] = [];
  await mkdir(join(prefix, 'bin'), { recursive: true });
  for (const { tool, path } of launchers) {
    const script = `#!/bin/sh\n${mark}\nexec ${quoted(source.node)} ${quoted(join(source.bins, `${tool}.js`))} "$@"\n`;
    await writeFile(`${path}.new`, script);
    await chmod(`${path}.new`, 0o755);
    await rename(`${path}.new`, path);
    written.push(path);
  }
  written.push(...(await linkAll(join(source.assets, 'man'), join(prefix, 'share/man/man1'))));
  for (const [shell, folder] of Object.entries(completionFolders)) {
    written.push(...(await linkAll(join(source.assets, 'completion', shell), join(prefix, folder))));
  }
  return written;
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

async function linkAll(from: string, to: string): Promise<string[]> {
  await access(from, constants.R_OK);
  await mkdir(to, { recursive: true });
  const links: string[] = [];
  for (const name of await readdir(from)) {
    const link = join(to, name);
    await symlink(join(from, name), `${link}.new`);
    await rename(`${link}.new`, link);
    links.push(link);
  }
  return links;
}

/** Quotes a path for sh: the whole in single quotes, each single quote as '\''. */
function quoted(path: string): string {
  return `'${path.replaceAll("'", `'\\''`)}'`;
}
