// For tests: a folder with given files, gone at the end of the test.
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface ScratchFolder extends AsyncDisposable {
  readonly path: string;
  /** Adds or replaces a file; its mode is exactly the one given, whatever the umask. */
  write(name: string, text: string, mode?: number): Promise<string>;
}

/** @param files by path below the folder; those under `bin/` are made executable */
export async function scratchFolder(files: Readonly<Record<string, string>> = {}): Promise<ScratchFolder> {
  const path = await mkdtemp(join(tmpdir(), 'heorot-inventory-'));
  const write = async (name: string, text: string, mode = 0o644) => {
    const file = join(path, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    await chmod(file, mode);
    return file;
  };
  for (const [name, text] of Object.entries(files))
    await write(name, text, name.startsWith('bin/') ? 0o755 : 0o644);
  return { path, write, [Symbol.asyncDispose]: async () => await rm(path, { recursive: true, force: true }) };
}
