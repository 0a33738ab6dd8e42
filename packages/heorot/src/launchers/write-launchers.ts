// Launchers of this very copy of the tools, since they may not be installed, or a dsh of another make may be.
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toolNames } from '../tools.ts';

export interface LauncherSource {
  /** Folder of the bins. */
  readonly bins: string;
  /** `.js` where they are built, `.ts` where they run from the sources. */
  readonly extension: string;
  /** The Node that runs them, with its flags. */
  readonly node: readonly string[];
}

/** Writes a launcher of each tool into a folder, to be put first on PATH. */
export async function writeLaunchers(
  folder: string,
  { bins, extension, node }: LauncherSource,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const tool of toolNames) {
    const words = [...node, join(bins, `${tool}${extension}`)].map(shellQuoted);
    const launcher = join(folder, tool);
    await writeFile(launcher, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`);
    await chmod(launcher, 0o755);
  }
}

/** One word for sh: the whole in single quotes, each single quote as '\''. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
