// The lines typed at the prompt, kept between sessions in a file of the user's own (0600).
import { mkdirSync, readFileSync } from 'node:fs';
import { appendFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

const keep = 1000;

export interface LineHistory {
  /** Newest first, as node:readline wants it. */
  readonly lines: readonly string[];
  /** Remembers a line; one that begins with a blank is not remembered, as in a shell with `ignorespace`. */
  add(line: string): Promise<void>;
}

/** Opens the history; a file that is not there, or cannot be read or written, costs the history, never the prompt. */
export async function openLineHistory(file: string | undefined): Promise<LineHistory> {
  const lines = file === undefined ? [] : readLines(file);
  if (file !== undefined && lines.length > 2 * keep) await shorten(file, lines.slice(-keep));
  const newestFirst = lines.slice(-keep).toReversed();
  return {
    lines: newestFirst,
    async add(line) {
      if (line.trim() === '' || line.startsWith(' ') || newestFirst[0] === line) return;
      newestFirst.unshift(line);
      if (file !== undefined) await appendFile(file, `${line}\n`, { mode: 0o600 }).catch(() => undefined);
    },
  };
}

function readLines(file: string): string[] {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}

async function shorten(file: string, lines: readonly string[]): Promise<void> {
  try {
    await writeFile(`${file}.new`, `${lines.join('\n')}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch {
    // The long file still works.
  }
}
