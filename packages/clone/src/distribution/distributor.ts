// What serve does for images that nodes give one another: seeds the torrents and sends the multicasts that deployments in progress
// name in their plans. Knows nothing that is not in the database; a node that gets nothing from it asks the head over HTTP.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Deployment } from '../deploy/deployment.ts';
import { blobPath } from '../image/blob-store.ts';
import { decodeWord } from '../protocol/words.ts';
import type { Head } from '../service/open-head.ts';
import { cast } from './cast.ts';
import { distributionFolder } from './material.ts';
import { multicastGroupOf } from './multicast-group.ts';
import { startSeeder } from './seeder.ts';
import { readTorrent } from './torrent-file.ts';
import type { Tracker } from './tracker.ts';

export interface DistributorOptions {
  readonly tracker: Tracker;
  /** The card that multicast leaves by. */
  readonly interface: string | undefined;
  /** Addresses of nodes that hold a multicast; read by whoever answers them. */
  readonly slow: Set<string>;
  readonly say: (text: string) => void;
  readonly tickMs?: number;
}

/** How long the first receiver waits for the others. */
const gatherSeconds = 20;

export function startDistributor(head: Head, options: DistributorOptions): AsyncDisposable {
  const { say, tickMs = 500 } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const sources = new Map<number, ImageSources | undefined>();
  const seeds = new Map<string, AsyncDisposable>();
  const casts = new Map<string, Promise<void>>();

  function sourcesOf({ id }: Deployment): ImageSources | undefined {
    if (!sources.has(id)) sources.set(id, imageSources(head.deployments.planOf(id)?.steps ?? ''));
    return sources.get(id);
  }

  function seedWhatIsWanted(active: readonly Deployment[]): void {
    const wanted = new Set(
      active.flatMap((each) => {
        const found = sourcesOf(each);
        return found?.torrent === true && isInstalling(each) ? [found.digest] : [];
      }),
    );
    for (const digest of wanted) {
      if (seeds.has(digest)) continue;
      seeds.set(digest, seederOf(digest));
    }
    for (const [digest, child] of seeds) {
      if (wanted.has(digest)) continue;
      seeds.delete(digest);
      void child[Symbol.asyncDispose]();
    }
  }

  function seederOf(digest: string): AsyncDisposable {
    const file = join(distributionFolder(head.folder), `${digest.replace(/^sha256:/, '')}.torrent`);
    try {
      const torrent = readTorrent(readFileSync(file));
      const peers = () => options.tracker.peers(torrent.infoHash, Date.now());
      return startSeeder({ layer: blobPath(head.folder.images, digest), torrent, peers });
    } catch (error) {
      say(`no torrent is given: ${error instanceof Error ? error.message : String(error)}`);
      return { [Symbol.asyncDispose]: () => Promise.resolve() };
    }
  }

  function sendWhatIsWaitedFor(active: readonly Deployment[]): void {
    const byLayer = Map.groupBy(
      active.filter((each) => sourcesOf(each)?.multicast === true),
      (each) => sourcesOf(each)?.digest ?? '',
    );
    for (const [digest, nodes] of byLayer) {
      const waiting = nodes.filter(({ position }) => position.kind === 'at' && position.step === 'image');
      if (waiting.length === 0 || casts.has(digest)) continue;
      const expected = nodes.filter(({ position }) => isBeforeImage(position)).length + waiting.length;
      casts.set(
        digest,
        send(digest, expected).finally(() => casts.delete(digest)),
      );
    }
  }

  async function send(digest: string, receivers: number): Promise<void> {
    const { address: group, port } = multicastGroupOf(digest);
    const slow: string[] = [];
    const result = await cast({
      layer: blobPath(head.folder.images, digest),
      group,
      port,
      receivers,
      longestWaitSeconds: gatherSeconds,
      interface: options.interface,
      onSlow: (address) => {
        slow.push(address);
        options.slow.add(address);
        say(`multicast: ${address} holds the others, and is asked to take the rest from the head`);
      },
      signal,
    });
    for (const address of slow) options.slow.delete(address);
    if (result.kind === 'failed' && !signal.aborted) say(`multicast: ${result.why}`);
  }

  async function loop(): Promise<void> {
    while (!signal.aborted) {
      const active = head.deployments.active();
      for (const id of sources.keys()) if (!active.some((each) => each.id === id)) sources.delete(id);
      seedWhatIsWanted(active);
      sendWhatIsWaitedFor(active);
      await sleep(tickMs, undefined, { signal }).catch(() => {});
    }
  }

  const running = loop();
  running.catch((error: unknown) =>
    say(`distribution: ${error instanceof Error ? error.message : String(error)}`),
  );
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await Promise.allSettled([running, ...casts.values()]);
      await Promise.all([...seeds.values()].map((child) => child[Symbol.asyncDispose]()));
    },
  };
}

interface ImageSources {
  readonly digest: string;
  readonly torrent: boolean;
  readonly multicast: boolean;
}

/** The `image` line of a plan. */
export function imageSources(steps: string): ImageSources | undefined {
  const [, hex, , , ...words] = /^image .*$/m.exec(steps)?.[0].split(' ') ?? [];
  if (hex === undefined) return undefined;
  const sources = words.map(decodeWord);
  return {
    digest: `sha256:${hex}`,
    torrent: sources.some((each) => each.startsWith('torrent:')),
    multicast: sources.some((each) => each.startsWith('multicast:')),
  };
}

const beforeImage = new Set(['admit', 'check', 'partition', 'format', 'secrets']);

function isBeforeImage(position: Deployment['position']): boolean {
  return position.kind === 'at' && beforeImage.has(position.step);
}

function isInstalling({ position }: Deployment): boolean {
  return position.kind === 'at' && position.step !== 'answer' && position.step !== 'power';
}
