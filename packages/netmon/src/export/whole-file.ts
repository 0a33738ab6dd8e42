// A file that is there whole or not at all: written beside its place, and put there at the end.
import { createWriteStream, type WriteStream } from 'node:fs';
import { access, link, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import type { CommandContext } from '@heorot/cli';
import { HeorotError } from '@heorot/inventory';

/**
 * @param write awaits the stream where it is full
 * @throws HeorotError `export-file` where it is there already, or cannot be written; and what `write` throws
 */
export async function wholeFile<Result>(
  path: string,
  { signal, drain }: Pick<CommandContext, 'signal' | 'drain'>,
  write: (file: WriteStream) => Promise<Result>,
): Promise<Result> {
  const failed = (error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    return new HeorotError('export-file', `cannot write ${path}: ${why}`, { cause: error });
  };
  if (await isThere(path)) throw failed(new Error('EEXIST: the file is there already'));
  const part = `${path}.part-${process.pid}`;
  const file = createWriteStream(part, { flags: 'wx' });
  try {
    const written = finished(file).catch((error: unknown) => {
      throw failed(error);
    });
    const writing = write(file).finally(() => file.end());
    // What fails first is told: a disk that is full, not that nothing more can be written.
    const [result] = await Promise.all([writing, written]);
    // A link takes nobody's place, as a rename would.
    if (!signal.aborted && !drain.aborted)
      await link(part, path).catch((error: unknown) => Promise.reject(failed(error)));
    return result;
  } finally {
    file.destroy();
    await rm(part, { force: true });
  }
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
