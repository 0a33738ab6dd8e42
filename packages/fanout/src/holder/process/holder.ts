// The holder: a socket in the user's own folder, a counter for each run that comes, and the connections they share. It ends
// when nothing is held any more and nobody is there.
import { once } from 'node:events';
import { chmod, link, rename, stat, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { HeorotError } from '@heorot/inventory';
import type { HolderPlace } from '../place/holder-place.ts';
import { Counter } from './counter.ts';
import { defaultLimits, HeldConnections, type HoldingLimits } from './held-connections.ts';

export interface HolderOptions {
  readonly limits?: HoldingLimits;
  /** How long it waits for the first run, or for the next after the last connection was closed; 3 s. */
  readonly lingerMs?: number;
}

export interface Holder extends AsyncDisposable {
  /** Resolves when it has ended by itself or was disposed. */
  readonly ended: Promise<void>;
}

/**
 * Listens at the place; a socket that a killed holder left behind is replaced.
 * @throws HeorotError `holder-running`
 */
export async function openHolder(place: HolderPlace, options: HolderOptions = {}): Promise<Holder> {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const startedAt = Date.now();
  const counters = new Set<Counter>();
  const lingerMs = options.lingerMs ?? 3000;
  let linger: NodeJS.Timeout | undefined;
  let leaving = false;
  const startLingering = () => {
    if (leaving) clearTimeout(linger);
    // Who only asks for the status does not put its end off.
    else if (linger !== undefined) return;
    linger = setTimeout(
      () => {
        linger = undefined;
        if (counters.size === 0 && connections.size === 0) void dispose();
      },
      leaving ? 0 : lingerMs,
    );
  };
  const connections = new HeldConnections(options.limits ?? defaultLimits, startLingering);
  const status = () => ({
    pid: process.pid,
    startedAt,
    memoryBytes: process.memoryUsage.rss(),
    connections: connections.status(),
  });
  const server = createServer((socket) => {
    const counter = new Counter(socket, {
      connections,
      secret: place.secret,
      status,
      leave: () => {
        leaving = true;
        server.close();
        void removeSocket(place, own);
      },
    });
    counters.add(counter);
    void forget(counter);
  });
  const forget = async (counter: Counter) => {
    await counter.closed;
    counters.delete(counter);
    startLingering();
  };
  const dispose = async () => {
    clearTimeout(linger);
    server.close();
    await removeSocket(place, own);
    for (const counter of counters) counter.close();
    await connections[Symbol.asyncDispose]();
    end();
  };
  const own = await listen(server, place).catch(async (error: unknown) => {
    clearTimeout(linger);
    await connections[Symbol.asyncDispose]();
    throw error;
  });
  startLingering();
  return { ended, [Symbol.asyncDispose]: dispose };
}

/** @returns the inode of the socket */
async function listen(server: Server, place: HolderPlace): Promise<number> {
  const draft = place.file(`socket.${process.pid}`);
  server.listen(draft);
  await once(server, 'listening');
  await chmod(draft, 0o600);
  const { ino } = await stat(draft);
  const socket = place.file('socket');
  try {
    await link(draft, socket);
    await unlink(draft);
  } catch {
    if (await answers(socket)) {
      server.close();
      throw new HeorotError('holder-running', `a holder is running already in ${place.path}`);
    }
    await rename(draft, socket);
  }
  return ino;
}

/** Takes the socket away unless it is another holder's by now. */
async function removeSocket(place: HolderPlace, own: number): Promise<void> {
  const socket = place.file('socket');
  const facts = await stat(socket).catch(() => undefined);
  if (facts?.ino === own) await unlink(socket).catch(() => undefined);
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
