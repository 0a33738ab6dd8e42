// How the image of a run comes to its nodes, as lines of their plans: the transport, the lists, and the program that it takes.
import { access, constants, readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { delimiter, join } from 'node:path';
import { HeorotError } from '@heorot/inventory';
import { TORRENT_PART } from '../bootenv/contents.ts';
import { readBootFile } from '../plan/boot-files.ts';
import type { Distribution } from '../plan/deployment-of.ts';
import type { PlannedImage } from '../plan/node-plan.ts';
import type { HeadFolder } from '../protocol/head-folder.ts';
import { chooseTransport, type TransportChoice } from './choose-transport.ts';
import { materialOf } from './material.ts';
import { multicastGroupOf } from './multicast-group.ts';

/**
 * @throws HeorotError `transport-missing` when the head or the boot environment lacks what the chosen transport takes;
 * `image-damaged`
 */
export async function distributionOf(
  folder: HeadFolder,
  { layer }: PlannedImage,
  nodes: number,
  choice: TransportChoice,
): Promise<Distribution> {
  // Without it nodes can do all but torrents.
  const part = await readBootFile(folder.bootenv, TORRENT_PART).catch(() => undefined);
  const transport = chooseTransport(choice, {
    nodes,
    imageBytes: layer.size,
    linkBitsPerSecond: await fastestLink(),
    torrentReady: part !== undefined,
  });
  if (transport === 'multicast' && !(await isInstalled('udp-sender')))
    throw new HeorotError('transport-missing', '--transport multicast needs udp-sender on this machine', {
      hint: 'apt install udpcast, or choose --transport http',
    });
  if (transport === 'torrent' && part === undefined)
    throw new HeorotError('transport-missing', 'the boot environment has no aria2', {
      hint: 'build it anew: clone bootenv build',
    });
  const { chunks, torrent } = await materialOf(folder, layer.digest);
  switch (transport) {
    case 'torrent':
      return {
        files: [chunks, torrent, ...(part === undefined ? [] : [part])],
        sources: [`torrent:${torrent.file}`],
      };
    case 'multicast': {
      const { address, port } = multicastGroupOf(layer.digest);
      return { files: [chunks], sources: [`multicast:${address}:${port}`] };
    }
    case 'http':
    default:
      return { files: [chunks], sources: [] };
  }
}

async function isInstalled(program: string): Promise<boolean> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const found = await Promise.all(
    folders.map((folder) =>
      access(join(folder, program), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

/** Of the cards that are up, in bits per second; virtual ones do not say. */
async function fastestLink(): Promise<number | undefined> {
  const speeds = await Promise.all(
    Object.keys(networkInterfaces()).map((name) =>
      readFile(`/sys/class/net/${name}/speed`, 'utf8').then(Number, () => 0),
    ),
  );
  const fastest = Math.max(0, ...speeds.filter(Number.isFinite));
  return fastest > 0 ? fastest * 1e6 : undefined;
}
