// Holds the files of a node still while they are read: by a snapshot where there can be one, else by freezing what can safely be
// frozen, else not; which it was is said. What is made for it on the node is gone when the capture is, however that ends.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { quoteForSh } from '@heorot/fanout';
import { HeorotError } from '@heorot/inventory';
import { type HeldFolder, holdScript } from './hold-script.ts';
import { type MachineFacts, mountedFolders, mountOf } from './machine-facts.ts';
import type { Shell } from './node-shell.ts';

/** How one file system of a capture was read. */
export interface Stillness {
  /** Below the root of the capture; `''` is that itself. */
  readonly folder: string;
  readonly way: 'btrfs snapshot' | 'LVM snapshot' | 'frozen' | 'live';
  /** Why it was not held better. */
  readonly why: string;
}

/** `/: read from a btrfs snapshot`, or `srv: read live (there is no program btrfs)`. */
export function describeStillness({ folder, way, why }: Stillness): string {
  const how =
    way === 'frozen'
      ? 'frozen while it was read'
      : way === 'live'
        ? 'read live'
        : `read from ${way === 'LVM snapshot' ? 'an' : 'a'} ${way}`;
  return `${folder === '' ? '/' : folder}: ${how}${why === '' ? '' : ` (${why})`}`;
}

/** Where to read, and how. */
export interface StillTree {
  readonly root: string;
  readonly stillness: readonly Stillness[];
  /** A script that sees the tree. */
  inside(script: string): string;
  /** The capture gets on, so it is worth holding. Without this for half a minute, the node thaws what is frozen. */
  readonly heard: () => void;
  /** Gives all of it back. @returns what a person should know of it. @throws HeorotError `capture-failed` when a snapshot was too small */
  release(): Promise<readonly string[]>;
}

const ways: Readonly<Record<string, Stillness['way']>> = {
  btrfs: 'btrfs snapshot',
  lvm: 'LVM snapshot',
  frozen: 'frozen',
};
const beatMs = 5000;

/**
 * @param why set where nothing is to be held: because it was asked for, or root is needed
 * @param silenceSeconds what is frozen is let go when the head was silent for so long
 */
export async function holdStill(
  shell: Shell,
  facts: MachineFacts,
  why?: string,
  silenceSeconds?: number,
): Promise<StillTree> {
  const folders = heldFolders(facts);
  if (why !== undefined) return asItIs(facts, folders, why);
  const id = `heorot-capture-${randomBytes(6).toString('hex')}`;
  const beat = beats();
  const lines = linesOf(shell.run(holdScript(id, folders, silenceSeconds), { input: beat.input }));
  const found: Stillness[] = [];
  try {
    for (let line = await lines.next(); line.done !== true; line = await lines.next()) {
      const [word, first = '', second = '', ...more] = line.value.split(' ');
      if (word === 'way') {
        const { folder } = folders[Number(first)] ?? { folder: '' };
        found.push({ folder, way: ways[second] ?? 'live', why: more.join(' ') });
      } else if (word === 'failed') {
        beat.end();
        await rest(lines);
        return asItIs(facts, folders, [first, second, ...more].join(' '));
      } else if (word === 'ready')
        return {
          root: second,
          stillness: found,
          inside: (script) => `exec nsenter --mount --target ${first} sh -c ${quoteForSh(script)}`,
          heard: beat.heard,
          release: async () => {
            beat.end();
            return afterwards(await rest(lines));
          },
        };
    }
    throw new HeorotError('capture-failed', 'the node does not say how it holds its files');
  } catch (cause) {
    beat.end();
    if (!(cause instanceof HeorotError) || cause.code !== 'capture-failed') throw cause;
    return asItIs(facts, folders, cause.message);
  }
}

/** What the node says at the end. @throws HeorotError `capture-failed` */
function afterwards(lines: readonly string[]): readonly string[] {
  if (lines.includes('overflowed'))
    throw new HeorotError('capture-failed', 'more was written on the node than its snapshot has room for', {
      hint: 'capture it when it is quiet, make room in its volume group, or read it as it is: --live',
    });
  return lines.flatMap((line) => {
    if (line === 'thawed') return ['the node was let go before all was read'];
    return line.startsWith('left ')
      ? [`could not be taken away on the node: ${line.slice('left '.length)}`]
      : [];
  });
}

function asItIs(facts: MachineFacts, folders: readonly HeldFolder[], why: string): StillTree {
  return {
    root: facts.root,
    stillness: folders.map(({ folder }) => ({ folder, way: 'live', why })),
    inside: (script) => script,
    heard: () => undefined,
    release: () => Promise.resolve([]),
  };
}

function heldFolders(facts: MachineFacts): readonly HeldFolder[] {
  const { root } = facts;
  return mountedFolders(facts).map((folder) => {
    const path = folder === '' ? root : `${root === '/' ? '' : root}/${folder}`;
    const mount = mountOf(facts, path);
    return { folder, path, mount: mount?.path ?? '/', type: mount?.type ?? '', source: mount?.source ?? '' };
  });
}

/** A line now and then for as long as the capture gets on: a head that waits for what it has frozen itself must not wait for ever. */
function beats(): {
  readonly input: AsyncIterable<Uint8Array>;
  readonly heard: () => void;
  readonly end: () => void;
} {
  const over = new AbortController();
  let isHeard = true;
  async function* lines(): AsyncGenerator<Uint8Array> {
    while (!over.signal.aborted) {
      if (isHeard) yield Buffer.from('\n');
      isHeard = false;
      await sleep(beatMs, undefined, { signal: over.signal }).catch(() => undefined);
    }
  }
  return {
    input: lines(),
    heard: () => {
      isHeard = true;
    },
    end: () => over.abort(),
  };
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let text = '';
  for await (const chunk of chunks) {
    text += Buffer.from(chunk).toString('utf8');
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      yield text.slice(0, end);
      text = text.slice(end + 1);
    }
  }
}

async function rest(lines: AsyncGenerator<string>): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
}
