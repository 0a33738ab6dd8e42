// Writes known_hosts files: adds lines, takes a host's lines away, replaces them. Never leaves half a file.

import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { open, readFile, realpath, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isPlainPattern } from '../ssh-config/pattern-list.ts';
import { HashedNames } from './hashed-names.ts';
import { parseKnownHostsLine } from './known-hosts-line.ts';

/**
 * Appends lines, made by formatKnownHostLine, in one write; the file is made with mode 0600 and its folder with 0700.
 * Synchronous, because a host key is recorded in the very moment it is accepted.
 */
export function appendKnownHosts(path: string, lines: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = openSync(path, 'a+', 0o600);
  try {
    const { size } = fstatSync(file);
    const last = Buffer.alloc(1, '\n');
    if (size > 0) readSync(file, last, 0, 1, size - 1);
    // A last line without its line feed would swallow ours.
    writeSync(file, last[0] === 0x0a ? lines : `\n${lines}`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** What {@link removeKnownHost} did. */
export interface KnownHostRemoval {
  /** Line numbers, before the change, that named the host. */
  readonly lines: readonly number[];
}

/**
 * Takes names (as knownHostName gives them) out of a file, as `ssh-keygen -R` does, but leaves what a line says of other names.
 * Lines with wildcards, negations or markers are about more than one host and stay.
 */
export async function removeKnownHost(path: string, names: readonly string[]): Promise<KnownHostRemoval> {
  return rewrite(path, names, '');
}

/** Puts `lines` in the place of whatever the file says about the names; the file changes once. */
export async function replaceKnownHost(
  path: string,
  names: readonly string[],
  lines: string,
): Promise<KnownHostRemoval> {
  return rewrite(path, names, lines);
}

async function rewrite(path: string, names: readonly string[], added: string): Promise<KnownHostRemoval> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) {
    if (added !== '') appendKnownHosts(path, added);
    return { lines: [] };
  }

  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  const kept = lines.map((line) => withoutNames(line, wanted));
  const removed = kept.flatMap((line, index) => (line === lines[index] ? [] : [index + 1]));
  if (removed.length === 0 && added === '') return { lines: [] };
  const rest = kept.filter((line) => line !== undefined).map((line) => `${line}\n`);
  await replaceFile(await realpath(path), rest.join('') + added);
  return { lines: removed };
}

/** The line without the names; undefined when nothing is left of it. */
function withoutNames(line: string, names: ReadonlySet<string>): string | undefined {
  const parsed = parseKnownHostsLine(line);
  if (parsed.kind !== 'entry' || parsed.line.marker !== 'none') return line;
  const { hosts } = parsed.line;
  if (hosts.kind === 'hashed') {
    const hashed = new HashedNames([hosts.name]);
    return [...names].some((name) => hashed.find(name).length > 0) ? undefined : line;
  }
  if (!hosts.patterns.every(isPlainPattern)) return line;
  const rest = hosts.patterns.filter((name) => !names.has(name));
  if (rest.length === hosts.patterns.length) return line;
  return rest.length === 0 ? undefined : line.replace(/^\s*\S+/, rest.join(','));
}

/** Beside the file and renamed over it: a reader sees the old or the new file, a crash leaves the old one. */
async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.${randomUUID()}`;
  const { mode } = await stat(path);
  try {
    await using file = await open(beside, 'wx', mode & 0o777);
    await file.writeFile(text);
    await file.sync();
    await rename(beside, path);
  } catch (error) {
    await unlink(beside).catch(() => undefined);
    throw error;
  }
}
