// What an interrupted capture has already brought: a line a file, so that the next one need not fetch it again.

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import type { Descriptor } from '../image/blob-store.ts';
import type { FileEntry } from '../image/file-entry.ts';
import type { Staging } from '../image/staging.ts';
import type { TarMember } from '../image/tar/tar-member.ts';

type RegularFile = Extract<FileEntry, { type: 'file' }>;

export interface HeldFile {
  /** As {@link ListedFile.stamp}. */
  readonly stamp: string;
  readonly entry: RegularFile;
  readonly blob: Descriptor;
}

const journalName = 'journal';

/** What is held of the files as they are now, every byte of it checked. */
export async function heldFiles(
  { folder, find }: Staging,
  stampOf: (path: string) => string | undefined,
  /** With every piece: many bytes take their time. */
  checked: () => void = () => undefined,
): Promise<readonly HeldFile[]> {
  const text = await readFile(join(folder, journalName), 'utf8').catch(() => '');
  const held = new Map<string, HeldFile>();
  for (const line of text.split('\n')) {
    const file = readLine(line);
    if (file !== undefined && stampOf(file.entry.path) === file.stamp) held.set(file.entry.path, file);
  }
  const whole: HeldFile[] = [];
  for (const file of held.values()) if (await isWhole(find, file, checked)) whole.push(file);
  return whole;
}

/** Held files as members of an archive. */
export async function* heldMembers({ find }: Staging, files: readonly HeldFile[]): AsyncGenerator<TarMember> {
  for (const { entry, blob } of files) {
    const { sha256: _, ...plain } = entry;
    yield { entry: plain, content: contentOf(find(blob)) };
  }
}

export interface Journal extends AsyncDisposable {
  add(file: HeldFile): void;
}

export function openJournal(folder: string): Journal {
  const stream = createWriteStream(join(folder, journalName), { flags: 'a' });
  // A journal that cannot be written costs time on the next try, no more.
  stream.on('error', () => undefined);
  return {
    add: (file) => void stream.write(`${JSON.stringify(file)}\n`),
    [Symbol.asyncDispose]: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}

function contentOf(path: string): AsyncIterable<Buffer> {
  const zstd = createZstdDecompress();
  pipeline(createReadStream(path), zstd).catch(() => undefined);
  return zstd;
}

async function isWhole(
  find: Staging['find'],
  { entry, blob }: HeldFile,
  checked: () => void,
): Promise<boolean> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of contentOf(find(blob))) {
      hash.update(chunk);
      checked();
    }
  } catch {
    return false;
  }
  return hash.digest('hex') === entry.sha256;
}

/** The last line may be cut short. */
function readLine(line: string): HeldFile | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isHeld(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isHeld(value: unknown): value is HeldFile {
  if (typeof value !== 'object' || value === null) return false;
  if (!('stamp' in value && 'entry' in value && 'blob' in value)) return false;
  const { stamp, entry, blob } = value;
  return (
    typeof stamp === 'string' &&
    typeof entry === 'object' &&
    entry !== null &&
    'path' in entry &&
    typeof entry.path === 'string' &&
    typeof blob === 'object' &&
    blob !== null &&
    'digest' in blob &&
    typeof blob.digest === 'string' &&
    /^sha256:[0-9a-f]{64}$/.test(blob.digest)
  );
}
